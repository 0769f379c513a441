package mcpauth.tool;

import java.util.concurrent.CancellationException;

/**
 * Whether anybody still waits for a call: a {@link Tool} method may have a parameter of this type, which is no argument of
 * the tool. A call is cancelled when its client says so ({@code notifications/cancelled}), ends the session, has gone, or
 * has lost the right to it; nothing that the tool answers is sent then. The call's thread is interrupted too, so a tool
 * that waits is woken with an {@link InterruptedException}; one that computes asks here now and then. May be asked from
 * any thread.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/cancellation">MCP,
 *     Cancellation</a>
 */
public interface Cancellation {

    /** Whether the call has been cancelled; once it has been, that does not change. */
    boolean isCancelled();

    /**
     * Ends a tool whose call has been cancelled, and does nothing otherwise.
     *
     * @throws CancellationException if the call has been cancelled
     */
    default void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancellationException("The call has been cancelled");
        }
    }
}
