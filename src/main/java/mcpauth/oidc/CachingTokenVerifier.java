package mcpauth.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import mcpauth.config.McpAuthConfig;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what another verifier said of a token, by the token's hash: that it is good, for the time that is set and
 * never beyond its own end; that it is refused, for a few seconds, in a space of its own, so that no flood of wrong tokens
 * drives good ones out. That nobody knows is never remembered. However many requests come with a token that is not known,
 * one of them has it verified and the others wait, as {@link Waiters} has it. Safe for use by many threads.
 *
 * <p>A token that the provider revokes is believed for the rest of its time here; while the provider answers that it is
 * asked too often, for as long as {@link Pauses#LONGEST} more.
 */
public final class CachingTokenVerifier implements TokenVerifier {
    /** Long enough for a client that asks again at once; short, as a provider may know a new token a little later. */
    private static final Duration REFUSAL_TTL = Duration.ofSeconds(5);

    private final TokenVerifier verifier;
    private final Duration ttl;
    private final Duration outageTtl;
    private final Duration longestWait;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final Waiters waiters;
    private final Cache<TokenHash, Believed> verified;
    private final Cache<TokenHash, TokenVerification> refused;
    private final ConcurrentMap<TokenHash, Flight> flights = new ConcurrentHashMap<>();

    /**
     * A token that is good: until when that is believed, until when if nobody can be asked, and until when if the provider
     * is asked too often.
     */
    private record Believed(Verified verified, long untilNanos, long inOutageUntilNanos, long inPauseUntilNanos) {
        long keptUntilNanos() {
            return inOutageUntilNanos - inPauseUntilNanos < 0 ? inPauseUntilNanos : inOutageUntilNanos;
        }
    }

    /** One verification, for which others wait. */
    private static final class Flight {
        private final CountDownLatch landed = new CountDownLatch(1);
        private final long startedNanos;
        private volatile @Nullable TokenVerification result;

        Flight(long startedNanos) {
            this.startedNanos = startedNanos;
        }
    }

    /**
     * Decorates a verifier.
     *
     * @param verifier is asked about tokens that are not known
     * @param config says how long tokens are believed, and how many; its time to live is more than zero
     */
    public static CachingTokenVerifier of(TokenVerifier verifier, McpAuthConfig.Auth config) {
        return new CachingTokenVerifier(
                verifier,
                config.cache(),
                Waiters.of(config),
                config.timing().requestTimeout(),
                System::nanoTime,
                InstantSource.system());
    }

    CachingTokenVerifier(
            TokenVerifier verifier,
            McpAuthConfig.Cache config,
            Waiters waiters,
            Duration longestWait,
            LongSupplier nanoTime,
            InstantSource clock) {
        this.verifier = verifier;
        this.ttl = config.ttl();
        this.outageTtl = config.outageTtl();
        this.longestWait = longestWait;
        this.waiters = waiters;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.verified = Caffeine.newBuilder()
                .maximumWeight(config.maxEntries())
                .weigher((TokenHash hash, Believed believed) -> weight(believed.verified))
                .expireAfter(Expiry.writing((TokenHash hash, Believed believed) ->
                        Duration.ofNanos(Math.max(0, believed.keptUntilNanos() - nanoTime.getAsLong()))))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
        Duration refusalTtl = REFUSAL_TTL.compareTo(ttl) < 0 ? REFUSAL_TTL : ttl;
        this.refused = Caffeine.newBuilder()
                .maximumSize(config.maxEntries())
                .expireAfterWrite(refusalTtl)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** One, and one for each kilobyte: some providers put a picture into their claims. */
    private static int weight(Verified verified) {
        return 1 + verified.claims().toString().length() / 1024;
    }

    @Override
    public TokenVerification verify(BearerToken token) {
        TokenHash hash = TokenHash.of(token);
        TokenVerification known = known(hash);
        if (known != null) {
            return known;
        }
        Flight own = new Flight(nanoTime.getAsLong());
        Flight other = flights.putIfAbsent(hash, own);
        return other == null ? fly(own, token, hash) : join(other);
    }

    private @Nullable TokenVerification known(TokenHash hash) {
        Believed believed = verified.getIfPresent(hash);
        if (believed != null && believed.untilNanos - nanoTime.getAsLong() > 0) {
            return believed.verified;
        }
        // one that was good and has been refused since is in both for an instant
        return refused.getIfPresent(hash);
    }

    private TokenVerification fly(Flight own, BearerToken token, TokenHash hash) {
        try {
            // one that was on its way when this thread looked may have landed since
            TokenVerification known = known(hash);
            TokenVerification result = known != null ? known : ask(token, hash);
            own.result = result;
            return result;
        } finally {
            flights.remove(hash, own);
            own.landed.countDown();
        }
    }

    private TokenVerification join(Flight other) {
        boolean landed = waiters.await(other.landed::await, () -> other.startedNanos, longestWait);
        TokenVerification result = other.result;
        return landed && result != null
                ? result
                : new Unavailable(
                        "another request waits for the same token to be verified",
                        ProviderUnavailableException.RETRY_AFTER);
    }

    private TokenVerification ask(BearerToken token, TokenHash hash) {
        TokenVerification result = verifier.verify(token);
        if (result instanceof Verified good) {
            remember(hash, good);
        } else if (result instanceof Unavailable unavailable) {
            Believed old = verified.getIfPresent(hash);
            if (old != null && believesOn(hash, old, unavailable)) {
                return old.verified;
            }
        } else {
            refused.put(hash, result);
            verified.invalidate(hash);
        }
        return result;
    }

    private void remember(TokenHash hash, Verified good) {
        Instant now = clock.instant();
        Duration left = ttl.plus(outageTtl.compareTo(Pauses.LONGEST) > 0 ? outageTtl : Pauses.LONGEST);
        if (good.expiresAt() != null && good.expiresAt().isBefore(now.plus(left))) {
            left = Duration.between(now, good.expiresAt());
        }
        if (left.isNegative() || left.isZero()) {
            // within the clock skew: verified with each request from now on
            verified.invalidate(hash);
            return;
        }
        long nanos = nanoTime.getAsLong();
        verified.put(
                hash,
                new Believed(
                        good,
                        nanos + shorter(ttl, left),
                        nanos + shorter(ttl.plus(outageTtl), left),
                        nanos + shorter(ttl.plus(Pauses.LONGEST), left)));
    }

    private static long shorter(Duration one, Duration other) {
        return Math.min(one.toNanos(), other.toNanos());
    }

    /**
     * Whether a token that was good is believed although nobody can say so now; for the time after which asking again may
     * help, the provider is left alone. One that is asked too often need not be down: anybody can bring that about with
     * tokens that are made up, and those who are known are not to suffer.
     */
    private boolean believesOn(TokenHash hash, Believed old, Unavailable unavailable) {
        long now = nanoTime.getAsLong();
        long end = unavailable.tooMany() ? old.keptUntilNanos() : old.inOutageUntilNanos;
        if (end - now <= 0) {
            return false;
        }
        long until = now + ProviderUnavailableException.RETRY_AFTER.toNanos();
        long bounded = until - end < 0 ? until : end;
        verified.put(hash, new Believed(old.verified, bounded, old.inOutageUntilNanos, old.inPauseUntilNanos));
        return true;
    }
}
