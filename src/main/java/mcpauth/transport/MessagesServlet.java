package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.Incident;
import mcpauth.http.JsonError;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /messages?sessionId=…}: a message of the client; answered 202, what is to be said to it is said in the
 * session's stream.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/transports">MCP 2024-11-05, Transports</a>
 */
@WebServlet(name = "messages", urlPatterns = MessagesServlet.PATH, asyncSupported = true)
public class MessagesServlet extends HttpServlet {
    static final String PATH = "/messages";
    private static final long serialVersionUID = 1L;

    private final transient McpServerHost host;
    private final transient McpAuthConfig.Server config;
    private final transient SecurityContext securityContext;

    /** Called by the container only. */
    @Inject
    public MessagesServlet(McpServerHost host, McpAuthConfig config, SecurityContext securityContext) {
        this.host = host;
        this.config = config.server();
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
        if (!isJson(request.getContentType())) {
            answerError(
                    response,
                    HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
                    ErrorCodes.INVALID_REQUEST,
                    "Content-Type must be application/json");
            return;
        }
        String sessionId = request.getParameter("sessionId");
        if (sessionId == null) {
            new JsonError("invalid_request", "Missing sessionId parameter")
                    .send(response, HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        Optional<SseSession> session = host.sseSessions().find(sessionId, Caller.current(securityContext));
        if (session.isEmpty()) {
            new JsonError("not_found", "No transport found for sessionId")
                    .send(response, HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        receive(session.get(), request, response);
    }

    private void receive(SseSession session, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] body = request.getInputStream().readNBytes(config.maxRequestBytes() + 1);
        if (body.length > config.maxRequestBytes()) {
            answerError(
                    response,
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    ErrorCodes.INVALID_REQUEST,
                    "The body has more than " + config.maxRequestBytes() + " bytes (mcp.server.max-request-bytes)");
            return;
        }
        JSONRPCMessage message = parse(body, response);
        if (message != null) {
            handle(session, message, response);
        }
    }

    /** Null if the body is no message, which has been answered then. */
    private @Nullable JSONRPCMessage parse(byte[] body, HttpServletResponse response) throws IOException {
        try {
            return McpSchema.deserializeJsonRpcMessage(host.jsonMapper(), new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            answerError(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.PARSE_ERROR,
                    "The body is not one JSON object");
        } catch (IllegalArgumentException e) {
            answerError(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.INVALID_REQUEST,
                    "The body is not a JSON-RPC 2.0 message");
        }
        return null;
    }

    private static void handle(SseSession session, JSONRPCMessage message, HttpServletResponse response)
            throws IOException {
        try {
            session.receive(message);
            response.setStatus(HttpServletResponse.SC_ACCEPTED);
            response.setHeader("Cache-Control", "no-store");
        } catch (RuntimeException e) {
            // whatever the SDK throws must not become a stack trace on an error page
            answerError(
                    response,
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    ErrorCodes.INTERNAL_ERROR,
                    Incident.log("an MCP message", e).sentence());
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    private static void answerError(HttpServletResponse response, int status, int code, String message)
            throws IOException {
        byte[] body = Json.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("id", JsonValue.NULL)
                .add("error", Json.createObjectBuilder().add("code", code).add("message", message))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
