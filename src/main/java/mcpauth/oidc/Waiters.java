package mcpauth.oidc;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import mcpauth.config.McpAuthConfig;

/**
 * Threads that wait for a provider which another thread is asking. The provider's answer is a moment away, or it hangs:
 * so all of them may wait for a moment, and few for longer. Those few are all the threads of the server that a provider
 * which hangs can hold in this way. Safe for use by many threads.
 */
final class Waiters {
    /** A provider that takes longer than that hangs, or is as good as hanging. */
    static final Duration MOMENT = Duration.ofSeconds(1);

    private final Semaphore patient;
    private final LongSupplier nanoTime;

    /** @param patient how many threads may wait for longer than a moment */
    Waiters(int patient, LongSupplier nanoTime) {
        this.patient = new Semaphore(patient);
        this.nanoTime = nanoTime;
    }

    /** Half as many as may ask the provider. */
    static Waiters of(McpAuthConfig.Auth config) {
        return new Waiters(Math.max(1, config.maxConcurrentRequests() / 2), System::nanoTime);
    }

    /** What is waited for. */
    @FunctionalInterface
    interface Event {
        /** Waits for that long at most; whether it has happened. */
        boolean await(long time, TimeUnit unit) throws InterruptedException;
    }

    /**
     * Waits on this thread.
     *
     * @param sinceNanos when the work began that is waited for, of the clock given to the constructor
     * @param longest the longest time to wait from now on
     * @return whether it has happened; false also where too many wait already, and for a thread that is interrupted
     */
    boolean await(Event event, long sinceNanos, Duration longest) {
        long begin = nanoTime.getAsLong();
        long moment = Math.min(MOMENT.toNanos() - (begin - sinceNanos), longest.toNanos());
        try {
            if (event.await(Math.max(moment, 0), TimeUnit.NANOSECONDS)) {
                return true;
            }
            if (!patient.tryAcquire()) {
                return false;
            }
            try {
                return event.await(longest.toNanos() - (nanoTime.getAsLong() - begin), TimeUnit.NANOSECONDS);
            } finally {
                patient.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
