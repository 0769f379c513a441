package mcpauth.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import jakarta.servlet.AsyncContext;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All open HTTP+SSE sessions: the transport provider that the SDK's server is built on. Safe for use by many threads. */
final class SseSessions implements McpServerTransportProvider {
    private final Map<String, SseSession> sessions = new ConcurrentHashMap<>();
    private final McpJsonMapper jsonMapper;
    private volatile McpServerSession.@Nullable Factory factory;
    private volatile boolean closing;

    SseSessions(McpJsonMapper jsonMapper) {
        this.jsonMapper = jsonMapper;
    }

    /**
     * A new session, to be started next.
     *
     * @param request the asynchronous GET request
     * @param stream its response's body
     */
    SseSession create(Caller owner, AsyncContext request, OutputStream stream) {
        return new SseSession(owner, request, stream, jsonMapper, closed -> sessions.remove(closed.id(), closed));
    }

    /** Opens the session: its first event names the path for its messages. */
    void start(SseSession session, String messagesPath) {
        McpServerSession.Factory sessionFactory = factory;
        if (sessionFactory == null) {
            throw new IllegalStateException("the MCP server has not been built");
        }
        sessions.put(session.id(), session);
        session.start(sessionFactory, messagesPath);
    }

    /** Empty for another caller's session as for one that never was. */
    Optional<SseSession> find(String id, Caller caller) {
        return Optional.ofNullable(sessions.get(id)).filter(session -> session.belongsTo(caller));
    }

    /** Whether the server is being stopped and opens no more sessions. */
    boolean isClosing() {
        return closing;
    }

    void keepAlive() {
        sessions.values().forEach(SseSession::keepAlive);
    }

    /** Called by the SDK's server when it is built. */
    @Override
    public void setSessionFactory(McpServerSession.Factory sessionFactory) {
        this.factory = sessionFactory;
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return Flux.fromIterable(sessions.values())
                .flatMap(session -> session.sendMessage(
                        new io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification(method, params)))
                .then();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> {
            closing = true;
            sessions.values().forEach(SseSession::close);
        });
    }

    @Override
    public List<String> protocolVersions() {
        return List.of(ProtocolVersions.MCP_2024_11_05);
    }
}
