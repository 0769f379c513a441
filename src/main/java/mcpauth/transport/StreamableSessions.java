package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import mcpauth.transport.SessionQuota.Admission;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * All Streamable HTTP sessions: the transport provider that the SDK's server is built on. Safe for use by many threads.
 */
final class StreamableSessions implements McpStreamableServerTransportProvider {
    /** Revisions of MCP that have Streamable HTTP and that the SDK speaks, the newest last. */
    static final List<String> PROTOCOL_VERSIONS =
            List.of(ProtocolVersions.MCP_2025_03_26, ProtocolVersions.MCP_2025_06_18, ProtocolVersions.MCP_2025_11_25);

    private static final System.Logger LOGGER = System.getLogger(StreamableSessions.class.getName());

    private final Map<String, StreamableSession> sessions = new ConcurrentHashMap<>();
    private final McpJsonMapper jsonMapper;
    private final SessionQuota quota;
    private final RecheckRounds rechecks = new RecheckRounds();
    private volatile McpStreamableServerSession.@Nullable Factory factory;

    StreamableSessions(McpJsonMapper jsonMapper, SessionQuota quota) {
        this.jsonMapper = jsonMapper;
        this.quota = quota;
    }

    /** A session that was opened, and what is answered to its initialize request. */
    record Opened(StreamableSession session, InitializeResult result) {}

    /**
     * Makes room for another session of the caller: a user who has as many as allowed loses the one that was idle for
     * longest, as most clients never end theirs.
     */
    Admission admit(Caller caller) {
        Admission admission = quota.admit(caller);
        if (admission == Admission.TOO_MANY_OF_USER && endLongestIdle(caller)) {
            return quota.admit(caller);
        }
        return admission;
    }

    private boolean endLongestIdle(Caller caller) {
        return sessions.values().stream()
                .filter(session -> session.owner().equals(caller) && session.idleNanos() > 0)
                .max(Comparator.comparingLong(StreamableSession::idleNanos))
                .map(this::end)
                .orElse(false);
    }

    /**
     * Opens a session for a caller who was admitted; if that fails, the admission is given back.
     *
     * @throws IllegalArgumentException if the request's parameters are not those of {@code initialize}
     */
    Opened open(Caller owner, JSONRPCRequest request) {
        McpStreamableServerSession.Factory sessionFactory = factory;
        if (sessionFactory == null) {
            throw new IllegalStateException("the MCP server has not been built");
        }
        boolean opened = false;
        try {
            InitializeRequest parameters =
                    jsonMapper.convertValue(request.params(), new TypeRef<InitializeRequest>() {});
            McpStreamableServerSession.McpStreamableServerSessionInit init = sessionFactory.startSession(parameters);
            InitializeResult result = init.initResult().block();
            if (result == null) {
                throw new IllegalStateException("the SDK answers nothing to initialize");
            }
            StreamableSession session = new StreamableSession(owner, init.session(), result.protocolVersion());
            sessions.put(session.id(), session);
            opened = true;
            return new Opened(session, result);
        } finally {
            if (!opened) {
                quota.release(owner);
            }
        }
    }

    /** Empty for another caller's session as for one that never was. */
    Optional<StreamableSession> find(String id, Caller caller) {
        return Optional.ofNullable(sessions.get(id))
                .filter(session -> session.owner().equals(caller));
    }

    /** Ends the session; false if another thread has done so. */
    boolean end(StreamableSession session) {
        if (!sessions.remove(session.id(), session)) {
            return false;
        }
        quota.release(session.owner());
        session.close();
        return true;
    }

    /** @param executor has a thread for each write: one may wait for its client */
    void keepAlive(Executor executor) {
        sessions.values().stream()
                .filter(StreamableSession::isListening)
                .forEach(session -> executor.execute(session::keepAlive));
    }

    /** Ends the sessions that nobody has used for that long. */
    void endIdle(Duration timeout) {
        for (StreamableSession session : sessions.values()) {
            if (session.idleNanos() > timeout.toNanos() && end(session)) {
                LOGGER.log(DEBUG, "A session ends: nobody used it for " + timeout);
            }
        }
    }

    /** Verifies the tokens of open streams again, each for itself; ends a round that takes longer than that. */
    void recheck(Duration longest) {
        rechecks.run(sessions, StreamableSession::recheck, longest);
    }

    /** Called by the SDK's server when it is built. */
    @Override
    public void setSessionFactory(McpStreamableServerSession.Factory sessionFactory) {
        this.factory = sessionFactory;
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return Mono.fromRunnable(() -> sessions.values().forEach(session -> session.sendNotification(method, params)));
    }

    @Override
    public Mono<Void> notifyClient(String sessionId, String method, Object params) {
        return Mono.fromRunnable(() -> Optional.ofNullable(sessions.get(sessionId))
                .ifPresent(session -> session.sendNotification(method, params)));
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> sessions.values().forEach(this::end));
    }

    @Override
    public List<String> protocolVersions() {
        return PROTOCOL_VERSIONS;
    }
}
