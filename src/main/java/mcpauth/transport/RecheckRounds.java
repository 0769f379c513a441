package mcpauth.transport;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Goes through all sessions again and again. A session about which nothing can be found out does not keep the others from
 * their turn: a round that is ended for its length is taken up by the next one where it stopped. Used by one thread at a
 * time.
 */
final class RecheckRounds {
    private String last = "";

    /**
     * One round, from behind the session that was the last one's last.
     *
     * @param sessions by id
     * @param longest when no further session is begun; what was begun may take longer
     */
    <T> void run(Map<String, T> sessions, Consumer<T> recheck, Duration longest) {
        long started = System.nanoTime();
        TreeMap<String, T> ordered = new TreeMap<>(sessions);
        String from = last;
        if (goThrough(ordered.tailMap(from, false), recheck, started, longest)) {
            goThrough(ordered.headMap(from, true), recheck, started, longest);
        }
    }

    private <T> boolean goThrough(Map<String, T> sessions, Consumer<T> recheck, long started, Duration longest) {
        for (Map.Entry<String, T> session : sessions.entrySet()) {
            if (System.nanoTime() - started > longest.toNanos()) {
                return false;
            }
            last = session.getKey();
            recheck.accept(session.getValue());
        }
        return true;
    }
}
