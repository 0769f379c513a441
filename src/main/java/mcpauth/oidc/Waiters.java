package mcpauth.oidc;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import mcpauth.config.McpAuthConfig;

/**
 * Threads that wait for a provider which another thread is asking. The provider's answer is a moment away, or it hangs:
 * so all of them may wait for a moment, and few for longer. Those few are all the threads of the server that a provider
 * which hangs can hold in this way. How long a moment is, the provider's own answers say. Safe for use by many threads.
 */
final class Waiters {
    /** The moment of a provider that has not answered yet. One that takes longer hangs, or is as good as hanging. */
    static final Duration LONGEST_MOMENT = Duration.ofSeconds(2);
    /** A hiccup of a provider that usually answers at once is not its end. */
    static final Duration SHORTEST_MOMENT = Duration.ofMillis(500);
    /** How many of its usual answers a provider may take the time of, before it is taken to hang. */
    private static final int ANSWERS_IN_A_MOMENT = 8;
    /** One answer out of the common changes what is usual by an eighth of the difference. */
    private static final int MEMORY = 8;

    private final Semaphore patient;
    private final LongSupplier nanoTime;
    /** What an answer usually takes. */
    private final AtomicLong usualNanos = new AtomicLong(LONGEST_MOMENT.toNanos() / ANSWERS_IN_A_MOMENT);

    /** @param patient how many threads may wait for longer than a moment */
    Waiters(int patient, LongSupplier nanoTime) {
        this.patient = new Semaphore(patient);
        this.nanoTime = nanoTime;
    }

    /** A quarter of those who may ask the provider. */
    static Waiters of(McpAuthConfig.Auth config) {
        return new Waiters(Math.max(1, config.maxConcurrentRequests() / 4), System::nanoTime);
    }

    /** The provider has answered: from now on a moment is longer, or shorter. */
    void answeredIn(long nanos) {
        usualNanos.accumulateAndGet(nanos, (usual, latest) -> usual + (latest - usual) / MEMORY);
    }

    private long moment() {
        long usual = ANSWERS_IN_A_MOMENT * usualNanos.get();
        return Math.max(SHORTEST_MOMENT.toNanos(), Math.min(usual, LONGEST_MOMENT.toNanos()));
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
            long left;
            do {
                long now = nanoTime.getAsLong();
                left = Math.min(lastSign.getAsLong() + moment() - now, end - now);
                if (event.await(Math.max(left, 0), TimeUnit.NANOSECONDS)) {
                    return true;
                }
            } while (left > 0);
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
