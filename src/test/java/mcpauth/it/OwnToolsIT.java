package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The WAR with a user's own tools in it, one of which tells what could be reached without a token. */
@ExtendWith(ArquillianExtension.class)
final class OwnToolsIT {
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer())).addClass(ExtraTools.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void noServletButTheMetadataAndThePageIsReachedWithoutAToken() {
        List<String> mappings;
        try (McpSyncClient client = McpClients.connect(issuer.token(User.ALICE))) {
            mappings = text(client, "servlet-mappings", Map.of()).lines().toList();
        }
        assertThat(mappings)
                .contains("/sse", "/messages", "/mcp", "/error", "/.well-known/*")
                .containsAll(PageIT.PATHS);
        for (String mapping : mappings) {
            int status = Server.get(mapping.replace("*", "anything")).statusCode();
            int open = mapping.startsWith("/.well-known/") ? 404 : 401;
            assertThat(status).as(mapping).isEqualTo(PageIT.PATHS.contains(mapping) ? 200 : open);
        }
    }

    @Test
    void ownToolsAreListedWithTheirSchema() {
        try (McpSyncClient client = McpClients.connect(issuer.token(User.ALICE))) {
            assertThat(client.listTools().tools())
                    .extracting(Tool::name)
                    .containsExactlyInAnyOrder("whoami", "servlet-mappings", "repeat", "fail", "sleep", "large");
            assertThat(client.listTools().tools())
                    .filteredOn(tool -> tool.name().equals("repeat"))
                    .singleElement()
                    .satisfies(tool -> assertThat(tool.inputSchema())
                            .isEqualTo(Map.of(
                                    "type", "object",
                                    "properties",
                                            Map.of(
                                                    "word", Map.of("type", "string", "description", "The word"),
                                                    "times", Map.of("type", "integer")),
                                    "required", List.of("word", "times"))));
            assertThat(text(client, "repeat", Map.of("word", "ab", "times", 2))).isEqualTo("abab");
        }
    }

    @Test
    void wrongArgumentsAreAnErrorForTheModel() {
        try (McpSyncClient client = McpClients.connect(issuer.token(User.ALICE))) {
            assertThat(call(client, "repeat", Map.of("word", "ab")).isError()).isTrue();
            CallToolResult refused = call(client, "repeat", Map.of("word", "ab", "times", 4));
            assertThat(refused.isError()).isTrue();
            assertThat(text(refused)).isEqualTo("Not more than three times, please");
        }
    }

    @Test
    void failureOfAToolTellsTheModelNothingButAnIncident() {
        try (McpSyncClient client = McpClients.connect(issuer.token(User.ALICE))) {
            CallToolResult failed = call(client, "fail", Map.of());
            assertThat(failed.isError()).isTrue();
            assertThat(text(failed))
                    .matches(
                            "Something went wrong in the server\\. Its log tells more under incident [0-9a-f-]{36}\\.");
            String incident = text(failed).replaceAll(".*incident |\\.$", "");
            assertThat(Server.log())
                    .contains("MCPAUTH-500 the tool fail failed, incident " + incident)
                    .contains("jdbc:secret");
        }
    }

    private static String text(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = call(client, tool, arguments);
        assertThat(result.isError()).isFalse();
        return text(result);
    }

    private static CallToolResult call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().get(0)).text();
    }
}
