package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job: a person signs in, and {@code whoami} tells who that is. */
@ExtendWith(ArquillianExtension.class)
final class WhoamiIT {
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer()));
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void signedInUserGetsTheirClaims() {
        String token = SignIn.as("alice");
        JsonObject claims = userinfo(token);
        assertThat(claims)
                .containsEntry("sub", Json.createValue("alice"))
                .containsEntry("username", Json.createValue("alice"))
                .containsEntry("name", Json.createValue("Alice Smith"))
                .containsEntry("email", Json.createValue("alice@example.com"));

        try (McpSyncClient client = McpClients.connect(token)) {
            CallToolResult result = whoami(client);
            assertThat(result.isError()).isFalse();
            assertThat(result.content()).hasSize(1);
            assertThat(text(result)).isEqualTo(asJsonWebToken(claims));
            assertThat(structured(result)).isEqualTo(asJsonWebToken(claims));
        }
    }

    @Test
    void whoamiIsListedWithWhatAModelNeedsToKnow() {
        try (McpSyncClient client = McpClients.connect(issuer.token(User.ALICE))) {
            assertThat(client.getServerInfo().name()).isEqualTo("mcp-auth-jakarta");
            assertThat(client.getServerInfo().version()).isNotBlank().doesNotContain("$");
            List<Tool> tools = client.listTools().tools();
            assertThat(tools).extracting(Tool::name).containsExactly("whoami");
            assertThat(tools.get(0).description()).startsWith("Tells who the signed-in user is");
            assertThat(tools.get(0).annotations().readOnlyHint()).isTrue();
            assertThat(tools.get(0).annotations().destructiveHint()).isFalse();
            assertThat(tools.get(0).inputSchema())
                    .isEqualTo(Map.of("type", "object", "properties", Map.of(), "required", List.of()));
        }
    }

    @Test
    void noClaimCrossesBetweenTwoUsersInParallel() throws Exception {
        ExecutorService users = Executors.newFixedThreadPool(8);
        try {
            List<Callable<List<String>>> work = IntStream.range(0, 8)
                    .<Callable<List<String>>>mapToObj(number -> () -> callOften(user(number), 60))
                    .toList();
            List<Future<List<String>>> answers = users.invokeAll(work);
            for (int number = 0; number < answers.size(); number++) {
                String username = user(number).username();
                assertThat(answers.get(number).get()).hasSize(60).containsOnly(username);
            }
        } finally {
            users.shutdownNow();
        }
    }

    @Test
    void noTokenStandsInTheLog() {
        String token = SignIn.as("bob");
        try (McpSyncClient client = McpClients.connect(token)) {
            assertThat(text(whoami(client)).getString("sub")).isEqualTo("bob");
        }
        String signature = token.substring(token.lastIndexOf('.') + 1);
        assertThat(Server.log()).contains("MCPAUTH-101").doesNotContain(token).doesNotContain(signature);
    }

    private static User user(int number) {
        return number % 2 == 0 ? User.ALICE : User.BOB;
    }

    private static List<String> callOften(User user, int times) {
        try (McpSyncClient client = McpClients.connect(issuer.token(user))) {
            return IntStream.range(0, times)
                    .mapToObj(call -> structured(whoami(client)).getString("username"))
                    .toList();
        }
    }

    /** A JsonWebToken has its audience as a set, RFC 7519 section 4.1.3 lets one string stand for an array of one. */
    private static JsonObject asJsonWebToken(JsonObject claims) {
        return Json.createObjectBuilder(claims)
                .add("aud", Json.createArrayBuilder().add(claims.getString("aud")))
                .build();
    }

    private static CallToolResult whoami(McpSyncClient client) {
        return client.callTool(CallToolRequest.builder("whoami").build());
    }

    private static JsonObject userinfo(String token) {
        URI endpoint = URI.create(issuer.issuer() + "/userinfo");
        return SignIn.json(Server.send(HttpRequest.newBuilder(endpoint).header("Authorization", "Bearer " + token)));
    }

    private static JsonObject text(CallToolResult result) {
        return parse(((TextContent) result.content().get(0)).text()).asJsonObject();
    }

    private static JsonObject structured(CallToolResult result) {
        @SuppressWarnings("unchecked") // an object in JSON
        Map<String, Object> content = (Map<String, Object>) result.structuredContent();
        return Json.createObjectBuilder(content).build();
    }

    private static JsonValue parse(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readValue();
        }
    }
}
