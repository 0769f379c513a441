package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RememberedTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration OUTAGE = Duration.ofHours(1);

    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private volatile boolean down;
    private final Remembered<String> service =
            new Remembered<>(this::fetch, TTL, OUTAGE, new Waiters(50, now::get), now::get);

    private String fetch() throws ProviderUnavailableException {
        int number = fetches.incrementAndGet();
        if (down) {
            throw new ProviderUnavailableException("down");
        }
        return "fetch " + number;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    @Test
    void itIsRememberedUntilItIsOld() throws ProviderUnavailableException {
        assertThat(service.get()).isEqualTo("fetch 1");
        pass(TTL.minusNanos(1));
        assertThat(service.get()).isEqualTo("fetch 1");
        pass(Duration.ofNanos(1));
        assertThat(service.get()).isEqualTo("fetch 2");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void providerThatGoesDownLeavesWhatIsRememberedInForce() throws ProviderUnavailableException {
        service.get();
        down = true;
        pass(TTL);
        assertThat(service.get()).isEqualTo("fetch 1");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void providerThatStaysDownIsNoLongerBelievedAfterABoundedTime() throws ProviderUnavailableException {
        service.get();
        down = true;
        pass(TTL.plus(OUTAGE).minusNanos(1));
        assertThat(service.get()).isEqualTo("fetch 1");
        pass(Duration.ofSeconds(2));
        assertThatThrownBy(service::get).isInstanceOf(ProviderUnavailableException.class);
    }

    @Test
    void refreshFetchesNoMoreOftenThanOnceInTheInterval() throws ProviderUnavailableException {
        Duration interval = Duration.ofSeconds(30);
        service.get();
        assertThat(service.refreshed(interval)).isEqualTo("fetch 1");
        pass(interval);
        assertThat(service.refreshed(interval)).isEqualTo("fetch 2");
        for (int i = 0; i < 1000; i++) {
            assertThat(service.refreshed(interval)).isEqualTo("fetch 2");
        }
        pass(interval);
        assertThat(service.refreshed(interval)).isEqualTo("fetch 3");
    }

    @Test
    void refreshThatFailsIsNotAnsweredWithWhatIsOld() throws ProviderUnavailableException {
        service.get();
        down = true;
        pass(Duration.ofSeconds(30));
        assertThatThrownBy(() -> service.refreshed(Duration.ofSeconds(30)))
                .isInstanceOf(ProviderUnavailableException.class);
        assertThat(service.get()).isEqualTo("fetch 1");
    }

    /** Else the first tokens of a new key would be refused. */
    @Test
    void refreshWaitsForTheRequestInFlight() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        AtomicInteger number = new AtomicInteger();
        Remembered<String> slow = new Remembered<>(
                () -> {
                    if (number.incrementAndGet() == 2) {
                        started.countDown();
                        waitFor(mayAnswer);
                    }
                    return "fetch " + number;
                },
                TTL,
                OUTAGE,
                new Waiters(50, now::get),
                now::get);
        slow.get();
        pass(Duration.ofSeconds(30));
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            Future<String> first = callers.submit(() -> slow.refreshed(Duration.ofSeconds(30)));
            started.await();
            Future<String> second = callers.submit(() -> slow.refreshed(Duration.ofSeconds(30)));
            assertThat(slow.get()).isEqualTo("fetch 1");
            mayAnswer.countDown();
            assertThat(first.get()).isEqualTo("fetch 2");
            assertThat(second.get()).isEqualTo("fetch 2");
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void failureIsBelievedOneSecond() throws ProviderUnavailableException {
        down = true;
        assertThatThrownBy(service::get).isInstanceOf(ProviderUnavailableException.class);
        assertThatThrownBy(service::get).isInstanceOf(ProviderUnavailableException.class);
        assertThat(fetches).hasValue(1);
        down = false;
        pass(Duration.ofSeconds(1));
        assertThat(service.get()).isEqualTo("fetch 2");
    }

    @Test
    void crowdOfCallersMakesOneFetch() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        Remembered<String> slow = new Remembered<>(
                () -> {
                    waitFor(mayAnswer);
                    return fetch();
                },
                TTL,
                OUTAGE,
                new Waiters(50, now::get),
                now::get);
        ExecutorService callers = Executors.newFixedThreadPool(50);
        try {
            List<Future<String>> answers = Stream.generate(() -> (Callable<String>) slow::get)
                    .limit(50)
                    .map(callers::submit)
                    .toList();
            mayAnswer.countDown();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("fetch 1");
            }
            assertThat(fetches).hasValue(1);
        } finally {
            callers.shutdownNow();
        }
    }

    /** A provider that hangs must not hold every thread of the server. */
    @Test
    void fewWaitForAFetchThatTakesLong() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        Remembered<String> hanging = new Remembered<>(
                () -> {
                    started.countDown();
                    waitFor(mayAnswer);
                    return fetch();
                },
                TTL,
                OUTAGE,
                new Waiters(2, now::get),
                now::get);
        ExecutorService callers = Executors.newFixedThreadPool(11);
        try {
            Future<String> first = callers.submit(hanging::get);
            started.await();
            pass(Waiters.LONGEST_MOMENT);
            CompletionService<String> answers = new ExecutorCompletionService<>(callers);
            for (int i = 0; i < 10; i++) {
                answers.submit(hanging::get);
            }
            for (int i = 0; i < 8; i++) {
                assertThatThrownBy(answers.take()::get).hasCauseInstanceOf(ProviderBusyException.class);
            }
            assertThat(answers.poll()).isNull();
            mayAnswer.countDown();
            assertThat(first.get()).isEqualTo("fetch 1");
            assertThat(answers.take().get()).isEqualTo("fetch 1");
            assertThat(answers.take().get()).isEqualTo("fetch 1");
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void unexpectedFailureLeavesNobodyWaiting() {
        Remembered<String> broken = new Remembered<>(
                () -> {
                    throw new IllegalStateException("bug");
                },
                TTL,
                OUTAGE,
                new Waiters(50, now::get),
                now::get);
        assertThatThrownBy(broken::get).hasMessage("bug");
        assertThatThrownBy(broken::get).hasRootCauseMessage("fetching from the provider failed");
    }
}
