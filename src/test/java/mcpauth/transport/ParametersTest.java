package mcpauth.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class ParametersTest {
    private static final String CLIENT = "\"clientInfo\":{\"name\":\"a\",\"version\":\"1\"}";
    private static final String REVISION = "\"protocolVersion\":\"2025-11-25\"";
    private static final String NO_CLIENT = "{" + REVISION + ",\"capabilities\":{}";

    private final Parameters parameters = new Parameters(new JacksonMcpJsonMapper(JsonMapper.shared()));

    private Optional<JSONRPCResponse> refusal(String method, @Nullable String params) throws Exception {
        return parameters.refusal(
                new JSONRPCRequest("2.0", method, 7, params == null ? null : JsonReader.read(params.getBytes(UTF_8))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ping|",
                "ping|null",
                "ping|{\"a\":1}",
                "ping|{\"_meta\":{\"progressToken\":1,\"a\":[]}}",
                "unknown|{\"name\":5}",
                "initialize|{" + REVISION + ",\"capabilities\":{}," + CLIENT + "}",
                "initialize|{" + REVISION + ",\"capabilities\":{\"roots\":{\"listChanged\":true},\"sampling\":{},"
                        + "\"elicitation\":{\"form\":{}},\"experimental\":{\"a\":{}},\"tasks\":{}}," + CLIENT + "}",
                "initialize|{\"protocolVersion\":\"2099-01-01\",\"capabilities\":{\"roots\":null}," + CLIENT + "}",
                "tools/list|",
                "tools/list|{\"cursor\":null}",
                "tools/list|{\"cursor\":\"\"}",
                "tools/call|{\"name\":\"a\"}",
                "tools/call|{\"name\":\"a\",\"arguments\":null,\"task\":{}}",
                "tools/call|{\"name\":\"a\",\"arguments\":{\"b\":[1]},\"_meta\":{\"progressToken\":\"t\"}}",
                "prompts/get|{\"name\":\"a\",\"arguments\":{\"b\":\"c\"}}",
                "resources/read|{\"uri\":\"file:///a\"}",
                "logging/setLevel|{\"level\":\"warning\"}",
                "completion/complete|{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"a\"},"
                        + "\"argument\":{\"name\":\"b\",\"value\":\"\"},\"context\":{\"arguments\":{\"c\":\"d\"}}}"
            })
    void whatTheSchemaAllowsIsLetThrough(String method, String params) throws Exception {
        assertThat(refusal(method, params)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ping|[]|params must be an object",
                "ping|\"a\"|params must be an object",
                "ping|{\"_meta\":1}|_meta must be an object",
                "ping|{\"_meta\":{\"progressToken\":true}}|_meta.progressToken must be a string or an integer",
                "ping|{\"_meta\":{\"progressToken\":1.5}}|_meta.progressToken must be a string or an integer",
                "initialize||protocolVersion is missing",
                "initialize|{}|protocolVersion is missing",
                "initialize|{\"protocolVersion\":1}|protocolVersion must be a string",
                "initialize|{\"protocolVersion\":\"1.0\"}|protocolVersion must be a revision of MCP, a date as 2025-11-25",
                "initialize|{\"protocolVersion\":\"2025-11-25\\nINFO: all is well\"}|protocolVersion must be a revision of MCP, a date as 2025-11-25",
                "initialize|{" + REVISION + "," + CLIENT + "}|capabilities is missing",
                "initialize|{" + REVISION + ",\"capabilities\":[]," + CLIENT + "}|capabilities must be an object",
                "initialize|{" + REVISION + ",\"capabilities\":{\"roots\":true}," + CLIENT
                        + "}|capabilities.roots must be an object",
                "initialize|{" + REVISION + ",\"capabilities\":{\"roots\":{\"listChanged\":\"true\"}}," + CLIENT
                        + "}|capabilities.roots.listChanged must be true or false",
                "initialize|{" + REVISION + ",\"capabilities\":{\"elicitation\":[]}," + CLIENT
                        + "}|capabilities.elicitation must be an object",
                "initialize|{" + REVISION + ",\"capabilities\":{\"elicitation\":{\"form\":7}}," + CLIENT
                        + "}|The parameters are not those of initialize",
                "initialize|" + NO_CLIENT + "}|clientInfo is missing",
                "initialize|" + NO_CLIENT + ",\"clientInfo\":{\"version\":\"1\"}}|clientInfo.name is missing",
                "initialize|" + NO_CLIENT
                        + ",\"clientInfo\":{\"name\":5,\"version\":\"1\"}}|clientInfo.name must be a string",
                "initialize|" + NO_CLIENT + ",\"clientInfo\":{\"name\":\"a\"}}|clientInfo.version is missing",
                "initialize|" + NO_CLIENT
                        + ",\"clientInfo\":{\"name\":\"a\",\"version\":\"1\",\"icons\":3}}|clientInfo.icons must be an array of objects",
                "initialize|" + NO_CLIENT
                        + ",\"clientInfo\":{\"name\":\"a\",\"version\":\"1\",\"icons\":[{}]}}|clientInfo.icons[].src is missing",
                "tools/list|{\"cursor\":1}|cursor must be a string",
                "prompts/list|{\"cursor\":\"2\"}|cursor is not one that this server gave out: leave it out",
                "tools/call||name is missing",
                "tools/call|{\"name\":null}|name is missing",
                "tools/call|{\"name\":5}|name must be a string",
                "tools/call|{\"name\":\" \"}|name must not be blank",
                "tools/call|{\"name\":\"a\",\"arguments\":\"{}\"}|arguments must be an object",
                "tools/call|{\"name\":\"a\",\"arguments\":[]}|arguments must be an object",
                "prompts/get|{\"name\":\"a\",\"arguments\":{\"b\":1}}|arguments must be an object of strings",
                "resources/read|{}|uri is missing",
                "resources/subscribe|{\"uri\":{}}|uri must be a string",
                "logging/setLevel|{\"level\":\"verbose\"}|level must be one of debug, info, notice, warning, error, critical, alert, emergency",
                "logging/setLevel|{\"level\":3}|level must be a string",
                "completion/complete|{}|ref is missing",
                "completion/complete|{\"ref\":{\"type\":\"a\"}}|ref.type must be ref/prompt or ref/resource",
                "completion/complete|{\"ref\":{\"type\":\"ref/resource\"}}|ref.uri is missing",
                "completion/complete|{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"a\"},\"argument\":{\"name\":\"b\"}}|argument.value is missing"
            })
    void whatTheSchemaDoesNotAllowIsNamed(String method, String params, String sentence) throws Exception {
        JSONRPCError error = refusal(method, params).orElseThrow().error();
        assertThat(error.message()).isEqualTo(sentence);
        assertThat(error.code()).isEqualTo(-32602);
    }

    @Test
    void methodThatIsFarTooLongIsNotFound() throws Exception {
        JSONRPCResponse answer = refusal("a".repeat(129), null).orElseThrow();
        assertThat(answer.id()).isEqualTo(7);
        assertThat(answer.error()).isEqualTo(new JSONRPCError(-32601, "Method not found", null));
        assertThat(refusal("a".repeat(128), null)).isEmpty();
    }

    @Test
    void revisionThatNobodyKnowsIsTheNewestToTheSdk() {
        JSONRPCRequest asked =
                new JSONRPCRequest("2.0", "initialize", 1, Map.of("protocolVersion", "2099-01-01", "a", "b"));
        JSONRPCRequest offered = Parameters.withKnownRevision(asked, List.of("2025-03-26", "2025-11-25"));
        assertThat(offered)
                .isEqualTo(
                        new JSONRPCRequest("2.0", "initialize", 1, Map.of("protocolVersion", "2025-11-25", "a", "b")));
        assertThat(Parameters.withKnownRevision(asked, List.of("2099-01-01"))).isSameAs(asked);
    }
}
