package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

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
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One open stream of one caller, and the SDK's session that speaks through it. Whole events are written, one after the
 * other, whichever threads they come from. Safe for use by many threads.
 */
final class SseSession implements McpServerTransport {
    private static final System.Logger LOGGER = System.getLogger(SseSession.class.getName());

    private final String id = UUID.randomUUID().toString();
    private final Caller owner;
    private final AsyncContext request;
    private final OutputStream stream;
    private final McpJsonMapper jsonMapper;
    private final Consumer<SseSession> onClose;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean initializing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Object initializeId;
    private volatile boolean initialized;
    private @Nullable McpServerSession protocol;

    /**
     * @param request the asynchronous GET request, completed when the session closes
     * @param stream the body of its response
     * @param onClose called once
     */
    SseSession(
            Caller owner,
            AsyncContext request,
            OutputStream stream,
            McpJsonMapper jsonMapper,
            Consumer<SseSession> onClose) {
        this.owner = owner;
        this.request = request;
        this.stream = stream;
        this.jsonMapper = jsonMapper;
        this.onClose = onClose;
    }

    /** Not to be guessed, yet no credential: it is worth nothing to another caller. */
    String id() {
        return id;
    }

    boolean belongsTo(Caller caller) {
        return owner.equals(caller);
    }

    /** Starts the protocol; called once, before anything else. */
    void start(McpServerSession.Factory factory, String messagesPath) {
        protocol = factory.create(this);
        writeEvent("event: endpoint\ndata: " + messagesPath + "?sessionId=" + id + "\n\n");
    }

    /**
     * Handles a message of the owner on this thread; an answer to it has been written to the stream at the return.
     * Before the session is initialized, only {@code initialize} and {@code ping} are handled, other requests are
     * answered with an error: the SDK would keep the thread waiting.
     *
     * @see <a href="https://modelcontextprotocol.io/specification/2024-11-05/basic/lifecycle">MCP 2024-11-05, Lifecycle</a>
     */
    void receive(JSONRPCMessage message) {
        if (message instanceof JSONRPCRequest request) {
            receiveRequest(request);
        } else if (message instanceof JSONRPCNotification notification) {
            receiveNotification(notification);
        } else {
            handle(message);
        }
    }

    private void receiveRequest(JSONRPCRequest request) {
        if (request.method().equals(McpSchema.METHOD_INITIALIZE)) {
            if (initializing.compareAndSet(false, true)) {
                initializeId = request.id();
                handle(request);
            } else {
                refuse(request, "The session is initialized already");
            }
        } else if (initialized) {
            handle(request);
        } else if (request.method().equals(McpSchema.METHOD_PING)) {
            write(JSONRPCResponse.result(request.id(), Map.of()));
        } else {
            refuse(request, "Send initialize, then notifications/initialized, before any other request");
        }
    }

    private void receiveNotification(JSONRPCNotification notification) {
        boolean completes = notification.method().equals(McpSchema.METHOD_NOTIFICATION_INITIALIZED);
        if (initialized ? !completes : completes && initializing.get()) {
            handle(notification);
            initialized = true;
        }
    }

    private void handle(JSONRPCMessage message) {
        McpServerSession session = protocol;
        if (session == null) {
            throw new IllegalStateException("the session has not been started");
        }
        session.handle(message).block();
    }

    private void refuse(JSONRPCRequest request, String reason) {
        write(JSONRPCResponse.error(
                request.id(), new JSONRPCResponse.JSONRPCError(ErrorCodes.INVALID_REQUEST, reason, null)));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> write(message));
    }

    private void write(JSONRPCMessage message) {
        if (message instanceof JSONRPCResponse response
                && response.error() != null
                && response.id().equals(initializeId)) {
            // it failed: the client may try again
            initializing.set(false);
        }
        try {
            writeEvent(
                    "event: message\ndata: " + jsonMapper.writeValueAsString(JsonRpcErrors.shielded(message)) + "\n\n");
        } catch (IOException e) {
            LOGGER.log(WARNING, "MCPAUTH-201 A message could not be written as JSON", e);
        }
    }

    /** Keeps proxies from cutting the idle stream, and finds out whether the client is still there. */
    void keepAlive() {
        writeEvent(": keep-alive\n\n");
    }

    private void writeEvent(String event) {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        writing.lock();
        try {
            if (!closed.get()) {
                stream.write(bytes);
                stream.flush();
            }
        } catch (IOException | IllegalStateException e) {
            LOGGER.log(DEBUG, "The client of a stream has gone", e);
            close();
        } finally {
            writing.unlock();
        }
    }

    /** Ends the stream and forgets the session. Does nothing the second time. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(this);
            try {
                request.complete();
            } catch (IllegalStateException e) {
                LOGGER.log(DEBUG, "The container has completed the request", e);
            }
        }
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> typeRef) {
        return jsonMapper.convertValue(data, typeRef);
    }
}
