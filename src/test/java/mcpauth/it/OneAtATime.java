package mcpauth.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A client that has one connection for its messages, and sends one when the one before has been answered. */
final class OneAtATime implements AutoCloseable {
    private final String path;
    private final String token;
    private Socket connection;
    private InputStream answers;
    private int connections;

    OneAtATime(String path, String token) {
        this.path = path;
        this.token = token;
    }

    /** The head of the answer, line by line. */
    List<String> post(String json) throws IOException {
        return post(json, "");
    }

    /** @param headers each with its end of line */
    List<String> post(String json, String headers) throws IOException {
        if (connection == null) {
            connection = RawHttp.connect();
            answers = new BufferedInputStream(connection.getInputStream());
            connections++;
        }
        RawHttp.send(connection, path, token, headers, json);
        List<String> head = Stream.generate(this::line)
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.toLowerCase(Locale.ROOT))
                .toList();
        int length = head.stream()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(
                        line.substring("content-length:".length()).strip()))
                .sum();
        answers.skipNBytes(length);
        if (head.contains("connection: close")) {
            close();
            connection = null;
        }
        return head;
    }

    /** How many there were so far. */
    int connections() {
        return connections;
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        try {
            for (int next = answers.read(); next != '\n'; next = answers.read()) {
                if (next < 0) {
                    throw new IllegalStateException("the server has closed the connection");
                }
                line.append((char) next);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new String(line.toString().strip().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close();
        }
    }
}
