package mcpauth.oidc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something of the provider's: fetched when first asked for, remembered, fetched again when old. One request is in flight
 * however many callers wait, as {@link Waiters} has it; while something is remembered nobody waits but the caller that fetches it anew. A provider
 * that is down leaves what is remembered in force, for a bounded time. Safe for use by many threads.
 *
 * @param <T> what is remembered; immutable
 */
final class Remembered<T> {
    /** A failed fetch is believed that long, so that a crowd of callers does not become a crowd of requests. */
    static final Duration FAILURE_TTL = Duration.ofSeconds(1);

    /** Longer than any fetch takes: what ends the wait is the fetch. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final Source<T> source;
    private final long ttlNanos;
    private final long outageNanos;
    private final LongSupplier nanoTime;
    private final Waiters waiters;
    private final AtomicReference<@Nullable Fetch<T>> latest = new AtomicReference<>();
    private volatile @Nullable Usable<T> usable;

    /** Where it comes from. */
    @FunctionalInterface
    interface Source<T> {
        T fetch() throws ProviderUnavailableException;
    }

    private record Fetch<T>(CompletableFuture<T> result, long startedNanos) {}

    private record Usable<T>(T value, long fetchedNanos) {}

    /**
     * @param ttl after that time it is fetched again
     * @param outageTtl after that time more it is no longer believed where fetching fails
     */
    Remembered(Source<T> source, Duration ttl, Duration outageTtl, Waiters waiters, LongSupplier nanoTime) {
        this.source = source;
        this.ttlNanos = ttl.toNanos();
        this.outageNanos = outageTtl.toNanos();
        this.waiters = waiters;
        this.nanoTime = nanoTime;
    }

    /**
     * What is in force.
     *
     * @throws ProviderUnavailableException if there is nothing and the provider gives nothing
     */
    T get() throws ProviderUnavailableException {
        Fetch<T> fetch = latest(ttlNanos);
        Usable<T> remembered = usable;
        if (remembered != null && nanoTime.getAsLong() - remembered.fetchedNanos - ttlNanos < outageNanos) {
            return remembered.value;
        }
        return result(fetch);
    }

    /**
     * What the provider gave not longer ago than that, for a caller whom what is in force does not help: waits for a
     * request that is in flight.
     *
     * @throws ProviderUnavailableException if the provider gives nothing at the moment
     */
    T refreshed(Duration age) throws ProviderUnavailableException {
        return result(latest(Math.min(age.toNanos(), ttlNanos)));
    }

    private Fetch<T> latest(long ageNanos) {
        Fetch<T> current = latest.get();
        if (current != null && isFresh(current, ageNanos)) {
            return current;
        }
        Fetch<T> next = new Fetch<>(new CompletableFuture<>(), nanoTime.getAsLong());
        if (!latest.compareAndSet(current, next)) {
            return latest(ageNanos);
        }
        fetch(next);
        return next;
    }

    private boolean isFresh(Fetch<T> fetch, long ageNanos) {
        if (!fetch.result.isDone()) {
            return true;
        }
        long age = nanoTime.getAsLong() - fetch.startedNanos;
        return age < (fetch.result.isCompletedExceptionally() ? FAILURE_TTL.toNanos() : ageNanos);
    }

    private T result(Fetch<T> fetch) throws ProviderUnavailableException {
        if (!fetch.result.isDone() && !waiters.await(landing(fetch), fetch::startedNanos, LONGEST_WAIT)) {
            throw new ProviderBusyException("the provider has not answered another request in time");
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

    private static Waiters.Event landing(Fetch<?> fetch) {
        return (time, unit) -> {
            try {
                fetch.result.get(time, unit);
                return true;
            } catch (ExecutionException e) {
                return true;
            } catch (TimeoutException e) {
                return false;
            }
        };
    }

    private void fetch(Fetch<T> fetch) {
        try {
            T fetched = source.fetch();
            usable = new Usable<>(fetched, nanoTime.getAsLong());
            fetch.result.complete(fetched);
        } catch (ProviderUnavailableException e) {
            // believed from now on: the attempt itself may have taken longer than that
            latest.compareAndSet(fetch, new Fetch<>(fetch.result, nanoTime.getAsLong()));
            fetch.result.completeExceptionally(e);
        } finally {
            // Whatever else went wrong, nobody may wait for this fetch for ever
            fetch.result.completeExceptionally(new IllegalStateException("fetching from the provider failed"));
        }
    }
}
