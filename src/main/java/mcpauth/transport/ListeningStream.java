package mcpauth.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/** What the server says to a client outside of its calls: the stream of a GET. */
record ListeningStream(EventOutput output, McpJsonMapper jsonMapper, MessageEncoder encoder)
        implements McpStreamableServerTransport {

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(
                () -> encoder.encode(message).ifPresent(json -> output.send(EventOutput.event("message", json))));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message, String messageId) {
        return sendMessage(message);
    }

    /** Some balancers hold the headers back until there are bytes behind them. */
    void open() {
        output.send(": open\n\n".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public void close() {
        output.finish();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> typeRef) {
        return jsonMapper.convertValue(data, typeRef);
    }
}
