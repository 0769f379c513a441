package mcpauth.transport;

import static java.util.Objects.requireNonNull;

import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.modelcontextprotocol.spec.ProtocolVersions;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Resource;
import mcpauth.http.Incident;
import mcpauth.http.JsonError;
import mcpauth.transport.MessageReader.Batch;
import org.jspecify.annotations.Nullable;

/**
 * {@code /mcp}: the Streamable HTTP transport. POST takes messages and answers requests in its own response, GET opens a
 * stream for what the server has to say by itself, DELETE ends the session. Without sessions
 * ({@code mcp.server.stateless}) there is POST only.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http">MCP
 *     2025-11-25, Streamable HTTP</a>
 */
@WebServlet(name = "mcp", urlPatterns = StreamableServlet.PATH, asyncSupported = true)
public class StreamableServlet extends HttpServlet {
    static final String PATH = Resource.MCP_PATH;
    private static final String SESSION_ID = "Mcp-Session-Id";
    private static final String PROTOCOL_VERSION = "MCP-Protocol-Version";
    private static final long serialVersionUID = 1L;

    private final transient McpServerHost host;
    private final transient McpAuthConfig.Server config;
    private final transient SecurityContext securityContext;

    /** Called by the container only. */
    @Inject
    public StreamableServlet(McpServerHost host, McpAuthConfig config, SecurityContext securityContext) {
        this.host = host.itself().get();
        this.config = config.server();
        this.securityContext = securityContext;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String method = request.getMethod();
        if (!method.equals("POST") && (config.stateless() || !(method.equals("GET") || method.equals("DELETE")))) {
            response.setHeader("Allow", config.stateless() ? "POST" : "GET, POST, DELETE");
            new JsonError("method_not_allowed", "This is the Streamable HTTP transport: send messages with POST.")
                    .send(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        } else if (host.isStopping()) {
            SessionRefusals.stopping(response);
        } else if (method.equals("POST")) {
            post(request, response);
        } else if (isVersionSupported(request, response)) {
            if (method.equals("GET")) {
                get(request, response);
            } else {
                delete(request, response);
            }
        }
    }

    private static boolean isVersionSupported(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String version = request.getHeader(PROTOCOL_VERSION);
        if (version == null || StreamableSessions.PROTOCOL_VERSIONS.contains(version)) {
            return true;
        }
        JsonRpcErrors.send(
                response,
                HttpServletResponse.SC_BAD_REQUEST,
                JsonRpcErrors.SERVER_ERROR,
                "MCP-Protocol-Version is not supported: expected one of "
                        + String.join(", ", StreamableSessions.PROTOCOL_VERSIONS));
        return false;
    }

    private void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!MessageReader.acceptsType(request, response)
                || !accepts(request, response, "application/json", "text/event-stream")) {
            return;
        }
        byte[] body = host.messageReader().body(request, response);
        Object json = body == null ? null : MessageReader.json(body, response);
        if (json == null) {
            return;
        }
        if (json instanceof List<?> elements) {
            if (isVersionSupported(request, response)) {
                batch(elements, request, response);
            }
            return;
        }
        JSONRPCMessage message = MessageReader.message(json, response);
        if (message == null) {
            return;
        }
        // The header speaks of requests after initialize (MCP, Lifecycle, Version Negotiation): that offers one in its
        // body
        boolean initializes =
                message instanceof JSONRPCRequest call && call.method().equals(McpSchema.METHOD_INITIALIZE);
        if (!initializes && !isVersionSupported(request, response)) {
            return;
        }
        if (config.stateless()) {
            handleStateless(message, response);
        } else if (initializes && message instanceof JSONRPCRequest initialize) {
            initialize(initialize, request, response);
        } else {
            StreamableSession session = session(request, response);
            if (session != null) {
                handle(session, new Batch(List.of(message), List.of()), false, request, response);
            }
        }
    }

    private void initialize(JSONRPCRequest initialize, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getHeader(SESSION_ID) != null) {
            answerError(initialize, response, ErrorCodes.INVALID_REQUEST, "The session is initialized already");
            return;
        }
        if (!(initialize.params() instanceof Map<?, ?>)) {
            answerError(initialize, response, ErrorCodes.INVALID_PARAMS, "initialize needs parameters");
            return;
        }
        Optional<JSONRPCResponse> refusal = host.parameters().refusal(initialize);
        if (refusal.isPresent()) {
            JSONRPCError error = requireNonNull(refusal.get().error());
            answerError(initialize, response, error.code(), error.message());
            return;
        }
        Caller caller = Caller.current(securityContext);
        StreamableSessions sessions = host.streamableSessions();
        if (!SessionRefusals.isAdmitted(sessions.admit(caller), config.limits(), response)) {
            return;
        }
        try {
            StreamableSessions.Opened opened = sessions.open(
                    caller, Parameters.withKnownRevision(initialize, StreamableSessions.PROTOCOL_VERSIONS));
            response.setHeader(SESSION_ID, opened.session().id());
            PostResponse answer = host.postResponse(response, false);
            answer.write(JSONRPCResponse.result(initialize.id(), opened.result()));
            answer.finish();
        } catch (RuntimeException e) {
            answerIncident(response, e);
        }
    }

    private void batch(List<?> elements, HttpServletRequest request, HttpServletResponse response) throws IOException {
        StreamableSession session = config.stateless() ? null : session(request, response);
        if (session == null && !config.stateless()) {
            return;
        }
        String version = session == null ? request.getHeader(PROTOCOL_VERSION) : session.protocolVersion();
        if (session == null || !ProtocolVersions.MCP_2025_03_26.equals(version)) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.INVALID_REQUEST,
                    "Send one message in a POST: there are no batches in this revision of MCP");
            return;
        }
        Batch batch = host.messageReader().batch(elements, response);
        if (batch != null) {
            handle(session, batch, true, request, response);
        }
    }

    private void handle(
            StreamableSession session,
            Batch batch,
            boolean inArray,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        PostResponse answer = host.postResponse(response, inArray);
        session.enter(Rechecks.of(request));
        try {
            if (!batch.asks()) {
                batch.messages().forEach(message -> take(session, message));
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
                response.setHeader("Cache-Control", "no-store");
                return;
            }
            batch.defects().forEach(defect -> answer.refuse(defect.id(), defect.code(), defect.sentence()));
            host.whileAnswering(
                    answer,
                    () -> batch.messages().forEach(message -> {
                        if (message instanceof JSONRPCRequest call) {
                            handle(session, call, answer);
                        } else {
                            take(session, message);
                        }
                    }));
            answer.finish();
        } catch (UnexpectedResponseException e) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.INVALID_REQUEST,
                    UnexpectedResponseException.SENTENCE);
        } catch (RuntimeException e) {
            answerIncident(response, e);
        } finally {
            session.leave();
        }
    }

    private void handle(StreamableSession session, JSONRPCRequest call, PostResponse answer) {
        Optional<JSONRPCResponse> refusal = host.parameters().refusal(call);
        if (call.method().equals(McpSchema.METHOD_INITIALIZE)) {
            answer.write(refusal(call, "The session is initialized already"));
        } else if (refusal.isPresent()) {
            answer.write(refusal.get());
        } else if (answer.isFull()) {
            answer.write(JsonRpcErrors.answer(
                    call,
                    JsonRpcErrors.SERVER_ERROR,
                    "Not done, as the answers of this batch are too large together"
                            + " (mcp.server.max-buffered-bytes): send it again by itself"));
        } else if (call.method().equals(McpSchema.METHOD_PING) || session.isInitialized()) {
            session.handle(call, answer);
        } else {
            answer.write(refusal(call, "Send notifications/initialized before any other request"));
        }
    }

    private static JSONRPCResponse refusal(JSONRPCRequest call, String reason) {
        return JsonRpcErrors.answer(call, ErrorCodes.INVALID_REQUEST, reason);
    }

    private static void take(StreamableSession session, JSONRPCMessage message) {
        if (message instanceof JSONRPCNotification notification) {
            session.accept(notification);
        } else if (message instanceof JSONRPCResponse clientResponse) {
            try {
                session.accept(clientResponse);
            } catch (McpError e) {
                // what the SDK says where it has not asked
                throw new UnexpectedResponseException(e);
            }
        }
    }

    private void handleStateless(JSONRPCMessage message, HttpServletResponse response) throws IOException {
        StatelessTransport transport = host.statelessTransport();
        try {
            if (message instanceof JSONRPCRequest call) {
                PostResponse answer = host.postResponse(response, false);
                Optional<JSONRPCResponse> refusal = host.parameters().refusal(call);
                if (refusal.isPresent()) {
                    answer.write(refusal.get());
                    answer.finish();
                    return;
                }
                JSONRPCRequest known = call.method().equals(McpSchema.METHOD_INITIALIZE)
                        ? Parameters.withKnownRevision(call, StreamableSessions.PROTOCOL_VERSIONS)
                        : call;
                RunningCall running = new RunningCall(call.id());
                host.whileAnswering(
                        answer,
                        () -> answer.handle(running, () -> answer.send(transport.handle(known, running.context()))));
                answer.finish();
            } else if (message instanceof JSONRPCNotification) {
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
                response.setHeader("Cache-Control", "no-store");
            } else {
                throw new UnexpectedResponseException();
            }
        } catch (UnexpectedResponseException e) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.INVALID_REQUEST,
                    UnexpectedResponseException.SENTENCE);
        } catch (RuntimeException e) {
            answerIncident(response, e);
        }
    }

    private void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!accepts(request, response, "text/event-stream")) {
            return;
        }
        StreamableSession session = session(request, response);
        if (session == null) {
            return;
        }
        session.enter(Rechecks.of(request));
        try {
            EventOutput output =
                    EventOutput.open(request, response, config.limits().maxBufferedBytes());
            ListeningStream stream = host.listeningStream(output);
            stream.open();
            session.listen(stream);
        } finally {
            session.leave();
        }
    }

    private void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
        StreamableSession session = session(request, response);
        if (session != null) {
            host.streamableSessions().end(session);
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            response.setHeader("Cache-Control", "no-store");
        }
    }

    /** The caller's session that the request names; null if there is none, which has been answered then. */
    private @Nullable StreamableSession session(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String id = request.getHeader(SESSION_ID);
        if (id == null) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    JsonRpcErrors.SERVER_ERROR,
                    "Mcp-Session-Id is missing: send initialize first, then the id that its answer has");
            return null;
        }
        Optional<StreamableSession> session = host.streamableSessions().find(id, Caller.current(securityContext));
        if (session.isEmpty()) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_NOT_FOUND,
                    JsonRpcErrors.SESSION_NOT_FOUND,
                    "There is no such session: send initialize to open another one");
        }
        return session.orElse(null);
    }

    private static boolean accepts(HttpServletRequest request, HttpServletResponse response, String... types)
            throws IOException {
        Accepted accepted = Accepted.of(Collections.list(request.getHeaders("Accept")));
        if (Arrays.stream(types).allMatch(accepted::contains)) {
            return true;
        }
        JsonRpcErrors.send(
                response,
                HttpServletResponse.SC_NOT_ACCEPTABLE,
                JsonRpcErrors.SERVER_ERROR,
                "Accept must list " + String.join(" and ", types));
        return false;
    }

    private static void answerError(JSONRPCRequest call, HttpServletResponse response, int code, String message)
            throws IOException {
        JsonRpcErrors.send(response, HttpServletResponse.SC_BAD_REQUEST, JsonRpcErrors.error(call.id(), code, message));
    }

    /** Whatever the SDK throws must not become a stack trace on an error page. */
    private static void answerIncident(HttpServletResponse response, RuntimeException failure) throws IOException {
        String sentence = Incident.log("an MCP message", failure).sentence();
        if (!response.isCommitted()) {
            JsonRpcErrors.send(
                    response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, ErrorCodes.INTERNAL_ERROR, sentence);
        }
    }
}
