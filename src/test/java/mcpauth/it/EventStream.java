package mcpauth.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A raw SSE stream, event by event as it comes over the wire. */
final class EventStream implements AutoCloseable {
    private final HttpResponse<java.io.InputStream> response;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Thread reader;

    private EventStream(HttpResponse<java.io.InputStream> response) {
        this.response = response;
        reader = new Thread(this::read, "event stream");
        reader.setDaemon(true);
        reader.start();
    }

    /** The stream of a new HTTP+SSE session. */
    static EventStream open(String token) {
        return open(Server.request("/sse", token));
    }

    static EventStream open(HttpRequest.Builder request) {
        try {
            return new EventStream(Server.HTTP.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<?> response() {
        return response;
    }

    /** The path with query of the first event; to be called first. A keep-alive may come before it, if it is due just then. */
    String messagesPath() {
        String event = next();
        while (event.equals(": keep-alive")) {
            event = next();
        }
        if (!event.startsWith("event: endpoint\ndata: ")) {
            throw new AssertionError("not an endpoint event: " + event);
        }
        return event.substring("event: endpoint\ndata: ".length());
    }

    /** The next event or comment, its lines without the empty one. */
    String next() {
        try {
            String event = events.poll(15, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event within 15 seconds");
            }
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The JSON of the next message event; comments are passed over. */
    String nextMessage() {
        String event = next();
        while (event.startsWith(":")) {
            event = next();
        }
        if (!event.startsWith("event: message\ndata: ") || event.lines().count() != 2) {
            throw new AssertionError("not a message event: " + event);
        }
        return event.substring("event: message\ndata: ".length());
    }

    /** Whether the server ends the stream within that time. */
    boolean endsWithin(long milliseconds) throws InterruptedException {
        reader.join(milliseconds);
        return !reader.isAlive();
    }

    boolean isSilentFor(long milliseconds) throws InterruptedException {
        String event = events.poll(milliseconds, TimeUnit.MILLISECONDS);
        return event == null || event.startsWith(":");
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            StringBuilder event = new StringBuilder();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty()) {
                    events.add(event.toString().stripTrailing());
                    event.setLength(0);
                } else {
                    event.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            events.add(": closed");
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
