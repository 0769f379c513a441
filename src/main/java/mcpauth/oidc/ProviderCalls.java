package mcpauth.oidc;

import static java.lang.System.Logger.Level.WARNING;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import mcpauth.config.McpAuthConfig;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.token.BearerToken;

/**
 * Asks one provider about tokens, about no more of them at once than is set: neither is the provider flooded, nor does a
 * provider that hangs hold the server's threads. Who comes when all are taken waits for a turn as {@link Waiters} has it.
 * Metadata and keys do not come this way: each is asked for once, however many need it. Safe for use by many threads.
 */
final class ProviderCalls {
    private static final System.Logger LOGGER = System.getLogger(ProviderCalls.class.getName());
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

    private final ProviderClient client;
    private final Semaphore turns;
    private final int maxConcurrentRequests;
    private final Duration requestTimeout;
    private final Waiters waiters;
    private final LongSupplier nanoTime;
    /** When the provider last answered, or was first asked after a time in which nobody asked it. */
    private final AtomicLong lastProgress;

    private final AtomicLong lastLogged;

    ProviderCalls(ProviderClient client, McpAuthConfig.Auth config, Waiters waiters, LongSupplier nanoTime) {
        this.client = client;
        this.maxConcurrentRequests = config.maxConcurrentRequests();
        this.turns = new Semaphore(maxConcurrentRequests, true);
        this.requestTimeout = config.timing().requestTimeout();
        this.waiters = waiters;
        this.nanoTime = nanoTime;
        this.lastProgress = new AtomicLong(nanoTime.getAsLong());
        this.lastLogged = new AtomicLong(nanoTime.getAsLong() - LOG_INTERVAL.toNanos());
    }

    /**
     * As {@link ProviderClient#get}, when it is this thread's turn.
     *
     * @throws ProviderBusyException if there is no turn in time
     */
    Answer get(URI uri, BearerToken token) throws ProviderUnavailableException {
        return inTurn(uri, () -> client.get(uri, token));
    }

    /**
     * As {@link ProviderClient#post}, when it is this thread's turn.
     *
     * @throws ProviderBusyException if there is no turn in time
     */
    Answer post(URI uri, Map<String, String> fields, ClientCredentials credentials)
            throws ProviderUnavailableException {
        return inTurn(uri, () -> client.post(uri, fields, credentials));
    }

    private Answer inTurn(URI uri, Remembered.Source<Answer> call) throws ProviderUnavailableException {
        if (turns.availablePermits() == maxConcurrentRequests) {
            lastProgress.set(nanoTime.getAsLong());
        }
        if (!turns.tryAcquire() && !waiters.await(turns::tryAcquire, lastProgress::get, requestTimeout)) {
            throw busy(uri);
        }
        try {
            long begin = nanoTime.getAsLong();
            Answer answer = call.fetch();
            long end = nanoTime.getAsLong();
            waiters.answeredIn(end - begin);
            lastProgress.set(end);
            return answer;
        } finally {
            turns.release();
        }
    }

    private ProviderBusyException busy(URI uri) {
        String sentence =
                ("%s has not answered in time what it is asked about %d tokens, and is not asked about more: check the"
                                + " provider's health; if it is well, raise mcp.auth.max-concurrent-requests")
                        .formatted(uri, maxConcurrentRequests);
        long now = nanoTime.getAsLong();
        long logged = lastLogged.get();
        // each of a crowd would say the same
        if (now - logged >= LOG_INTERVAL.toNanos() && lastLogged.compareAndSet(logged, now)) {
            LOGGER.log(WARNING, "MCPAUTH-106 " + sentence);
        }
        return new ProviderBusyException(sentence);
    }
}
