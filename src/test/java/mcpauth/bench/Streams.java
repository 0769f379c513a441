package mcpauth.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Open event streams, with nothing between them and the socket: thousands of them cost the load side little. */
final class Streams implements AutoCloseable {
    private static final Pattern ENDPOINT = Pattern.compile("data: ?(/\\S+)");
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern SUBJECT = Pattern.compile("\"sub\":\"user-(\\d+)\"");

    private final List<Socket> sockets = new ArrayList<>();
    private final List<BufferedReader> readers = new ArrayList<>();
    private final LongAdder events = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final int port;

    Streams(int port) {
        this.port = port;
    }

    /**
     * Opens one and waits for the head of its response.
     *
     * @param headers further lines of the request, each with its end
     */
    void open(String path, String headers) throws IOException {
        Socket socket = new Socket("localhost", port);
        sockets.add(socket);
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nAccept: text/event-stream\r\n"
                + headers + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 512);
        readers.add(reader);
        String status = reader.readLine();
        if (status == null || !status.contains(" 200")) {
            throw new IOException(path + " answered " + status);
        }
    }

    /** The path for messages that the newest stream names. */
    String endpoint() throws IOException {
        BufferedReader reader = readers.get(readers.size() - 1);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            Matcher endpoint = ENDPOINT.matcher(line);
            if (endpoint.matches()) {
                return endpoint.group(1);
            }
        }
        throw new IOException("the stream ended");
    }

    /** Skips one answer of the newest stream. */
    void skipAnswer() throws IOException {
        BufferedReader reader = readers.get(readers.size() - 1);
        String line = reader.readLine();
        while (line != null && !line.contains("\"id\":")) {
            line = reader.readLine();
        }
    }

    /** From now on every answer is read, each stream by a thread of its own, and compared with its id. */
    void readAnswers() {
        for (BufferedReader reader : readers) {
            Thread thread = new Thread(() -> readAnswers(reader));
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void readAnswers(BufferedReader reader) {
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Matcher id = ID.matcher(line);
                if (!id.find()) {
                    continue;
                }
                events.increment();
                Matcher subject = SUBJECT.matcher(line);
                if (!subject.find() || !subject.group(1).equals(id.group(1))) {
                    wrong.increment();
                }
            }
        } catch (SocketException e) {
            // closed by us
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long events() {
        return events.sum();
    }

    /** Answers that were for another user than the one who asked. */
    long wrong() {
        return wrong.sum();
    }

    int size() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
