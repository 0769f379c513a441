package mcpauth.transport;

import static java.lang.System.Logger.Level.WARNING;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What leaves to clients: messages as JSON of a bounded size, without anything from inside the server. */
final class MessageEncoder {
    private static final System.Logger LOGGER = System.getLogger(MessageEncoder.class.getName());

    private final McpJsonMapper jsonMapper;
    private final int maxBytes;

    MessageEncoder(McpJsonMapper jsonMapper, int maxBytes) {
        this.jsonMapper = jsonMapper;
        this.maxBytes = maxBytes;
    }

    /**
     * The message as JSON in one line. An answer that is too large or cannot be written becomes an error answer; any
     * other message of that kind is dropped, as nobody waits for it.
     */
    Optional<String> encode(JSONRPCMessage message) {
        String json;
        try {
            json = jsonMapper.writeValueAsString(JsonRpcErrors.shielded(message));
        } catch (IOException e) {
            LOGGER.log(WARNING, "MCPAUTH-201 A message could not be written as JSON", e);
            return replacement(message, "The answer could not be written as JSON");
        }
        // a character has at most 3 bytes for each char of a String: the exact size is needed only between
        if (json.length() > maxBytes
                || (json.length() > maxBytes / 3 && json.getBytes(StandardCharsets.UTF_8).length > maxBytes)) {
            String sentence = "has more than " + maxBytes + " bytes (mcp.server.max-event-bytes)";
            LOGGER.log(WARNING, "MCPAUTH-202 " + kind(message) + " " + sentence);
            return replacement(message, "The answer " + sentence);
        }
        return Optional.of(json);
    }

    private Optional<String> replacement(JSONRPCMessage message, String sentence) {
        if (!(message instanceof JSONRPCResponse response)) {
            return Optional.empty();
        }
        try {
            return Optional.of(jsonMapper.writeValueAsString(JSONRPCResponse.error(
                    response.id(), new JSONRPCResponse.JSONRPCError(ErrorCodes.INTERNAL_ERROR, sentence, null))));
        } catch (IOException e) {
            throw new IllegalStateException("an error answer cannot be written", e);
        }
    }

    private static String kind(JSONRPCMessage message) {
        if (message instanceof JSONRPCRequest request) {
            return "The request " + request.method();
        }
        return message instanceof JSONRPCNotification notification
                ? "The notification " + notification.method()
                : "An answer";
    }
}
