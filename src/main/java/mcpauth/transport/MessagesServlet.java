package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import mcpauth.http.Incident;
import mcpauth.http.JsonError;

/**
 * {@code POST /messages?sessionId=…}: a message of the client; answered 202 without waiting for a call that takes its
 * time, what is to be said to it is said in the session's stream.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/transports">MCP 2024-11-05, Transports</a>
 */
@WebServlet(name = "messages", urlPatterns = MessagesServlet.PATH, asyncSupported = true)
public class MessagesServlet extends HttpServlet {
    static final String PATH = "/messages";
    private static final long serialVersionUID = 1L;

    private final transient McpServerHost host;
    private final transient SecurityContext securityContext;

    /** Called by the container only. */
    @Inject
    public MessagesServlet(McpServerHost host, SecurityContext securityContext) {
        this.host = host.itself().get();
        this.securityContext = securityContext;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            new JsonError("method_not_allowed", "Send messages with POST.")
                    .send(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        // Before the parameter is read: a form's parameters would be looked for in its body
        if (!MessageReader.acceptsType(request, response)) {
            return;
        }
        String[] sessionIds = request.getParameterValues("sessionId");
        if (sessionIds == null || sessionIds.length > 1) {
            new JsonError(
                            "invalid_request",
                            sessionIds == null ? "Missing sessionId parameter" : "Send one sessionId parameter")
                    .send(response, HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        Optional<SseSession> session = host.sseSessions().find(sessionIds[0], Caller.current(securityContext));
        if (session.isEmpty()) {
            new JsonError("not_found", "No transport found for sessionId")
                    .send(response, HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        session.get().renew(Rechecks.of(request));
        byte[] body = host.messageReader().body(request, response);
        Object json = body == null ? null : MessageReader.json(body, response);
        JSONRPCMessage message = json == null ? null : MessageReader.message(json, response);
        if (message != null) {
            handle(session.get(), message, request, response);
        }
    }

    private void handle(
            SseSession session, JSONRPCMessage message, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Acceptance acceptance = new Acceptance(request, response);
        try {
            host.whileAccepting(acceptance, () -> session.receive(message, acceptance));
            acceptance.finish();
        } catch (UnexpectedResponseException e) {
            if (acceptance.isOpen()) {
                JsonRpcErrors.send(
                        response,
                        HttpServletResponse.SC_BAD_REQUEST,
                        ErrorCodes.INVALID_REQUEST,
                        UnexpectedResponseException.SENTENCE);
            }
        } catch (RuntimeException e) {
            // whatever the SDK throws must not become a stack trace on an error page
            String sentence = Incident.log("an MCP message", e).sentence();
            if (acceptance.isOpen()) {
                JsonRpcErrors.send(
                        response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, ErrorCodes.INTERNAL_ERROR, sentence);
            }
        }
    }
}
