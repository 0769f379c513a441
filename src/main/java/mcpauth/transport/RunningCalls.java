package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls of one session that run now. Safe for use by many threads. */
final class RunningCalls {
    private static final String METHOD_NOTIFICATION_CANCELLED = "notifications/cancelled";

    private final Set<RunningCall> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A call that begins on this thread, which has to {@link #end} it; cancelled already if the session has ended. */
    RunningCall begin(Object id) {
        RunningCall call = new RunningCall(id);
        calls.add(call);
        if (closed) {
            call.cancel();
        }
        return call;
    }

    void end(RunningCall call) {
        call.end();
        calls.remove(call);
    }

    /** The call that runs on this thread. */
    @Nullable RunningCall ofThisThread() {
        return calls.stream().filter(RunningCall::isOnThisThread).findAny().orElse(null);
    }

    /** Whether one has been running for longer than that. */
    boolean anyLongerThan(Duration time) {
        return calls.stream().anyMatch(call -> call.nanos() > time.toNanos());
    }

    /** Cancels the call that the client names, if it is that notification; there may be none, as it may have just ended. */
    void take(JSONRPCNotification notification) {
        if (notification.method().equals(METHOD_NOTIFICATION_CANCELLED)
                && notification.params() instanceof Map<?, ?> params) {
            Object id = params.get("requestId");
            calls.stream().filter(call -> call.hasId(id)).forEach(RunningCall::cancel);
        }
    }

    void cancelAll() {
        calls.forEach(RunningCall::cancel);
    }

    /** The session has ended: nobody will read an answer. */
    void close() {
        closed = true;
        cancelAll();
    }
}
