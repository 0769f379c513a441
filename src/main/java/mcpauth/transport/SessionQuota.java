package mcpauth.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mcpauth.config.McpAuthConfig;

/** How many sessions there are, of both transports together. Safe for use by many threads. */
final class SessionQuota {
    /** Whether another session may be opened. */
    enum Admission {
        ADMITTED,
        TOO_MANY_OF_USER,
        TOO_MANY
    }

    private final int maxSessions;
    private final int maxSessionsPerUser;
    private final AtomicInteger sessions = new AtomicInteger();
    private final Map<Caller, Integer> sessionsOfUser = new ConcurrentHashMap<>();

    SessionQuota(McpAuthConfig.Limits limits) {
        this.maxSessions = limits.maxSessions();
        this.maxSessionsPerUser = limits.maxSessionsPerUser();
    }

    /** Counts a session of the caller in, if there is room for it; then {@link #release} has to follow once. */
    Admission admit(Caller caller) {
        int ofUser = sessionsOfUser.merge(caller, 1, Integer::sum);
        if (ofUser > maxSessionsPerUser) {
            forget(caller);
            return Admission.TOO_MANY_OF_USER;
        }
        if (sessions.incrementAndGet() > maxSessions) {
            release(caller);
            return Admission.TOO_MANY;
        }
        return Admission.ADMITTED;
    }

    void release(Caller caller) {
        sessions.decrementAndGet();
        forget(caller);
    }

    /** Sessions that are open now. */
    int size() {
        return sessions.get();
    }

    /** Users who have a session now. */
    int users() {
        return sessionsOfUser.size();
    }

    private void forget(Caller caller) {
        sessionsOfUser.computeIfPresent(caller, (user, count) -> count == 1 ? null : count - 1);
    }
}
