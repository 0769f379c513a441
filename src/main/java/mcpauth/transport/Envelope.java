package mcpauth.transport;

import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members that make an object a JSON-RPC message, each checked for presence, type and value. Other members are passed
 * over. What a request asks for is checked by {@link Parameters}.
 *
 * @param members of the object, as parsed
 * @see <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0, sections 4 and 5</a>
 */
record Envelope(Map<?, ?> members) {

    /** @throws InvalidMessageException if they are no message */
    JSONRPCMessage message() throws InvalidMessageException {
        check("2.0".equals(members.get("jsonrpc")), "The body is not a JSON-RPC 2.0 message");
        boolean asks = members.containsKey("method");
        boolean answers = members.containsKey("result") || members.containsKey("error");
        check(!(asks && answers), "A message has a method, or a result, or an error, and no two of them");
        check(asks || answers, "method is missing");
        return asks ? question() : answer();
    }

    private JSONRPCMessage question() throws InvalidMessageException {
        if (!(members.get("method") instanceof String method)) {
            throw invalid("method must be a string");
        }
        Object params = members.get("params");
        if (members.containsKey("id")) {
            return new JSONRPCRequest("2.0", method, id(), params);
        }
        check(params == null || params instanceof Map<?, ?>, "params must be an object");
        return new JSONRPCNotification("2.0", method, params);
    }

    private JSONRPCMessage answer() throws InvalidMessageException {
        Object id = id();
        if (members.containsKey("result")) {
            check(!members.containsKey("error"), "A message has a result or an error, not both");
            check(members.get("result") instanceof Map<?, ?>, "result must be an object");
            return JSONRPCResponse.result(id, members.get("result"));
        }
        if (members.get("error") instanceof Map<?, ?> error && error.get("message") instanceof String message) {
            Number code = integer(error.get("code"));
            if (code != null && code.longValue() == code.intValue()) {
                return JSONRPCResponse.error(
                        id, new JSONRPCResponse.JSONRPCError(code.intValue(), message, error.get("data")));
            }
        }
        throw invalid("error must be an object with an integer as code and a string as message");
    }

    private Object id() throws InvalidMessageException {
        Object id = members.get("id") instanceof String text ? text : integer(members.get("id"));
        if (id == null) {
            throw invalid("id must be a string or an integer");
        }
        return id;
    }

    /** The number as an Integer or a Long: in JSON {@code 7.0} is the same number as {@code 7}. Null for all else. */
    static @Nullable Number integer(@Nullable Object value) {
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1L << 53) {
            return integer(number.longValue());
        }
        if (value instanceof Long number && number.intValue() == number) {
            return number.intValue();
        }
        return value instanceof Integer || value instanceof Long ? (Number) value : null;
    }

    private void check(boolean holds, String sentence) throws InvalidMessageException {
        if (!holds) {
            throw invalid(sentence);
        }
    }

    /** An answer's id is one of ours: repeated in an error, it would be taken for that of a request of the client. */
    private InvalidMessageException invalid(String sentence) {
        boolean answers = members.containsKey("result") || members.containsKey("error");
        Object id = answers && !members.containsKey("method") ? null : members.get("id");
        return new InvalidMessageException(
                id instanceof String || id instanceof Number ? id : null, ErrorCodes.INVALID_REQUEST, sentence);
    }
}
