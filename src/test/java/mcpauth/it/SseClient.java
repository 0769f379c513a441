package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

/** A session of HTTP+SSE that is ready for calls. */
record SseClient(EventStream stream, String messages) implements AutoCloseable {

    static SseClient open(String token) {
        return open(token, "{}");
    }

    static SseClient open(String token, String capabilities) {
        EventStream stream = EventStream.open(token);
        SseClient client = new SseClient(stream, stream.messagesPath());
        Server.post(
                client.messages,
                token,
                Streamable.initialize("2024-11-05").replace("\"capabilities\":{}", "\"capabilities\":" + capabilities));
        assertThat(stream.nextMessage()).contains("\"protocolVersion\":\"2024-11-05\"");
        Server.post(client.messages, token, Streamable.INITIALIZED);
        return client;
    }

    @Override
    public void close() {
        stream.close();
    }
}
