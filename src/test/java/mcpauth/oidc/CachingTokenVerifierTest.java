package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import mcpauth.config.McpAuthConfig;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.InsufficientScope;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CachingTokenVerifierTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofMinutes(5);
    private static final Unavailable DOWN = new Unavailable("down", Duration.ofSeconds(5));
    private static final Rejected WRONG = new Rejected("wrong");

    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final Map<String, TokenVerification> answers = new ConcurrentHashMap<>();
    private final AtomicLong nanos = new AtomicLong(1L << 62);

    private final TokenVerifier provider = token -> {
        asked.merge(token.value(), 1, Integer::sum);
        return answers.getOrDefault(token.value(), DOWN);
    };

    private CachingTokenVerifier caching(TokenVerifier verifier, McpAuthConfig.Cache config) {
        return caching(verifier, config, 200);
    }

    private CachingTokenVerifier caching(TokenVerifier verifier, McpAuthConfig.Cache config, int patient) {
        long begin = nanos.get();
        InstantSource clock = () -> START.plusNanos(nanos.get() - begin);
        return new CachingTokenVerifier(
                verifier, config, new Waiters(patient, nanos::get), Duration.ofSeconds(10), nanos::get, clock);
    }

    private CachingTokenVerifier caching() {
        return caching(provider, new McpAuthConfig.Cache(TTL, Duration.ZERO, 1000));
    }

    private CachingTokenVerifier believingInOutage() {
        return caching(provider, new McpAuthConfig.Cache(TTL, OUTAGE, 1000));
    }

    private static Verified verified(String subject, @Nullable Instant expiresAt) {
        return new Verified(
                "https://issuer.example",
                subject,
                Json.createObjectBuilder().add("sub", subject).build(),
                Set.of(),
                expiresAt);
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private static TokenVerification verify(TokenVerifier verifier, String token) {
        return verifier.verify(new BearerToken(token));
    }

    @Test
    void tokenIsBelievedForItsTimeAndNoLonger() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", null));
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
        pass(TTL.minusNanos(1));
        answers.put("a", WRONG);
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
        assertThat(asked).containsEntry("a", 1);
        pass(Duration.ofNanos(1));
        assertThat(verify(caching, "a")).isEqualTo(WRONG);
        assertThat(asked).containsEntry("a", 2);
    }

    /** The time runs from the verification: a token in constant use is asked for as often as any other. */
    @Test
    void useDoesNotMakeATokenLiveLonger() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", null));
        for (int second = 0; second < 60; second++) {
            verify(caching, "a");
            pass(Duration.ofSeconds(1));
        }
        assertThat(asked).containsEntry("a", 2);
    }

    @Test
    void nobodyGetsAnothersAnswer() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", null));
        answers.put("b", verified("bob", null));
        for (int i = 0; i < 3; i++) {
            assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
            assertThat(verify(caching, "b")).isEqualTo(verified("bob", null));
            assertThat(verify(caching, "A")).isEqualTo(DOWN);
        }
        assertThat(asked).containsEntry("a", 1).containsEntry("b", 1).containsEntry("A", 3);
    }

    @Test
    void tokenIsNotBelievedBeyondItsOwnEnd() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", START.plusSeconds(10)));
        verify(caching, "a");
        pass(Duration.ofSeconds(10).minusNanos(1));
        verify(caching, "a");
        assertThat(asked).containsEntry("a", 1);
        pass(Duration.ofNanos(1));
        answers.put("a", WRONG);
        assertThat(verify(caching, "a")).isEqualTo(WRONG);
    }

    @Test
    void tokenWithinTheClockSkewIsVerifiedEachTime() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", START.minusSeconds(1)));
        verify(caching, "a");
        verify(caching, "a");
        assertThat(asked).containsEntry("a", 2);
    }

    @Test
    void refusalIsRememberedBriefly() {
        CachingTokenVerifier caching = caching();
        answers.put("a", WRONG);
        answers.put("b", new InsufficientScope(Set.of("openid")));
        for (int i = 0; i < 5; i++) {
            assertThat(verify(caching, "a")).isEqualTo(WRONG);
            assertThat(verify(caching, "b")).isEqualTo(new InsufficientScope(Set.of("openid")));
        }
        assertThat(asked).containsEntry("a", 1).containsEntry("b", 1);
        pass(Duration.ofSeconds(5));
        answers.put("a", verified("alice", null));
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
    }

    @Test
    void refusalIsNotRememberedLongerThanATokenIs() {
        CachingTokenVerifier caching =
                caching(provider, new McpAuthConfig.Cache(Duration.ofMillis(100), Duration.ZERO, 10));
        answers.put("a", WRONG);
        verify(caching, "a");
        pass(Duration.ofMillis(100));
        verify(caching, "a");
        assertThat(asked).containsEntry("a", 2);
    }

    @Test
    void notKnowingIsNeverRemembered() {
        CachingTokenVerifier caching = caching();
        assertThat(verify(caching, "a")).isEqualTo(DOWN);
        answers.put("a", verified("alice", null));
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
    }

    @Test
    void floodOfWrongTokensDrivesNoGoodOneOut() {
        CachingTokenVerifier caching = caching(provider, new McpAuthConfig.Cache(TTL, Duration.ZERO, 100));
        answers.put("a", verified("alice", null));
        verify(caching, "a");
        for (int i = 0; i < 10_000; i++) {
            answers.put("wrong" + i, WRONG);
            verify(caching, "wrong" + i);
        }
        verify(caching, "a");
        assertThat(asked).containsEntry("a", 1);
    }

    @Test
    void noMoreTokensAreRememberedThanIsSet() {
        CachingTokenVerifier caching = caching(provider, new McpAuthConfig.Cache(TTL, Duration.ZERO, 100));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 1000; i++) {
                answers.put("t" + i, verified("alice", null));
                verify(caching, "t" + i);
            }
        }
        assertThat(asked.values().stream().filter(times -> times == 1).count()).isLessThanOrEqualTo(100);
    }

    /** A megabyte of claims would else be counted as one token of a few hundred bytes. */
    @Test
    void largeClaimsCountForMore() {
        CachingTokenVerifier caching = caching(provider, new McpAuthConfig.Cache(TTL, Duration.ZERO, 100));
        answers.put(
                "a",
                new Verified(
                        "https://issuer.example",
                        Json.createObjectBuilder()
                                .add("sub", "alice")
                                .add("picture", "x".repeat(200_000))
                                .build(),
                        Set.of()));
        verify(caching, "a");
        verify(caching, "a");
        assertThat(asked).containsEntry("a", 2);
    }

    @Test
    void unlessItIsSetNobodyIsBelievedWhileTheProviderIsDown() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", null));
        verify(caching, "a");
        answers.remove("a");
        pass(TTL);
        assertThat(verify(caching, "a")).isEqualTo(DOWN);
    }

    @Test
    void knownTokenIsBelievedLongerWhileTheProviderIsDown() {
        CachingTokenVerifier caching = believingInOutage();
        answers.put("a", verified("alice", null));
        verify(caching, "a");
        answers.remove("a");
        pass(TTL);
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
        assertThat(asked).containsEntry("a", 2);
        // a provider that is down is not asked by every request
        verify(caching, "a");
        assertThat(asked).containsEntry("a", 2);
        pass(OUTAGE.minusNanos(1));
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
        assertThat(asked).containsEntry("a", 3);
        pass(Duration.ofNanos(1));
        assertThat(verify(caching, "a")).isEqualTo(DOWN);
        assertThat(verify(caching, "stranger")).isEqualTo(DOWN);
    }

    /** Strangers can bring it about that the provider is asked too often: those who are known are not to suffer. */
    @Test
    void knownTokenIsBelievedForABoundedTimeWhileTheProviderIsAskedTooOften() {
        CachingTokenVerifier caching = caching();
        Unavailable tooMany = new Unavailable("too many", Duration.ofSeconds(20), true);
        answers.put("a", verified("alice", null));
        answers.put("b", verified("bob", START.plusSeconds(60)));
        verify(caching, "a");
        verify(caching, "b");
        answers.put("a", tooMany);
        answers.put("b", tooMany);
        pass(TTL);
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
        assertThat(verify(caching, "b")).isInstanceOf(Verified.class);
        answers.put("c", tooMany);
        assertThat(verify(caching, "c")).isEqualTo(tooMany);
        pass(TTL);
        assertThat(verify(caching, "b")).isEqualTo(tooMany);
        pass(Pauses.LONGEST.minus(TTL).minusNanos(1));
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
        pass(Duration.ofNanos(1));
        assertThat(verify(caching, "a")).isEqualTo(tooMany);
    }

    /** A provider that is down is another matter: that is what mcp.auth.cache.outage-ttl is for. */
    @Test
    void knownTokenThatIsNotAskedForTooOftenIsNotBelievedBeyondItsTime() {
        CachingTokenVerifier caching = caching();
        answers.put("a", verified("alice", null));
        verify(caching, "a");
        answers.put("a", DOWN);
        pass(TTL);
        assertThat(verify(caching, "a")).isEqualTo(DOWN);
        answers.put("a", WRONG);
        assertThat(verify(caching, "a")).isEqualTo(WRONG);
        answers.put("a", new Unavailable("too many", Duration.ofSeconds(20), true));
        pass(TTL);
        assertThat(verify(caching, "a")).isInstanceOf(Unavailable.class);
    }

    @Test
    void tokenThatIsRefusedIsNotBelievedForAnyOutage() {
        CachingTokenVerifier caching = believingInOutage();
        answers.put("a", verified("alice", null));
        verify(caching, "a");
        pass(TTL);
        answers.put("a", WRONG);
        assertThat(verify(caching, "a")).isEqualTo(WRONG);
        answers.remove("a");
        pass(Duration.ofSeconds(5));
        assertThat(verify(caching, "a")).isEqualTo(DOWN);
    }

    @Test
    void noOutageMakesATokenLiveBeyondItsOwnEnd() {
        CachingTokenVerifier caching = believingInOutage();
        answers.put("a", verified("alice", START.plusSeconds(40)));
        verify(caching, "a");
        answers.remove("a");
        pass(Duration.ofSeconds(39));
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", START.plusSeconds(40)));
        pass(Duration.ofSeconds(1));
        assertThat(verify(caching, "a")).isEqualTo(DOWN);
    }

    @Test
    void crowdWithOneTokenIsOneVerification() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        AtomicInteger verifications = new AtomicInteger();
        CachingTokenVerifier caching = caching(
                token -> {
                    verifications.incrementAndGet();
                    await(mayAnswer);
                    return verified("alice", null);
                },
                new McpAuthConfig.Cache(TTL, Duration.ZERO, 1000));
        ExecutorService crowd = Executors.newFixedThreadPool(200);
        try {
            List<Future<TokenVerification>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                results.add(crowd.submit(() -> verify(caching, "a")));
            }
            mayAnswer.countDown();
            for (Future<TokenVerification> result : results) {
                assertThat(result.get()).isEqualTo(verified("alice", null));
            }
            assertThat(verifications).hasValue(1);
        } finally {
            crowd.shutdownNow();
        }
    }

    @Test
    void fewWaitForAVerificationThatTakesLong() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        CachingTokenVerifier caching = caching(
                token -> {
                    started.countDown();
                    await(mayAnswer);
                    return verified("alice", null);
                },
                new McpAuthConfig.Cache(TTL, Duration.ZERO, 1000),
                2);
        ExecutorService crowd = Executors.newFixedThreadPool(11);
        try {
            Future<TokenVerification> first = crowd.submit(() -> verify(caching, "a"));
            started.await();
            pass(Waiters.LONGEST_MOMENT);
            Map<Integer, Future<TokenVerification>> results = new HashMap<>();
            for (int i = 0; i < 10; i++) {
                results.put(i, crowd.submit(() -> verify(caching, "a")));
            }
            while (results.values().stream().filter(Future::isDone).count() < 8) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            mayAnswer.countDown();
            assertThat(first.get()).isEqualTo(verified("alice", null));
            int busy = 0;
            for (Future<TokenVerification> result : results.values()) {
                busy += result.get() instanceof Unavailable ? 1 : 0;
            }
            assertThat(busy).isEqualTo(8);
        } finally {
            crowd.shutdownNow();
        }
    }

    /** A verifier throws nothing; one that does shall not leave anybody waiting, nor its failure behind. */
    @Test
    void failureLeavesNothingBehind() {
        AtomicInteger verifications = new AtomicInteger();
        CachingTokenVerifier caching = caching(
                token -> {
                    if (verifications.incrementAndGet() == 1) {
                        throw new IllegalStateException("bug");
                    }
                    return verified("alice", null);
                },
                new McpAuthConfig.Cache(TTL, Duration.ZERO, 1000));
        assertThatThrownBy(() -> verify(caching, "a")).hasMessage("bug");
        assertThat(verify(caching, "a")).isEqualTo(verified("alice", null));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
