package mcpauth.oidc;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The provider's metadata: fetched when first asked for, remembered, fetched again when old. One request is in flight
 * however many callers wait; while metadata is remembered nobody waits but the caller that fetches it anew. A provider
 * that is down leaves what is remembered in force. Safe for use by many threads.
 */
public class ProviderMetadataService {
    private static final System.Logger LOGGER = System.getLogger(ProviderMetadataService.class.getName());
    /** A failed fetch is believed that long, so that a crowd of callers does not become a crowd of requests. */
    static final Duration FAILURE_TTL = Duration.ofSeconds(1);

    private final Source source;
    private final long ttlNanos;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Fetch> latest = new AtomicReference<>();
    private volatile @Nullable ProviderMetadata usable;

    /** Where the metadata comes from. */
    @FunctionalInterface
    interface Source {
        ProviderMetadata fetch() throws ProviderUnavailableException;
    }

    private record Fetch(CompletableFuture<ProviderMetadata> result, long startedNanos) {}

    ProviderMetadataService(Source source, Duration ttl, LongSupplier nanoTime) {
        this.source = source;
        this.ttlNanos = ttl.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * The metadata that is in force.
     *
     * @throws ProviderUnavailableException if there is none and the provider gives none
     */
    public ProviderMetadata get() throws ProviderUnavailableException {
        Fetch current = latest.get();
        if (current != null && isFresh(current)) {
            return result(current);
        }
        Fetch next = new Fetch(new CompletableFuture<>(), nanoTime.getAsLong());
        if (!latest.compareAndSet(current, next)) {
            return get();
        }
        fetch(next);
        return result(next);
    }

    private boolean isFresh(Fetch fetch) {
        if (!fetch.result.isDone()) {
            return true;
        }
        long ttl = fetch.result.isCompletedExceptionally() ? FAILURE_TTL.toNanos() : ttlNanos;
        return nanoTime.getAsLong() - fetch.startedNanos < ttl;
    }

    private ProviderMetadata result(Fetch fetch) throws ProviderUnavailableException {
        ProviderMetadata remembered = usable;
        if (remembered != null) {
            return remembered;
        }
        try {
            return fetch.result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProviderUnavailableException unavailable) {
                throw unavailable;
            }
            throw e;
        }
    }

    private void fetch(Fetch fetch) {
        try {
            ProviderMetadata fetched = source.fetch();
            if (!fetched.equals(usable)) {
                LOGGER.log(INFO, "MCPAUTH-101 The provider's metadata was read");
                fetched.warnings().forEach(warning -> LOGGER.log(WARNING, "MCPAUTH-102 " + warning));
            }
            usable = fetched;
            fetch.result.complete(fetched);
        } catch (ProviderUnavailableException e) {
            LOGGER.log(WARNING, "MCPAUTH-103 " + e.getMessage());
            // believed from now on: the attempt itself may have taken longer than that
            latest.compareAndSet(fetch, new Fetch(fetch.result, nanoTime.getAsLong()));
            fetch.result.completeExceptionally(e);
        } finally {
            // Whatever else went wrong, nobody may wait for this fetch for ever
            fetch.result.completeExceptionally(new IllegalStateException("fetching the provider's metadata failed"));
        }
    }
}
