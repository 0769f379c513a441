package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import io.modelcontextprotocol.common.McpTransportContext;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import mcpauth.tool.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being handled on the thread that made this. Whoever cancels it interrupts that thread, but only until
 * the answer is about to be written, and not while the thread writes something else to the client: a container may close a
 * connection whose writer is interrupted, and the next work of the thread has nothing to do with it.
 */
final class RunningCall implements Cancellation {
    private static final System.Logger LOGGER = System.getLogger(RunningCall.class.getName());
    private static final String KEY = RunningCall.class.getName();

    private final Object id;
    private final Thread thread = Thread.currentThread();
    private final long started = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean cancelled;
    private boolean interrupted;
    private boolean writing;
    private boolean ended;

    /** @param id of the request */
    RunningCall(Object id) {
        this.id = id;
    }

    /** Of the SDK's request handler; null for a call that cannot be cancelled. */
    static @Nullable RunningCall of(McpTransportContext context) {
        return context.get(KEY) instanceof RunningCall call ? call : null;
    }

    /** By which {@link #of} finds it. */
    McpTransportContext context() {
        return McpTransportContext.create(Map.of(KEY, this));
    }

    /** A number and a string are two ids, whatever the string says (JSON-RPC 2.0, section 4). */
    boolean hasId(@Nullable Object other) {
        return id.equals(other)
                || (id instanceof Number
                        && other instanceof Number
                        && id.toString().equals(other.toString()));
    }

    boolean isOnThisThread() {
        return thread == Thread.currentThread();
    }

    long nanos() {
        return System.nanoTime() - started;
    }

    /** Does nothing once the call has ended, and the second time. */
    void cancel() {
        lock.lock();
        try {
            if (!cancelled && !ended) {
                cancelled = true;
                if (!writing) {
                    interrupt();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void interrupt() {
        interrupted = true;
        thread.interrupt();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * Writes what the call has to say before its end, without being interrupted; nothing if it was cancelled.
     *
     * @param isAwaited whether the call waits for the client's answer to it
     * @throws CancellationException if it was cancelled and would wait
     */
    void say(Runnable write, boolean isAwaited) {
        if (cancelled) {
            if (isAwaited) {
                throwIfCancelled();
            }
        } else if (isOnThisThread()) {
            sayUninterrupted(write);
        } else {
            write.run();
        }
    }

    private void sayUninterrupted(Runnable write) {
        boolean wasInterrupted = beginToWrite();
        try {
            write.run();
        } finally {
            endToWrite();
            if (wasInterrupted) {
                thread.interrupt();
            }
        }
    }

    private boolean beginToWrite() {
        lock.lock();
        try {
            writing = true;
            return Thread.interrupted();
        } finally {
            lock.unlock();
        }
    }

    private void endToWrite() {
        lock.lock();
        try {
            writing = false;
            if (cancelled && !interrupted) {
                interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** However a call ends that was told to: it is no incident. */
    void throwUnlessCancelled(RuntimeException failure) {
        if (!cancelled) {
            throw failure;
        }
        LOGGER.log(DEBUG, "A cancelled call ends with a failure", failure);
    }

    /**
     * Called by the call's thread before it answers, and when the call is over: it is not interrupted from now on, nor is
     * what it does next.
     *
     * @return whether the answer may be sent
     */
    boolean end() {
        lock.lock();
        try {
            ended = true;
            if (interrupted) {
                interrupted = false;
                Thread.interrupted();
            }
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }
}
