package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A response that stays open and is written to in whole events, in the order in which they came, from any thread. What the
 * client does not read yet is kept, up to a bound; at the bound the stream ends, as a client that does not read cannot be
 * told anything. No thread waits for the client where the container writes asynchronously; where it does not (Open Liberty
 * 26.0.0.3 has the interface, but its writes wait), one thread a stream may, the others leave their events to it.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
 */
final class EventOutput implements WriteListener, AsyncListener {
    private static final System.Logger LOGGER = System.getLogger(EventOutput.class.getName());
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

    private final AsyncContext request;
    private final ServletOutputStream stream;
    private final int maxBufferedBytes;
    private final Queue<byte[]> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger bufferedBytes = new AtomicInteger();
    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Runnable onEnd;
    private volatile boolean ending;
    private boolean flushDue;
    private boolean completed;

    /** @param request the asynchronous request, completed at the end */
    EventOutput(AsyncContext request, ServletOutputStream stream, int maxBufferedBytes) {
        this.request = request;
        this.stream = stream;
        this.maxBufferedBytes = maxBufferedBytes;
    }

    /** Answers a GET with a stream, the headers of which are on their way at the return. */
    static EventOutput open(HttpServletRequest request, HttpServletResponse response, int maxBufferedBytes)
            throws IOException {
        setHeaders(response);
        // Before startAsync: Open Liberty holds a flush on this thread back after it
        response.flushBuffer();
        AsyncContext asynchronous = request.startAsync();
        asynchronous.setTimeout(0);
        EventOutput output = new EventOutput(asynchronous, response.getOutputStream(), maxBufferedBytes);
        asynchronous.addListener(output);
        response.getOutputStream().setWriteListener(output);
        return output;
    }

    /** No charset: the format is UTF-8 always, and servers write the parameter each in its own way. */
    static void setHeaders(HttpServletResponse response) {
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
    }

    /** The bytes of one event. */
    static byte[] event(String type, String data) {
        return ("event: " + type + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Runs the action when the stream ends, whoever ends it; at once if it has ended. May run it twice. */
    void whenEnded(Runnable action) {
        onEnd = action;
        if (ended.get()) {
            action.run();
        }
    }

    /** Sends the event as soon as the client takes it; does nothing once the stream has ended. */
    void send(byte[] event) {
        if (ended.get() || ending) {
            return;
        }
        if (bufferedBytes.addAndGet(event.length) > maxBufferedBytes) {
            LOGGER.log(DEBUG, "A stream ends: its client does not read what it is sent");
            end();
            return;
        }
        events.add(event);
        drain();
    }

    /** Keeps proxies from cutting the idle stream, and finds out whether the client is still there. */
    void keepAlive() {
        if (events.isEmpty()) {
            send(KEEP_ALIVE);
        } else {
            drain();
        }
    }

    /** Ends the stream when the client has got what was sent so far. */
    void finish() {
        ending = true;
        drain();
    }

    /** Ends the stream now; a thread that writes to it at the moment has to return first. Does nothing the second time. */
    void end() {
        if (ended.compareAndSet(false, true)) {
            Runnable action = onEnd;
            if (action != null) {
                action.run();
            }
            drain();
        }
    }

    boolean hasEnded() {
        return ended.get();
    }

    /** One thread writes at a time; the others leave it to that one, and no lock is held while the container is called. */
    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int handled = 1;
        do {
            try {
                write();
            } catch (IOException | IllegalStateException e) {
                LOGGER.log(DEBUG, "The client of a stream has gone", e);
                end();
            }
            if (ended.get()) {
                complete();
            }
            handled = drains.addAndGet(-handled);
        } while (handled != 0);
    }

    private void write() throws IOException {
        while (!ended.get() && stream.isReady()) {
            byte[] event = events.poll();
            if (event != null) {
                stream.write(event);
                bufferedBytes.addAndGet(-event.length);
                flushDue = true;
            } else if (flushDue) {
                flushDue = false;
                stream.flush();
            } else {
                if (ending) {
                    end();
                }
                return;
            }
        }
    }

    private void complete() {
        events.clear();
        if (completed) {
            return;
        }
        completed = true;
        try {
            request.complete();
        } catch (IllegalStateException e) {
            LOGGER.log(DEBUG, "The container has completed the request", e);
        }
    }

    @Override
    public void onWritePossible() {
        drain();
    }

    @Override
    public void onError(Throwable failure) {
        LOGGER.log(DEBUG, "The client of a stream has gone", failure);
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // only asynchronous requests that are dispatched anew get here
    }
}
