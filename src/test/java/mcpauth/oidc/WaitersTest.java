package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WaitersTest {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong(17);
    /** Nobody really waits here: the time goes by. */
    private final AtomicInteger waits = new AtomicInteger();

    private final Waiters.Event never = (time, unit) -> {
        waits.incrementAndGet();
        now.addAndGet(Math.max(0, unit.toNanos(time)));
        return false;
    };

    @Test
    void nobodyWaitsLongerThanAMomentWhereNobodyMay() {
        assertThat(new Waiters(0, now::get).await(never, () -> 17, LONGEST)).isFalse();
        assertThat(now).hasValue(17 + Waiters.LONGEST_MOMENT.toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 500",
        "62, 500", // 8 × 62 ms are less than the shortest
        "100, 800",
        "200, 1600",
        "5000, 2000"
    })
    void momentIsEightUsualAnswersWithinBounds(long answerMillis, long momentMillis) {
        Waiters waiters = new Waiters(0, now::get);
        for (int i = 0; i < 200; i++) {
            waiters.answeredIn(Duration.ofMillis(answerMillis).toNanos());
        }
        assertThat(waiters.await(never, () -> 17, LONGEST)).isFalse();
        assertThat(Duration.ofNanos(now.get() - 17)).isCloseTo(Duration.ofMillis(momentMillis), Duration.ofNanos(100));
    }

    @Test
    void oneSlowAnswerDoesNotMakeTheMomentLong() {
        Waiters waiters = new Waiters(0, now::get);
        for (int i = 0; i < 200; i++) {
            waiters.answeredIn(Duration.ofMillis(5).toNanos());
        }
        waiters.answeredIn(Duration.ofMillis(100).toNanos());
        assertThat(waiters.await(never, () -> 17, LONGEST)).isFalse();
        assertThat(now).hasValue(17 + Waiters.SHORTEST_MOMENT.toNanos());
    }

    @Test
    void newcomerAtAProviderThatHangsDoesNotWaitAtAll() {
        now.addAndGet(Waiters.LONGEST_MOMENT.toNanos());
        long begin = now.get();
        assertThat(new Waiters(0, now::get).await(never, () -> 17, LONGEST)).isFalse();
        assertThat(now).hasValue(begin);
        assertThat(waits).hasValue(1);
    }

    @Test
    void eachSignOfLifeGivesAnotherMoment() {
        AtomicLong sign = new AtomicLong(17);
        Waiters.Event answering = (time, unit) -> {
            now.addAndGet(unit.toNanos(time));
            sign.set(now.get());
            return waits.incrementAndGet() == 3;
        };
        assertThat(new Waiters(0, now::get).await(answering, sign::get, LONGEST))
                .isTrue();
        assertThat(now).hasValue(17 + 3 * Waiters.LONGEST_MOMENT.toNanos());
    }

    @Test
    void noSignOfLifeMakesTheWaitEndless() {
        assertThat(new Waiters(1, now::get).await(never, now::get, LONGEST)).isFalse();
        assertThat(now).hasValue(17 + LONGEST.toNanos());
    }

    @Test
    void whoIsPatientWaitsToTheEnd() {
        Waiters waiters = new Waiters(1, now::get);
        assertThat(waiters.await(never, () -> 17, LONGEST)).isFalse();
        assertThat(now).hasValue(17 + LONGEST.toNanos());
        // and makes room for the next
        assertThat(waiters.await(never, now::get, LONGEST)).isFalse();
        assertThat(now).hasValue(17 + 2 * LONGEST.toNanos());
    }

    @Test
    void interruptedThreadWaitsNoLonger() throws InterruptedException {
        Thread.currentThread().interrupt();
        CountDownLatch latch = new CountDownLatch(1);
        assertThat(new Waiters(1, System::nanoTime).await(latch::await, System::nanoTime, LONGEST))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }
}
