package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
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

    /** What the SDK says whatever the tool's name is; it has the name in a sentence, as the error's data. */
    private static final String SDK_UNKNOWN_TOOL = "Unknown tool: invalid_tool_name";

    private static final String SDK_TOOL_NOT_FOUND = "Tool not found: ";
    private static final int LONGEST_NAME = 128;

    private JsonRpcErrors() {}

    /** In the words of MCP's example (2025-11-25, Tools, Error Handling), with the name as far as names may go. */
    private static String unknownTool(@Nullable Object data) {
        if (!(data instanceof String text) || !text.startsWith(SDK_TOOL_NOT_FOUND)) {
            return "Unknown tool";
        }
        String name = text.substring(SDK_TOOL_NOT_FOUND.length());
        return "Unknown tool: " + (name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name);
    }

    /**
     * The message, or in place of an internal error one that tells nothing but an incident: the SDK answers exceptions
     * with their own messages.
     */
    static JSONRPCMessage shielded(JSONRPCMessage message) {
        if (!(message instanceof JSONRPCResponse response) || response.error() == null) {
            return message;
        }
        JSONRPCResponse.JSONRPCError error = response.error();
        if (error.code() == ErrorCodes.INVALID_PARAMS && SDK_UNKNOWN_TOOL.equals(error.message())) {
            return JSONRPCResponse.error(
                    response.id(), new JSONRPCResponse.JSONRPCError(error.code(), unknownTool(error.data()), null));
        }
        if (error.code() != ErrorCodes.INTERNAL_ERROR) {
            return message;
        }
        Incident incident = Incident.log("an MCP request", new IllegalStateException(error.message()));
        return JSONRPCResponse.error(
                response.id(), new JSONRPCResponse.JSONRPCError(ErrorCodes.INTERNAL_ERROR, incident.sentence(), null));
    }

    /** Answers a request of the client with an error. */
    static JSONRPCResponse answer(JSONRPCRequest request, int code, String sentence) {
        return JSONRPCResponse.error(request.id(), new JSONRPCResponse.JSONRPCError(code, sentence, null));
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
        return id instanceof Number number
                ? Json.createValue(new BigDecimal(number.toString()))
                : Json.createValue(id.toString());
    }
}
