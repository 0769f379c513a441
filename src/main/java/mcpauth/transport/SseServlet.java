package mcpauth.transport;

import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.JsonError;

/**
 * {@code GET /sse}: opens a session and keeps its stream open. Any other method is answered 405, by which clients that
 * try Streamable HTTP first find out that this is HTTP+SSE.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/transports">MCP 2024-11-05, Transports</a>
 */
@WebServlet(name = "sse", urlPatterns = SseServlet.PATH, asyncSupported = true)
public class SseServlet extends HttpServlet {
    static final String PATH = "/sse";
    private static final long serialVersionUID = 1L;

    private final transient McpServerHost host;
    private final transient McpAuthConfig.Server config;
    private final transient SecurityContext securityContext;

    /** Called by the container only. */
    @Inject
    public SseServlet(McpServerHost host, McpAuthConfig config, SecurityContext securityContext) {
        this.host = host;
        this.config = config.server();
        this.securityContext = securityContext;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET");
            new JsonError("method_not_allowed", "This is the HTTP+SSE transport: open the stream with GET.")
                    .send(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        } else if (host.sseSessions().isClosing()) {
            response.setHeader("Retry-After", "5");
            new JsonError("temporarily_unavailable", "The server is being stopped. Try again.")
                    .send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        } else {
            open(request, response);
        }
    }

    private void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Caller caller = Caller.current(securityContext);
        String messagesPath = config.externalPath(request.getContextPath()) + MessagesServlet.PATH;
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        // Before startAsync: Open Liberty holds a flush on this thread back after it
        response.flushBuffer();
        AsyncContext asynchronous = request.startAsync();
        asynchronous.setTimeout(0);
        SseSession session = host.sseSessions().create(caller, asynchronous, response.getOutputStream());
        asynchronous.addListener(new EndOfStream(session));
        host.sseSessions().start(session, messagesPath);
    }

    /** Gives the session back when its client has gone. */
    private record EndOfStream(SseSession session) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            session.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            session.close();
        }

        @Override
        public void onError(AsyncEvent event) {
            session.close();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // only asynchronous requests that are dispatched anew get here
        }
    }
}
