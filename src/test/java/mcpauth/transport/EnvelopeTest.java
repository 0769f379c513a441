package mcpauth.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvelopeTest {
    private static final String RESULT = "\"jsonrpc\":\"2.0\",\"result\":{}";

    private static JSONRPCMessage read(String members) throws Exception {
        Map<?, ?> read = (Map<?, ?>) JsonReader.read(("{" + members + "}").getBytes(UTF_8));
        return new Envelope(requireNonNull(read)).message();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"7|7", "7.0|7", "7e0|7", "\"7\"|7", "\"\"|``", "9007199254740993|9007199254740993", "-1|-1"})
    void requestKeepsItsId(String sent, String id) throws Exception {
        JSONRPCMessage message = read("\"jsonrpc\":\"2.0\",\"id\":" + sent + ",\"method\":\"m\"");
        assertThat(message).isInstanceOfSatisfying(JSONRPCRequest.class, request -> {
            assertThat(request.id()).hasToString(id);
            assertThat(request.id() instanceof String).isEqualTo(sent.startsWith("\""));
        });
    }

    @Test
    void otherMembersArePassedOver() throws Exception {
        assertThat(read("\"jsonrpc\":\"2.0\",\"method\":\"m\",\"extra\":[1]"))
                .isEqualTo(new JSONRPCNotification("2.0", "m", null));
        assertThat(read("\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":1},\"extra\":null"))
                .isEqualTo(JSONRPCResponse.result(1, Map.of("a", 1)));
        assertThat(read("\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1.0,\"message\":\"\",\"extra\":1}"))
                .isEqualTo(JSONRPCResponse.error(1, new JSONRPCResponse.JSONRPCError(-1, "", null)));
    }

    /** Requests are asked for their parameters later, with their id. */
    @Test
    void requestMayHaveAnyParameters() throws Exception {
        assertThat(read("\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[]"))
                .isInstanceOf(JSONRPCRequest.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"id\":1,\"method\":\"m\"|1|The body is not a JSON-RPC 2.0 message",
                "\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"|1|The body is not a JSON-RPC 2.0 message",
                "\"jsonrpc\":2.0,\"id\":\"a\",\"method\":\"m\"|a|The body is not a JSON-RPC 2.0 message",
                "\"jsonrpc\":\"2.0\"||method is missing",
                "\"jsonrpc\":\"2.0\",\"id\":1|1|method is missing",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1|1|method must be a string",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null|1|method must be a string",
                "\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"||id must be a string or an integer",
                "\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"m\"||id must be a string or an integer",
                "\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"m\"||id must be a string or an integer",
                "\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"m\"||id must be a string or an integer",
                "\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"|1.5|id must be a string or an integer",
                "\"jsonrpc\":\"2.0\",\"id\":123456789012345678901234567890,\"method\":\"m\"|123456789012345678901234567890|id must be a string or an integer",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"result\":{}|1|A message has a method, or a result, or an error, and no two of them",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"error\":null|1|A message has a method, or a result, or an error, and no two of them",
                "\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[]||params must be an object",
                "\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":\"a\"||params must be an object",
                RESULT + "||id must be a string or an integer",
                "\"id\":null," + RESULT + "||id must be a string or an integer",
                "\"id\":1,\"error\":{\"code\":1,\"message\":\"\"}," + RESULT
                        + "||A message has a result or an error, not both",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null||result must be an object",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]||result must be an object",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"||error must be an object with an integer as code and a string as message",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"1\",\"message\":\"\"}||error must be an object with an integer as code and a string as message",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":3000000000,\"message\":\"\"}||error must be an object with an integer as code and a string as message",
                "\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1}||error must be an object with an integer as code and a string as message"
            })
    void whatIsNoMessageIsInvalid(String members, String id, String sentence) {
        InvalidMessageException refusal = catchThrowableOfType(InvalidMessageException.class, () -> read(members));
        assertThat(refusal.sentence()).isEqualTo(sentence);
        assertThat(refusal.code()).isEqualTo(-32600);
        assertThat(refusal.id() == null ? null : refusal.id().toString()).isEqualTo(id);
    }
}
