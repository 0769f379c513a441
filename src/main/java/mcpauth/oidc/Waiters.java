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

    /** A quarter of those who may ask the provider. */
    static Waiters of(McpAuthConfig.Auth config) {
        return new Waiters(Math.max(1, config.maxConcurrentRequests() / 4), System::nanoTime);
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
     * @param lastSign when there last was a sign that the provider answers, of the clock given to the constructor: each one
     *     gives another moment
     * @param longest the longest time to wait from now on
     * @return whether it has happened; false also where too many wait already, and for a thread that is interrupted
     */
    boolean await(Event event, LongSupplier lastSign, Duration longest) {
        long end = nanoTime.getAsLong() + longest.toNanos();
        try {
            long moment;
            do {
                long now = nanoTime.getAsLong();
                moment = Math.min(lastSign.getAsLong() + MOMENT.toNanos() - now, end - now);
                if (event.await(Math.max(moment, 0), TimeUnit.NANOSECONDS)) {
                    return true;
                }
            } while (moment > 0);
            if (!patient.tryAcquire()) {
                return false;
            }
            try {
                return event.await(end - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
            } finally {
                patient.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
