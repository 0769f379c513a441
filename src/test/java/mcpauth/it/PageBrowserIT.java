package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.interop.NpmRoom;
import mcpauth.interop.OidcProvider;
import mcpauth.interop.Provider;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page for people in a real browser: {@code ./mvnw -Pclients verify}. Needs npm, which brings the driver and Node.js,
 * and a Chromium or Chrome on the PATH. What it looks like is in {@code target/clients/page}.
 */
@Tag("clients")
@ExtendWith(ArquillianExtension.class)
final class PageBrowserIT {
    private static final String PAGE = Server.BASE + "/";
    private static final String MCP = Server.BASE + "/mcp";
    private static final String SSE = Server.BASE + "/sse";

    private static DevelopmentIssuer development;
    private static DevelopmentIssuer forAnother;
    private static Provider oidcProvider;
    private static Provider withoutResources;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "development issuer", managed = false, testable = false)
    static WebArchive developmentIssuer() throws IOException {
        return war("development.war", development().issuer(), "mcp-inspector");
    }

    @Deployment(name = "delegated", managed = false, testable = false)
    static WebArchive delegated() throws IOException {
        return Server.war(
                "delegated.war",
                Map.of("mcp.auth.issuer", development().issuer(), "mcp.page.client-id", "mcp-inspector"));
    }

    @Deployment(name = "oidc-provider", managed = false, testable = false)
    static WebArchive oidcProvider() throws IOException, InterruptedException {
        return war("oidc-provider.war", provider().issuer(), "mcp-page");
    }

    @Deployment(name = "wrong client id", managed = false, testable = false)
    static WebArchive wrongClientId() throws IOException, InterruptedException {
        return war("client.war", provider().issuer(), "nobody");
    }

    @Deployment(name = "redirect URI not registered", managed = false, testable = false)
    static WebArchive unregisteredRedirectUri() throws IOException, InterruptedException {
        return war("redirect.war", provider().issuer(), Provider.CLIENT_ID);
    }

    @Deployment(name = "issuer down", managed = false, testable = false)
    static WebArchive issuerDown() {
        return war("down.war", "http://localhost:1/oidc", "mcp-page");
    }

    @Deployment(name = "missing scope", managed = false, testable = false)
    static WebArchive missingScope() throws IOException, InterruptedException {
        return Server.war(
                "scope.war",
                Map.of(
                        "mcp.auth.issuer",
                        provider().issuer(),
                        "mcp.auth.resource",
                        MCP,
                        "mcp.auth.required-scopes",
                        "manage:things",
                        "mcp.page.client-id",
                        "mcp-page"));
    }

    @Deployment(name = "resource not registered", managed = false, testable = false)
    static WebArchive unregisteredResource() throws IOException, InterruptedException {
        withoutResources = OidcProvider.startForPage(PAGE);
        return war("resource.war", withoutResources.issuer(), "mcp-page");
    }

    @Deployment(name = "wrong audience", managed = false, testable = false)
    static WebArchive wrongAudience() throws IOException {
        forAnother = DevelopmentIssuer.start(0, List.of("https://another.example/mcp"));
        return war("audience.war", forAnother.issuer(), "mcp-inspector");
    }

    @Deployment(name = "pages may not fetch tokens", managed = false, testable = false)
    static WebArchive withoutCors() throws IOException, InterruptedException {
        return war("cors.war", provider().issuer(), "mcp-page-without-cors");
    }

    /** Arquillian asks for the deployments in an order of its own. */
    private static DevelopmentIssuer development() throws IOException {
        if (development == null) {
            development = DevelopmentIssuer.start(0, List.of(MCP, SSE));
        }
        return development;
    }

    private static Provider provider() throws IOException, InterruptedException {
        if (oidcProvider == null) {
            oidcProvider = OidcProvider.startForPage(PAGE, MCP, SSE);
        }
        return oidcProvider;
    }

    private static WebArchive war(String name, String issuer, String clientId) {
        Map<String, String> settings = new HashMap<>();
        settings.put("mcp.auth.issuer", issuer);
        settings.put("mcp.auth.resource", MCP);
        settings.put("mcp.page.client-id", clientId);
        return Server.war(name, settings);
    }

    @AfterAll
    static void stopProviders() {
        development.close();
        forAnother.close();
        oidcProvider.close();
        withoutResources.close();
    }

    /** What the script in {@code src/test/clients/page} prints in its last line. */
    private static JsonValue run(String script, String... arguments) throws IOException, InterruptedException {
        NpmRoom room = NpmRoom.install("clients");
        Path output = room.home()
                .resolve("page")
                .resolve(System.getProperty("arquillian.launch") + "-" + script.replace(".mjs", ".txt"));
        List<String> command = new ArrayList<>(List.of(room.node(), "page/" + script, PAGE));
        command.addAll(Arrays.asList(arguments));
        int status = room.run(output, 5, Map.of(), command.toArray(String[]::new));
        String text = Files.readString(output);
        assertThat(status).as(text).isZero();
        List<String> lines = text.lines().toList();
        return Json.createReader(new StringReader(lines.get(lines.size() - 1))).readValue();
    }

    @FunctionalInterface
    private interface InTheBrowser {
        void run() throws IOException, InterruptedException;
    }

    private void with(String deployment, InTheBrowser test) throws IOException, InterruptedException {
        deployer.deploy(deployment);
        try {
            test.run();
        } finally {
            deployer.undeploy(deployment);
        }
    }

    private static JsonObject tryAs(String username, String deployment) throws IOException, InterruptedException {
        JsonObject tried = run(
                        "try.mjs", username, "page/" + username + "-" + deployment.replaceAll("\\W+", "-") + ".png")
                .asJsonObject();
        assertThat(tried.getJsonArray("errors")).isEmpty();
        // neither the code nor anything of the sign-in is left behind
        assertThat(tried.getString("url")).isEqualTo(PAGE);
        assertThat(tried.getInt("local")).isZero();
        assertThat(tried.getInt("session")).isZero();
        assertThat(tried.getString("cookies")).isEmpty();
        return tried;
    }

    @ParameterizedTest
    @CsvSource({
        "development issuer, alice, username, alice",
        "delegated, bob, email, bob@example.com",
        "oidc-provider, alice, sub, ft4t57nlza88"
    })
    void signInShowsTheClaims(String deployment, String username, String claim, String value)
            throws IOException, InterruptedException {
        with(
                deployment,
                () -> assertThat(tryAs(username, deployment)
                                .getJsonObject("claims")
                                .getString(claim))
                        .isEqualTo(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wrong client id|You sign in|unknown-client|does not know the client id nobody (invalid_client)",
                "redirect URI not registered|You sign in|unknown-redirect-uri|Register <page> for the client mcp-client",
                "issuer down|The provider says how to sign in|issuer-down|The provider http://localhost:1/oidc does not answer",
                "missing scope|The tool whoami is called with it|scope-missing|Needed: manage:things.",
                "resource not registered|You sign in|unknown-resource|does not know the resource <page>mcp (invalid_target)",
                "wrong audience|The tool whoami is called with it|wrong-audience|The token is for https://another.example/mcp, this server is <page>mcp.",
                "pages may not fetch tokens|The provider gives a token for this server|token-endpoint-closed|allow this origin for the client mcp-page-without-cors",
            })
    @Tag("liberty") // once is enough: the same files, and the provider answers
    void brokenSetUpShowsItsRemedy(String deployment, String step, String remedy, String text)
            throws IOException, InterruptedException {
        with(deployment, () -> {
            JsonObject tried = tryAs("alice", deployment);
            assertThat(tried.getString("remedy")).as(tried.toString()).isEqualTo(remedy);
            assertThat(tried.getString("step")).isEqualTo(step);
            assertThat(tried.getString("text")).contains(text.replace("<page>", PAGE));
        });
    }

    /** Some providers refuse on a page of their own, from which nobody is sent back. */
    @Test
    @Tag("liberty") // once is enough: the same files, and the provider answers
    void personWhoComesBackWithoutAnAnswerIsToldWhatMayBeWrong() throws IOException, InterruptedException {
        with("oidc-provider", () -> {
            JsonObject tried = tryAs("back", "oidc-provider");
            assertThat(tried.getString("remedy")).isEqualTo("no-answer");
            assertThat(tried.getString("text"))
                    .contains("the client id is mcp-page")
                    .contains("register " + PAGE + ", byte for byte")
                    .contains("register " + MCP)
                    .contains(provider().issuer());
        });
    }

    @ParameterizedTest
    @CsvSource({"development issuer, mcp-inspector, alice", "oidc-provider, mcp-page, ft4t57nlza88"})
    void everySnippetThatCanBeRunEndsWithTheClaims(String deployment, String clientId, String sub)
            throws IOException, InterruptedException {
        with(deployment, () -> {
            JsonObject done = run("snippets.mjs", "alice").asJsonObject();
            JsonObject answers = done.getJsonObject("answers");
            assertThat(answers.getJsonObject("page").getString("sub")).isEqualTo(sub);
            assertThat(answers.getBoolean("copied")).isTrue();
            assertThat(answers.getString("mcp-remote")).contains("\"sub\":\"" + sub + "\"");
            assertThat(answers.getString("curl"))
                    .contains("\"sub\":\"" + sub + "\"")
                    .endsWith("[0]");
            assertThat(answers.getString("inspector")).contains(sub).endsWith("[0]");
            assertThat(answers.getString("withoutToken")).doesNotContain(sub).doesNotEndWith("[0]");
            // what was seen of each client, whose port the machine chose
            JsonObject redirectUris = done.getJsonObject("redirectUris");
            assertThat(withoutPorts(redirectUris.getJsonArray("panel-inspector")))
                    .containsExactly(McpProgram.INSPECTOR_2.redirectUri(), McpProgram.INSPECTOR_2_CLI.redirectUri());
            assertThat(withoutPorts(redirectUris.getJsonArray("panel-mcp-remote")))
                    .containsExactly(McpProgram.MCP_REMOTE.redirectUri());
            // those that cannot be run here say at least what they have to
            JsonObject snippets = done.getJsonObject("snippets");
            assertThat(snippets.getString("vscode.file")).contains("\"" + MCP + "\"", "\"clientId\": \"" + clientId);
            assertThat(snippets.getString("cursor.file")).contains("\"" + MCP + "\"", "\"CLIENT_ID\": \"" + clientId);
            assertThat(snippets.getString("claude.code"))
                    .isEqualTo("claude mcp add --transport http --client-id " + clientId + " mcp-server " + MCP);
        });
    }

    private static List<String> withoutPorts(JsonArray uris) {
        return uris.getValuesAs(JsonString.class).stream()
                .map(uri -> uri.getString().replaceFirst(":\\d+/", "/"))
                .toList();
    }

    @Test
    @Tag("liberty") // once is enough: the same files, and the provider answers
    void axeFindsNothingInAnyLanguageSchemeOrWidth() throws IOException, InterruptedException {
        with(
                "development issuer",
                () -> assertThat(run("look.mjs", "page").asJsonArray()).isEmpty());
    }
}
