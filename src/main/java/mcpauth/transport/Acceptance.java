package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The 202 with which a POST of HTTP+SSE is answered: when its message has been handled, or sooner, from any thread, where
 * that takes longer. The call goes on, on the thread of the request. The connection is closed then, as the client's next
 * message would wait behind the call on it.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/transports">MCP 2024-11-05, Transports</a>
 */
final class Acceptance {
    private static final System.Logger LOGGER = System.getLogger(Acceptance.class.getName());

    private final HttpServletResponse response;
    private final long started = System.nanoTime();
    private final ReentrantLock answering = new ReentrantLock();
    private final boolean persistent;
    private volatile boolean answered;

    Acceptance(HttpServletRequest request, HttpServletResponse response) {
        this.response = response;
        // there is no such header in HTTP/2, nor does one message wait for another there
        this.persistent = !request.getProtocol().startsWith("HTTP/1.");
    }

    /** Whether nothing has been answered for that long. */
    boolean isDue(Duration patience) {
        return !answered && System.nanoTime() - started >= patience.toNanos();
    }

    /** Answers now, unless that has been done. */
    void sendNow() {
        if (!begin()) {
            return;
        }
        try {
            setHeaders();
            if (!persistent) {
                response.setHeader("Connection", "close");
            }
            response.setContentLength(0);
            response.flushBuffer();
        } catch (IOException e) {
            LOGGER.log(DEBUG, "The client of a message has gone", e);
        } finally {
            answering.unlock();
        }
    }

    /** The message has been handled: answers with the end of the request, unless that has been done. */
    void finish() {
        if (begin()) {
            setHeaders();
            answering.unlock();
        }
    }

    /** The message could not be handled: whether that can be answered. The response is the caller's alone from now on. */
    boolean isOpen() {
        boolean open = begin();
        if (open) {
            answering.unlock();
        }
        return open;
    }

    private boolean begin() {
        answering.lock();
        if (answered) {
            answering.unlock();
            return false;
        }
        answered = true;
        return true;
    }

    private void setHeaders() {
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
        response.setHeader("Cache-Control", "no-store");
    }
}
