package mcpauth.transport;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The ids of what a client was asked and has not answered: the SDK writes any other into the log. Safe for use by many
 * threads.
 */
final class AskedIds {
    /** A client that never answers: the SDK gives up its questions one by one, without telling us. */
    private static final int MOST = 1000;

    private final Set<Object> ids = new LinkedHashSet<>();

    synchronized void add(Object id) {
        ids.add(id);
        if (ids.size() > MOST) {
            ids.remove(ids.iterator().next());
        }
    }

    /** Whether it was asked and not yet answered. */
    synchronized boolean remove(Object id) {
        return ids.remove(id);
    }
}
