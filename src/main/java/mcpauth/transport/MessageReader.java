package mcpauth.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What comes from clients: JSON of a bounded size, read into messages. What cannot be read is answered here. */
final class MessageReader {
    private static final TypeRef<Map<String, Object>> MEMBERS = new TypeRef<>() {};
    private static final Set<String> MEMBER_NAMES = Set.of("jsonrpc", "id", "method", "params");

    private final McpJsonMapper jsonMapper;
    private final int maxBytes;

    MessageReader(McpJsonMapper jsonMapper, int maxBytes) {
        this.jsonMapper = jsonMapper;
        this.maxBytes = maxBytes;
    }

    /** Whether the body is said to be JSON; answered 415 if not. */
    static boolean acceptsType(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String type = request.getContentType();
        if (type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            return true;
        }
        JsonRpcErrors.send(
                response,
                HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
                ErrorCodes.INVALID_REQUEST,
                "Content-Type must be application/json");
        return false;
    }

    /** The body; null if it is too large, which has been answered then. */
    @Nullable String body(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    ErrorCodes.INVALID_REQUEST,
                    "The body has more than " + maxBytes + " bytes (mcp.server.max-request-bytes)");
            return null;
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether the body is a batch, which MCP had in 2025-03-26 only. */
    static boolean isBatch(String body) {
        return body.stripLeading().startsWith("[");
    }

    /** The one message in the body; null if there is none, which has been answered then. */
    @Nullable JSONRPCMessage message(String body, HttpServletResponse response) throws IOException {
        try {
            Map<String, Object> members = jsonMapper.readValue(body, MEMBERS);
            JSONRPCRequest request = request(members);
            // the SDK has the last word on everything but what each client sends
            return request != null ? request : McpSchema.deserializeJsonRpcMessage(jsonMapper, body);
        } catch (IOException e) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.PARSE_ERROR,
                    "The body is not one JSON object");
        } catch (IllegalArgumentException e) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.INVALID_REQUEST,
                    "The body is not a JSON-RPC 2.0 message");
        }
        return null;
    }

    /**
     * A request with the members that requests have, and no others: spares it the SDK's way from members to a message,
     * which costs as much as to read the JSON. Null for anything else.
     */
    private static @Nullable JSONRPCRequest request(Map<String, Object> members) {
        Object id = members.get("id");
        return members.get("method") instanceof String method
                        && (id instanceof String || id instanceof Integer || id instanceof Long)
                        && members.get("jsonrpc") instanceof String version
                        && MEMBER_NAMES.containsAll(members.keySet())
                ? new JSONRPCRequest(version, method, id, members.get("params"))
                : null;
    }

    /** The messages of a batch; null if they cannot be read or there is none, which has been answered then. */
    @Nullable List<JSONRPCMessage> batch(String body, HttpServletResponse response) throws IOException {
        try {
            List<JSONRPCMessage> messages = new ArrayList<>();
            for (Object element : jsonMapper.readValue(body, new TypeRef<List<Object>>() {})) {
                messages.add(McpSchema.deserializeJsonRpcMessage(jsonMapper, jsonMapper.writeValueAsString(element)));
            }
            if (!messages.isEmpty()) {
                return messages;
            }
        } catch (IOException | IllegalArgumentException e) {
            // answered below, as an empty batch
        }
        JsonRpcErrors.send(
                response,
                HttpServletResponse.SC_BAD_REQUEST,
                ErrorCodes.INVALID_REQUEST,
                "The body is not a batch of JSON-RPC 2.0 messages");
        return null;
    }
}
