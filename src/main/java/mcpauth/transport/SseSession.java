package mcpauth.transport;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import mcpauth.token.TokenRecheck;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One open stream of one caller, and the SDK's session that speaks through it. Whole events are written, one after the
 * other, whichever threads they come from. Safe for use by many threads.
 */
final class SseSession implements McpServerTransport {
    private static final String INITIALIZED_ALREADY = "The session is initialized already";

    private final String id = UUID.randomUUID().toString();
    private final Caller owner;
    private final EventOutput output;
    private final McpJsonMapper jsonMapper;
    private final MessageEncoder encoder;
    private final Parameters parameters;
    private final AskedIds asked = new AskedIds();
    private final AtomicBoolean initializing = new AtomicBoolean();
    private final RunningCalls calls = new RunningCalls();
    private final Set<Acceptance> accepting = ConcurrentHashMap.newKeySet();
    private final Handshake handshake = new Handshake();
    private volatile @Nullable TokenRecheck recheck;
    private volatile @Nullable Object initializeId;
    private @Nullable McpServerSession protocol;

    SseSession(
            Caller owner, EventOutput output, McpJsonMapper jsonMapper, MessageEncoder encoder, Parameters parameters) {
        this.owner = owner;
        this.output = output;
        this.jsonMapper = jsonMapper;
        this.encoder = encoder;
        this.parameters = parameters;
    }

    /** Not to be guessed, yet no credential: it is worth nothing to another caller. */
    String id() {
        return id;
    }

    Caller owner() {
        return owner;
    }

    /** From now on the newest token that the owner has sent decides how long the stream may go on. */
    void renew(@Nullable TokenRecheck newest) {
        if (newest != null) {
            recheck = newest;
        }
    }

    /**
     * Ends the session if the newest token is no longer good.
     */
    void recheck() {
        TokenRecheck current = recheck;
        if (current != null) {
            Rechecks.recheck(current, this::finish);
        }
    }

    /** Starts the protocol; called once, before anything else. */
    void start(McpServerSession.Factory factory, String messagesPath) {
        protocol = factory.create(this);
        output.send(EventOutput.event("endpoint", messagesPath + "?sessionId=" + id));
    }

    /**
     * Handles a message of the owner on this thread; an answer to it has been written to the stream at the return.
     * Before the session is initialized, only {@code initialize} and {@code ping} are handled. Another request waits a
     * moment for the end of the handshake, and is answered with an error then: the SDK would keep the thread waiting.
     *
     * @param acceptance of the POST that brought the message, which need not wait for the return
     *
     * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/lifecycle">MCP 2024-11-05, Lifecycle</a>
     * @throws UnexpectedResponseException if it answers what was not asked
     */
    void receive(JSONRPCMessage message, Acceptance acceptance) {
        if (message instanceof JSONRPCRequest request) {
            accepting.add(acceptance);
            try {
                receiveRequest(request);
            } finally {
                accepting.remove(acceptance);
            }
        } else if (message instanceof JSONRPCNotification notification) {
            receiveNotification(notification);
        } else if (message instanceof JSONRPCResponse response) {
            if (!asked.remove(response.id())) {
                throw new UnexpectedResponseException();
            }
            handle(response);
        }
    }

    private void receiveRequest(JSONRPCRequest request) {
        boolean initializes = request.method().equals(McpSchema.METHOD_INITIALIZE);
        Optional<JSONRPCResponse> refusal = parameters.refusal(request);
        if (initializes && initializing.get()) {
            refuse(request, INITIALIZED_ALREADY);
        } else if (refusal.isPresent()) {
            write(refusal.get());
        } else if (initializes) {
            if (initializing.compareAndSet(false, true)) {
                initializeId = request.id();
                handle(Parameters.withKnownRevision(request, SseSessions.PROTOCOL_VERSIONS));
            } else {
                refuse(request, INITIALIZED_ALREADY);
            }
        } else if (handshake.isComplete()) {
            call(request);
        } else if (request.method().equals(McpSchema.METHOD_PING)) {
            write(JSONRPCResponse.result(request.id(), Map.of()));
        } else if (initializing.get() && handshake.await()) {
            call(request);
        } else {
            refuse(request, "Send initialize, then notifications/initialized, before any other request");
        }
    }

    private void receiveNotification(JSONRPCNotification notification) {
        // Any other is passed over: to a change of roots the SDK would answer by asking the client for them
        calls.take(notification);
        boolean completes = notification.method().equals(McpSchema.METHOD_NOTIFICATION_INITIALIZED);
        if (completes && initializing.get() && !handshake.isComplete()) {
            handle(notification);
            handshake.complete();
        }
    }

    private void call(JSONRPCRequest request) {
        RunningCall call = calls.begin(request.id());
        try {
            if (!call.isCancelled()) {
                protocol()
                        .handle(request)
                        .contextWrite(context -> context.put(McpTransportContext.KEY, call.context()))
                        .block();
            }
        } catch (RuntimeException e) {
            call.throwUnlessCancelled(e);
        } finally {
            calls.end(call);
        }
    }

    private void handle(JSONRPCMessage message) {
        protocol().handle(message).block();
    }

    private McpServerSession protocol() {
        McpServerSession session = protocol;
        if (session == null) {
            throw new IllegalStateException("the session has not been started");
        }
        return session;
    }

    private void refuse(JSONRPCRequest request, String reason) {
        write(JsonRpcErrors.answer(request, ErrorCodes.INVALID_REQUEST, reason));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> send(message));
    }

    /** What the SDK has to say, which is what the call of this thread says, if there is one. */
    private void send(JSONRPCMessage message) {
        RunningCall call = calls.ofThisThread();
        if (call == null) {
            write(message);
        } else if (!(message instanceof JSONRPCResponse)) {
            call.say(() -> write(message), message instanceof JSONRPCRequest);
        } else if (call.end()) {
            write(message);
        }
    }

    private void write(JSONRPCMessage message) {
        if (message instanceof JSONRPCResponse response
                && response.error() != null
                && response.id().equals(initializeId)) {
            // it failed: the client may try again
            initializing.set(false);
        }
        if (message instanceof JSONRPCRequest question) {
            asked.add(question.id());
            // It is answered by another POST, which a client may hold back until those before have been answered
            accepting.forEach(Acceptance::sendNow);
        }
        encoder.encode(message).ifPresent(json -> output.send(EventOutput.event("message", json)));
    }

    /** The stream has ended: tells the calls that run, as nobody will read an answer. */
    void cancelCalls() {
        calls.close();
    }

    void keepAlive() {
        output.keepAlive();
    }

    /** Ends the stream when the client has got what was sent so far; calls that run are told at once. */
    void finish() {
        calls.close();
        output.finish();
    }

    /** Ends the stream now. Does nothing the second time. */
    @Override
    public void close() {
        output.end();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::finish);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> typeRef) {
        return jsonMapper.convertValue(data, typeRef);
    }
}
