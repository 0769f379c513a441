package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import mcpauth.http.Incident;
import org.jspecify.annotations.Nullable;

/** Error answers of JSON-RPC 2.0, section 5.1. */
final class JsonRpcErrors {
    /** What MCP servers use for a session that is not there. */
    static final int SESSION_NOT_FOUND = -32001;

    /** What MCP servers use where the specification has no code. */
    static final int SERVER_ERROR = -32000;

    private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    private JsonRpcErrors() {}

    /**
     * The message, or in place of an internal error one that tells nothing but an incident: the SDK answers exceptions
     * with their own messages.
     */
    static JSONRPCMessage shielded(JSONRPCMessage message) {
        if (!(message instanceof JSONRPCResponse response)
                || response.error() == null
                || response.error().code() != ErrorCodes.INTERNAL_ERROR) {
            return message;
        }
        Incident incident = Incident.log(
                "an MCP request", new IllegalStateException(response.error().message()));
        return JSONRPCResponse.error(
                response.id(), new JSONRPCResponse.JSONRPCError(ErrorCodes.INTERNAL_ERROR, incident.sentence(), null));
    }

    /** Answers the whole request with an error that belongs to no message. */
    static void send(HttpServletResponse response, int status, int code, String message) throws IOException {
        send(response, status, error(null, code, message));
    }

    /** Answers with the JSON text. */
    static void send(HttpServletResponse response, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /**
     * An error as JSON text.
     *
     * @param id of the request, a string or a number; null where it is not known
     */
    static String error(@Nullable Object id, int code, String message) {
        JsonObject error = JSON.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("id", id(id))
                .add("error", JSON.createObjectBuilder().add("code", code).add("message", message))
                .build();
        return error.toString();
    }

    private static JsonValue id(@Nullable Object id) {
        if (id == null) {
            return JsonValue.NULL;
        }
        return id instanceof Number number ? Json.createValue(number.longValue()) : Json.createValue(id.toString());
    }
}
