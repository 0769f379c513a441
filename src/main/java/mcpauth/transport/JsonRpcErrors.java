package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import mcpauth.http.Incident;

/** Shields clients from what the SDK would tell them: it answers exceptions with their own messages. */
final class JsonRpcErrors {
    private JsonRpcErrors() {}

    /** The message, or in place of an internal error one that tells nothing but an incident. */
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
}
