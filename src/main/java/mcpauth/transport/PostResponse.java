package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The response to the requests of one POST: JSON if nothing but answers has to be said, an event stream from the first
 * other message on, or from the first keep-alive. Written by the thread of the request; a message of another thread, or a
 * keep-alive, comes whole before or after. Lives as long as the POST.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">MCP, Transports</a>
 */
final class PostResponse implements McpStreamableServerTransport {
    private static final System.Logger LOGGER = System.getLogger(PostResponse.class.getName());

    private final HttpServletResponse response;
    private final McpJsonMapper jsonMapper;
    private final MessageEncoder encoder;
    private final boolean batch;
    private final int maxKept;
    private final ReentrantLock writing = new ReentrantLock();
    private final List<String> answers = new ArrayList<>();
    private final LongSupplier nanoTime;
    private volatile long silentSince;
    private long keptChars;
    private boolean streaming;
    private volatile boolean closed;
    private volatile @Nullable RunningCall running;

    /**
     * @param batch whether the answers stand in an array, even a single one
     * @param maxKept how many characters of answers wait for the end of a batch before no further request is begun
     */
    PostResponse(
            HttpServletResponse response,
            McpJsonMapper jsonMapper,
            MessageEncoder encoder,
            boolean batch,
            int maxKept) {
        this(response, jsonMapper, encoder, batch, maxKept, System::nanoTime);
    }

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    PostResponse(
            HttpServletResponse response,
            McpJsonMapper jsonMapper,
            MessageEncoder encoder,
            boolean batch,
            int maxKept,
            LongSupplier nanoTime) {
        this.response = response;
        this.jsonMapper = jsonMapper;
        this.encoder = encoder;
        this.batch = batch;
        this.maxKept = maxKept;
        this.nanoTime = nanoTime;
        this.silentSince = nanoTime.getAsLong();
    }

    /** Lets the request be handled, which is told when the client has gone; nothing is done for one that has. */
    void handle(RunningCall call, Runnable work) {
        running = call;
        try {
            if (closed) {
                call.cancel();
            }
            if (!call.isCancelled()) {
                work.run();
            }
        } catch (RuntimeException e) {
            call.throwUnlessCancelled(e);
        } finally {
            running = null;
            call.end();
        }
    }

    /** Tells the call that runs that nobody will read its answer. */
    void cancel() {
        RunningCall call = running;
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> send(message));
    }

    /** What the SDK has to say for the call that runs. */
    void send(JSONRPCMessage message) {
        RunningCall call = running;
        if (call == null) {
            write(message);
        } else if (!(message instanceof JSONRPCResponse)) {
            call.say(() -> write(message), message instanceof JSONRPCRequest);
        } else if (call.end()) {
            write(message);
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message, String messageId) {
        return sendMessage(message);
    }

    void write(JSONRPCMessage message) {
        String json = encoder.encode(message).orElse(null);
        if (json == null) {
            return;
        }
        writing.lock();
        try {
            if (closed) {
                return;
            }
            if (message instanceof JSONRPCResponse && !streaming) {
                keep(json);
            } else {
                stream(EventOutput.event("message", json));
            }
        } catch (IOException e) {
            clientHasGone(e);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Answers something that was no message.
     *
     * @param id a string or a number; null where it is not known
     */
    void refuse(@Nullable Object id, int code, String sentence) {
        writing.lock();
        try {
            keep(JsonRpcErrors.error(id, code, sentence));
        } finally {
            writing.unlock();
        }
    }

    private void keep(String answer) {
        answers.add(answer);
        keptChars += answer.length();
    }

    /** Whether the answers that wait for the end of the batch are as many as may wait. */
    boolean isFull() {
        writing.lock();
        try {
            return !streaming && keptChars > maxKept;
        } finally {
            writing.unlock();
        }
    }

    /** Whether nothing has been written for that long: counted from the POST's own start, not by a clock for all. */
    boolean isSilentFor(Duration period) {
        return nanoTime.getAsLong() - silentSince >= period.toNanos();
    }

    /** Says that the call still runs, if nothing has been written for that long or is being written just now. */
    void keepAlive(Duration period) {
        if (!writing.tryLock()) {
            return;
        }
        try {
            if (!closed && isSilentFor(period)) {
                stream(": keep-alive\n\n".getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            clientHasGone(e);
        } finally {
            writing.unlock();
        }
    }

    /** Sends what has not been sent; called once, by the thread of the request, when all has been handled. */
    void finish() throws IOException {
        writing.lock();
        try {
            if (!closed && !streaming && answers.isEmpty()) {
                // All were cancelled. The response to a request is JSON or a stream; this one says nothing
                stream(": cancelled\n\n".getBytes(StandardCharsets.UTF_8));
            } else if (!closed && !streaming) {
                JsonRpcErrors.send(
                        response,
                        HttpServletResponse.SC_OK,
                        batch ? "[" + String.join(",", answers) + "]" : String.join("", answers));
            }
            closed = true;
        } finally {
            writing.unlock();
        }
    }

    private void stream(byte[] event) throws IOException {
        if (!streaming) {
            streaming = true;
            EventOutput.setHeaders(response);
            // Alone: on a connection that is to be closed Open Liberty holds the first flush back until the next
            response.flushBuffer();
            for (String answer : answers) {
                response.getOutputStream().write(EventOutput.event("message", answer));
            }
            answers.clear();
        }
        response.getOutputStream().write(event);
        response.flushBuffer();
        silentSince = nanoTime.getAsLong();
    }

    private void clientHasGone(IOException failure) {
        LOGGER.log(DEBUG, "The client of a call has gone", failure);
        closed = true;
        cancel();
    }

    /** Nothing to do: the SDK closes after each request, the response ends with the POST. */
    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    @Override
    public void close() {
        // as closeGracefully
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> typeRef) {
        return jsonMapper.convertValue(data, typeRef);
    }
}
