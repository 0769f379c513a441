package mcpauth.bench;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the server itself costs: takes a body and answers constant bytes, without authentication; a GET opens a stream
 * that never ends, with the one event that an HTTP+SSE session begins with. Deployed as a WAR of its own beside ours.
 */
@WebServlet(urlPatterns = "/answer", asyncSupported = true)
public class BareServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int MAX_BODY = 1 << 20;
    private static final byte[] EVENT = "event: endpoint\ndata: /nowhere\n\n".getBytes(StandardCharsets.US_ASCII);

    private final transient Queue<AsyncContext> idleRequests = new ConcurrentLinkedQueue<>();
    private volatile byte[] answer = new byte[0];

    /** Called by the container only. */
    public BareServlet() {}

    /** From now on the answer has that many bytes. */
    @Override
    protected void doPut(HttpServletRequest request, HttpServletResponse response) {
        answer = "x".repeat(Integer.parseInt(request.getParameter("bytes"))).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.getInputStream().readNBytes(MAX_BODY);
        response.setContentType("application/json");
        byte[] bytes = answer;
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/event-stream");
        // Open Liberty holds the first flush back where something has been written before it
        response.flushBuffer();
        AsyncContext idle = request.startAsync();
        idle.setTimeout(0);
        idleRequests.add(idle);
        idle.start(() -> {
            try {
                response.getOutputStream().write(EVENT);
                response.getOutputStream().flush();
            } catch (IOException e) {
                idle.complete();
            }
        });
    }

    /** Ends them all: the container does not notice that their clients have gone. */
    @Override
    protected void doDelete(HttpServletRequest request, HttpServletResponse response) {
        for (AsyncContext idle = idleRequests.poll(); idle != null; idle = idleRequests.poll()) {
            idle.complete();
        }
    }
}
