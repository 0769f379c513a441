package mcpauth.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import mcpauth.transport.SessionQuota.Admission;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All open HTTP+SSE sessions: the transport provider that the SDK's server is built on. Safe for use by many threads. */
final class SseSessions implements McpServerTransportProvider {
    /** The revision of MCP that has HTTP+SSE. */
    static final List<String> PROTOCOL_VERSIONS = List.of(ProtocolVersions.MCP_2024_11_05);

    private final Map<String, SseSession> sessions = new ConcurrentHashMap<>();
    private final McpJsonMapper jsonMapper;
    private final MessageEncoder encoder;
    private final Parameters parameters;
    private final SessionQuota quota;
    private final RecheckRounds rechecks = new RecheckRounds();
    private volatile McpServerSession.@Nullable Factory factory;

    SseSessions(McpJsonMapper jsonMapper, MessageEncoder encoder, Parameters parameters, SessionQuota quota) {
        this.jsonMapper = jsonMapper;
        this.encoder = encoder;
        this.parameters = parameters;
        this.quota = quota;
    }

    /** Whether the caller may open another session; if so, {@link #create} has to follow. */
    Admission admit(Caller caller) {
        return quota.admit(caller);
    }

    /** The admission is given back, as no session came of it. */
    void giveBack(Caller caller) {
        quota.release(caller);
    }

    /** A new session of a caller who was admitted, to be started next. */
    SseSession create(Caller owner, EventOutput output) {
        SseSession session = new SseSession(owner, output, jsonMapper, encoder, parameters);
        sessions.put(session.id(), session);
        output.whenEnded(() -> forget(session));
        return session;
    }

    private void forget(SseSession session) {
        if (sessions.remove(session.id(), session)) {
            quota.release(session.owner());
            session.cancelCalls();
        }
    }

    /** Opens the session: its first event names the path for its messages. */
    void start(SseSession session, String messagesPath) {
        McpServerSession.Factory sessionFactory = factory;
        if (sessionFactory == null) {
            throw new IllegalStateException("the MCP server has not been built");
        }
        session.start(sessionFactory, messagesPath);
    }

    /** Empty for another caller's session as for one that never was. */
    Optional<SseSession> find(String id, Caller caller) {
        return Optional.ofNullable(sessions.get(id))
                .filter(session -> session.owner().equals(caller));
    }

    /** @param executor has a thread for each write: one may wait for its client */
    void keepAlive(Executor executor) {
        sessions.values().forEach(session -> executor.execute(session::keepAlive));
    }

    /** Verifies the tokens of open streams again, each for itself; ends a round that takes longer than that. */
    void recheck(Duration longest) {
        rechecks.run(sessions, SseSession::recheck, longest);
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
        return Mono.fromRunnable(() -> sessions.values().forEach(SseSession::finish));
    }

    @Override
    public List<String> protocolVersions() {
        return PROTOCOL_VERSIONS;
    }
}
