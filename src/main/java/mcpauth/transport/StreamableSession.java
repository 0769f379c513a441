package mcpauth.transport;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import mcpauth.token.TokenRecheck;
import org.jspecify.annotations.Nullable;

/** One Streamable HTTP session of one caller, around the SDK's. Safe for use by many threads. */
final class StreamableSession {
    /** The token of a call that has just begun has just been verified. */
    private static final Duration LONG = Duration.ofSeconds(1);

    private final Caller owner;
    private final McpStreamableServerSession protocol;
    private final String protocolVersion;
    private final AtomicInteger requests = new AtomicInteger();
    private final RunningCalls calls = new RunningCalls();
    private final Handshake handshake = new Handshake();
    private volatile long lastUsed = System.nanoTime();
    private volatile @Nullable EventOutput listening;
    private volatile @Nullable TokenRecheck recheck;

    StreamableSession(Caller owner, McpStreamableServerSession protocol, String protocolVersion) {
        this.owner = owner;
        this.protocol = protocol;
        this.protocolVersion = protocolVersion;
    }

    /** Not to be guessed, yet no credential: it is worth nothing to another caller. */
    String id() {
        return protocol.getId();
    }

    Caller owner() {
        return owner;
    }

    /** The revision of MCP agreed on. */
    String protocolVersion() {
        return protocolVersion;
    }

    /** Whether the client has said that it is ready, or says so in a moment: before, it may only ping. */
    boolean isInitialized() {
        return handshake.await();
    }

    /** A request of the owner begins; {@link #leave} has to follow. From now on the newest token counts. */
    void enter(@Nullable TokenRecheck newest) {
        requests.incrementAndGet();
        if (newest != null) {
            recheck = newest;
        }
    }

    void leave() {
        lastUsed = System.nanoTime();
        requests.decrementAndGet();
    }

    /** For how long nobody has used the session, in nanoseconds; 0 while a request runs or a stream is open. */
    long idleNanos() {
        return requests.get() > 0 || isListening() ? 0 : System.nanoTime() - lastUsed;
    }

    /** Whether the client listens to what the server says by itself. */
    boolean isListening() {
        EventOutput output = listening;
        return output != null && !output.hasEnded();
    }

    /** Handles the request on this thread; its answer has been written at the return. */
    void handle(JSONRPCRequest request, PostResponse response) {
        RunningCall call = calls.begin(request.id());
        try {
            response.handle(
                    call,
                    () -> protocol.responseStream(response)
                            .handle(request)
                            .contextWrite(context -> context.put(McpTransportContext.KEY, call.context()))
                            .block());
        } finally {
            calls.end(call);
        }
    }

    /**
     * Takes the end of the handshake and of a call, and passes over any other notification: to a change of roots the SDK would answer
     * by asking the client for them, and make this POST wait for it.
     */
    void accept(JSONRPCNotification notification) {
        if (notification.method().equals(McpSchema.METHOD_NOTIFICATION_INITIALIZED)) {
            protocol.accept(notification).block();
            handshake.complete();
        } else {
            calls.take(notification);
        }
    }

    /** Throws a RuntimeException if nobody has asked for the response. */
    void accept(JSONRPCResponse response) {
        protocol.accept(response).block();
    }

    /** The stream is now the one on which the client listens; one before it ends. */
    void listen(ListeningStream stream) {
        listening = stream.output();
        McpStreamableServerSession.McpStreamableServerSessionStream opened = protocol.listeningStream(stream);
        stream.output().whenEnded(() -> {
            lastUsed = System.nanoTime();
            opened.releaseTransport();
        });
    }

    void keepAlive() {
        EventOutput output = listening;
        if (output != null) {
            output.keepAlive();
        }
    }

    /** Ends the open stream, and tells the calls that run, if the newest token is no longer good. */
    void recheck() {
        TokenRecheck current = recheck;
        if (current != null && (isListening() || calls.anyLongerThan(LONG))) {
            Rechecks.recheck(current, () -> {
                calls.cancelAll();
                EventOutput output = listening;
                if (output != null) {
                    output.finish();
                }
            });
        }
    }

    void sendNotification(String method, Object params) {
        if (isListening()) {
            protocol.sendNotification(method, params).block();
        }
    }

    void close() {
        calls.close();
        protocol.closeGracefully().block();
        EventOutput output = listening;
        if (output != null) {
            output.finish();
        }
    }
}
