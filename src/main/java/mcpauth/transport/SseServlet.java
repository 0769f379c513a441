package mcpauth.transport;

import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Resource;
import mcpauth.http.JsonError;

/**
 * {@code GET /sse}: opens a session and keeps its stream open. Any other method is answered 405, by which clients that
 * try Streamable HTTP first find out that this is HTTP+SSE.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/transports">MCP 2024-11-05, Transports</a>
 */
@WebServlet(name = "sse", urlPatterns = SseServlet.PATH, asyncSupported = true)
public class SseServlet extends HttpServlet {
    static final String PATH = Resource.SSE_PATH;
    private static final long serialVersionUID = 1L;

    private final transient McpServerHost host;
    private final transient McpAuthConfig.Server config;
    private final transient SecurityContext securityContext;

    /** Called by the container only. */
    @Inject
    public SseServlet(McpServerHost host, McpAuthConfig config, SecurityContext securityContext) {
        this.host = host.itself().get();
        this.config = config.server();
        this.securityContext = securityContext;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET");
            new JsonError("method_not_allowed", "This is the HTTP+SSE transport: open the stream with GET.")
                    .send(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        } else if (config.stateless()) {
            new JsonError("not_found", "This server is stateless: the MCP endpoint is " + StreamableServlet.PATH + ".")
                    .send(response, HttpServletResponse.SC_NOT_FOUND);
        } else if (host.isStopping()) {
            SessionRefusals.stopping(response);
        } else {
            open(request, response);
        }
    }

    private void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Caller caller = Caller.current(securityContext);
        SseSessions sessions = host.sseSessions();
        if (!SessionRefusals.isAdmitted(sessions.admit(caller), config.limits(), response)) {
            return;
        }
        EventOutput output;
        try {
            output = EventOutput.open(request, response, config.limits().maxBufferedBytes());
        } catch (IOException | RuntimeException e) {
            sessions.giveBack(caller);
            throw e;
        }
        SseSession session = sessions.create(caller, output);
        session.renew(Rechecks.of(request));
        sessions.start(session, config.externalPath(request.getContextPath()) + MessagesServlet.PATH);
    }
}
