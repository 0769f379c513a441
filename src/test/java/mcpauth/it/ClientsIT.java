package mcpauth.it;

import static mcpauth.it.ClientRow.Scenario.CANCEL;
import static mcpauth.it.ClientRow.Scenario.MISTYPED;
import static mcpauth.it.ClientRow.Scenario.NO_CLIENT_ID;
import static mcpauth.it.ClientRow.Scenario.PROVIDER_DOWN;
import static mcpauth.it.ClientRow.Scenario.REDEPLOY;
import static mcpauth.it.ClientRow.Scenario.REFRESH;
import static mcpauth.it.ClientRow.Transport.HTTP;
import static mcpauth.it.ClientRow.Transport.SSE;
import static mcpauth.it.McpProgram.INSPECTOR_1;
import static mcpauth.it.McpProgram.INSPECTOR_1_CLI;
import static mcpauth.it.McpProgram.INSPECTOR_2;
import static mcpauth.it.McpProgram.INSPECTOR_2_CLI;
import static mcpauth.it.McpProgram.JAVA_SDK;
import static mcpauth.it.McpProgram.MCP_REMOTE;
import static mcpauth.it.McpProgram.SDK_1;
import static mcpauth.it.McpProgram.SDK_2;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.interop.AuthorizationCodeFlow;
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

/**
 * The clients that people use, from the typed URL to the claims of {@code whoami}, or to what the person reads where that
 * cannot be: {@code ./mvnw -Pclients verify}. Needs npm, and Chromium or Chrome on the PATH. What was seen is the table of
 * {@code docs/clients.md}.
 */
@Tag("clients")
@ExtendWith(ArquillianExtension.class)
final class ClientsIT {
    private static final String MCP = Server.BASE.resolve("/mcp").toString();
    private static final String SSE_URL = Server.BASE.resolve("/sse").toString();
    private static final String LIBERTY = "liberty";
    private static final String WILDFLY = "wildfly";
    private static final String NO_REGISTRATION = "does not support dynamic client registration";

    private static final String FETCH_FAILED = "fetch failed";
    private static final String NO_SIGN_IN_PAGE = "ERR_CONNECTION_REFUSED";
    private static final String CANCELLED = "the person has cancelled the sign-in";
    private static final String MISMATCH = "Issuer mismatch in authorization server metadata";

    private static final String PROTECTED_DEVELOPMENT = "protected resource, development issuer";
    private static final String PROTECTED_LOGTO = "protected resource, oidc-provider as Logto";
    private static final String DELEGATED_DEVELOPMENT = "delegated, development issuer";
    private static final String DELEGATED_LOGTO = "delegated, oidc-provider as Logto";

    private static final String ALICE_EMAIL = "alice@example.com";
    /** Alice's id at the oidc-provider: all that its JWTs say of her. */
    private static final String ALICE_SUB = "ft4t57nlza88";

    private static final ClientsTable TABLE = new ClientsTable();
    /** One for each deployment: a test takes it down. */
    private static final Map<String, DevelopmentIssuer> DEVELOPMENT_ISSUERS = new HashMap<>();

    private static Provider oidcProvider;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = PROTECTED_DEVELOPMENT, managed = false, testable = false)
    static WebArchive protectedDevelopment() throws IOException {
        return war("protected-development.war", developmentIssuer(PROTECTED_DEVELOPMENT), MCP);
    }

    @Deployment(name = PROTECTED_LOGTO, managed = false, testable = false)
    static WebArchive protectedLogto() throws IOException, InterruptedException {
        return war("protected-logto.war", oidcProvider(), MCP);
    }

    @Deployment(name = DELEGATED_DEVELOPMENT, managed = false, testable = false)
    static WebArchive delegatedDevelopment() throws IOException {
        return war("delegated-development.war", developmentIssuer(DELEGATED_DEVELOPMENT), "");
    }

    @Deployment(name = DELEGATED_LOGTO, managed = false, testable = false)
    static WebArchive delegatedLogto() throws IOException, InterruptedException {
        return war("delegated-logto.war", oidcProvider(), "");
    }

    private static String developmentIssuer(String deployment) throws IOException {
        if (!DEVELOPMENT_ISSUERS.containsKey(deployment)) {
            DEVELOPMENT_ISSUERS.put(deployment, DevelopmentIssuer.start(0, List.of(MCP, SSE_URL)));
        }
        return DEVELOPMENT_ISSUERS.get(deployment).issuer();
    }

    private static String developmentToken(String deployment) {
        return DEVELOPMENT_ISSUERS.get(deployment).token(DevelopmentIssuer.User.ALICE);
    }

    private static String oidcProvider() throws IOException, InterruptedException {
        if (oidcProvider == null) {
            oidcProvider = OidcProvider.start(MCP, SSE_URL);
        }
        return oidcProvider.issuer();
    }

    private static WebArchive war(String name, String issuer, String resource) {
        Map<String, String> settings = new HashMap<>();
        settings.put("mcp.auth.issuer", issuer);
        // tokens end in the middle of a session, and shall be refused then
        settings.put("mcp.auth.clock-skew", "PT0S");
        if (!resource.isEmpty()) {
            settings.put("mcp.auth.resource", resource);
        }
        return Server.war(name, settings);
    }

    @AfterAll
    static void compareWithTheDocument() throws IOException {
        DEVELOPMENT_ISSUERS.values().forEach(DevelopmentIssuer::close);
        oidcProvider.close();
        TABLE.finish();
    }

    private void run(String deployment, String claim, String token, List<ClientRow> rows, List<ClientRow> whileDown)
            throws IOException, InterruptedException {
        ClientRuns runs = new ClientRuns(deployment, claim, TABLE);
        deployer.deploy(deployment);
        try {
            runs.run(rows, token, () -> {
                deployer.undeploy(deployment);
                deployer.deploy(deployment);
            });
            if (!whileDown.isEmpty()) {
                DEVELOPMENT_ISSUERS.get(deployment).close();
                runs.run(whileDown, token, () -> {});
            }
            runs.assertAll();
        } finally {
            deployer.undeploy(deployment);
        }
    }

    /** The MCP Java SDK has no sign-in: its user brings a token. */
    private static void javaClient(String deployment, String token) {
        try (McpSyncClient client = McpClients.connectStreamable(token);
                McpSyncClient older = McpClients.connect(token)) {
            assertThat(whoami(client)).contains(ALICE_SUB);
            assertThat(whoami(older)).contains(ALICE_SUB);
        }
        TABLE.add(deployment, ClientRow.of(JAVA_SDK, HTTP));
        TABLE.add(deployment, ClientRow.of(JAVA_SDK, SSE));
    }

    private static String whoami(McpSyncClient client) {
        return ((TextContent) client.callTool(CallToolRequest.builder("whoami").build())
                        .content()
                        .get(0))
                .text();
    }

    @Test
    void protectedResourceOfTheDevelopmentIssuer() throws Exception {
        run(
                PROTECTED_DEVELOPMENT,
                ALICE_EMAIL,
                developmentToken(PROTECTED_DEVELOPMENT),
                List.of(
                        ClientRow.of(INSPECTOR_2, HTTP).onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_2, SSE).onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_1, HTTP).onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_1, SSE).way("direct").onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_1, SSE).way("quick").onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_2_CLI, HTTP),
                        ClientRow.of(INSPECTOR_2_CLI, SSE).onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_1_CLI, HTTP),
                        ClientRow.of(MCP_REMOTE, HTTP),
                        ClientRow.of(MCP_REMOTE, SSE).onlyOn(WILDFLY),
                        ClientRow.of(SDK_1, HTTP),
                        ClientRow.of(SDK_1, SSE),
                        ClientRow.of(SDK_2, HTTP),
                        ClientRow.of(SDK_2, SSE),
                        ClientRow.of(INSPECTOR_2, HTTP)
                                .when(REDEPLOY)
                                .refused("There is no such session")
                                .onlyOn(WILDFLY),
                        ClientRow.of(MCP_REMOTE, HTTP).when(REDEPLOY).onlyOn(LIBERTY),
                        ClientRow.of(SDK_1, HTTP).when(REDEPLOY).onlyOn(LIBERTY),
                        ClientRow.of(SDK_2, SSE).when(REDEPLOY).onlyOn(WILDFLY)),
                List.of(
                        ClientRow.of(INSPECTOR_2, HTTP)
                                .when(PROVIDER_DOWN)
                                .refused(FETCH_FAILED)
                                .onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_2_CLI, HTTP)
                                .when(PROVIDER_DOWN)
                                .refused(FETCH_FAILED)
                                .onlyOn(WILDFLY),
                        ClientRow.of(MCP_REMOTE, HTTP)
                                .when(PROVIDER_DOWN)
                                .refused(FETCH_FAILED)
                                .onlyOn(LIBERTY),
                        ClientRow.of(SDK_1, HTTP).when(PROVIDER_DOWN).refused(NO_SIGN_IN_PAGE),
                        ClientRow.of(SDK_2, HTTP).when(PROVIDER_DOWN).refused(FETCH_FAILED)));
    }

    @Test
    void protectedResourceOfAProviderLikeLogto() throws Exception {
        run(
                PROTECTED_LOGTO,
                ALICE_SUB,
                "",
                List.of(
                        ClientRow.of(INSPECTOR_2, HTTP),
                        ClientRow.of(INSPECTOR_1, HTTP).way("quick").onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_2_CLI, HTTP),
                        ClientRow.of(MCP_REMOTE, HTTP),
                        ClientRow.of(SDK_1, HTTP),
                        ClientRow.of(SDK_2, HTTP),
                        ClientRow.of(SDK_2, SSE),
                        ClientRow.of(INSPECTOR_1_CLI, HTTP)
                                .refused("sign in at its OpenID provider")
                                .onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_2, HTTP)
                                .when(NO_CLIENT_ID)
                                .refused(NO_REGISTRATION)
                                .onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_1, HTTP)
                                .when(NO_CLIENT_ID)
                                .refused("Disconnected")
                                .onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_2_CLI, HTTP)
                                .when(NO_CLIENT_ID)
                                .refused(NO_REGISTRATION)
                                .onlyOn(LIBERTY),
                        ClientRow.of(MCP_REMOTE, HTTP)
                                .when(NO_CLIENT_ID)
                                .refused(NO_REGISTRATION)
                                .onlyOn(LIBERTY),
                        ClientRow.of(SDK_1, HTTP).when(NO_CLIENT_ID).refused(NO_REGISTRATION),
                        ClientRow.of(SDK_2, HTTP).when(NO_CLIENT_ID).refused(NO_REGISTRATION),
                        ClientRow.of(INSPECTOR_2, HTTP)
                                .when(CANCEL)
                                .refused(CANCELLED)
                                .onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_2_CLI, HTTP)
                                .when(CANCEL)
                                .refused(CANCELLED)
                                .onlyOn(WILDFLY),
                        ClientRow.of(MCP_REMOTE, HTTP)
                                .when(CANCEL)
                                .refused(CANCELLED)
                                .onlyOn(LIBERTY),
                        ClientRow.of(SDK_1, HTTP).when(CANCEL).refused(CANCELLED),
                        ClientRow.of(MCP_REMOTE, HTTP).when(MISTYPED).onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_2, HTTP).when(MISTYPED).onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_2, HTTP).when(REFRESH).onlyOn(WILDFLY),
                        ClientRow.of(MCP_REMOTE, HTTP).when(REFRESH).onlyOn(LIBERTY),
                        ClientRow.of(SDK_1, HTTP).when(REFRESH).refused("Unauthorized"),
                        ClientRow.of(SDK_2, SSE).when(REFRESH)),
                List.of());
        deployer.deploy(PROTECTED_LOGTO);
        try {
            javaClient(
                    PROTECTED_LOGTO,
                    AuthorizationCodeFlow.discover(URI.create(MCP))
                            .signIn("alice", "alice")
                            .accessToken());
        } finally {
            deployer.undeploy(PROTECTED_LOGTO);
        }
    }

    @Test
    void delegatedModeWithTheDevelopmentIssuer() throws Exception {
        run(
                DELEGATED_DEVELOPMENT,
                ALICE_EMAIL,
                developmentToken(DELEGATED_DEVELOPMENT),
                List.of(
                        ClientRow.of(INSPECTOR_1, SSE).way("quick").onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_1, HTTP).way("quick").onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_1_CLI, SSE),
                        ClientRow.of(SDK_1, HTTP),
                        ClientRow.of(SDK_1, SSE),
                        ClientRow.of(INSPECTOR_2, HTTP).refused(MISMATCH).onlyOn(LIBERTY),
                        ClientRow.of(INSPECTOR_2_CLI, HTTP).refused(MISMATCH).onlyOn(WILDFLY),
                        ClientRow.of(MCP_REMOTE, HTTP).refused(MISMATCH).onlyOn(LIBERTY),
                        ClientRow.of(SDK_2, HTTP).refused(MISMATCH),
                        ClientRow.of(SDK_2, SSE).refused(MISMATCH),
                        ClientRow.of(SDK_1, SSE).when(REDEPLOY).onlyOn(LIBERTY)),
                List.of(ClientRow.of(SDK_1, HTTP).when(PROVIDER_DOWN).refused(NO_SIGN_IN_PAGE)));
    }

    @Test
    void delegatedModeWithAProviderLikeLogto() throws Exception {
        run(
                DELEGATED_LOGTO,
                "Alice Smith",
                "",
                List.of(
                        ClientRow.of(INSPECTOR_1, SSE).way("quick").onlyOn(WILDFLY),
                        ClientRow.of(INSPECTOR_1, HTTP)
                                .when(NO_CLIENT_ID)
                                .refused("Disconnected")
                                .onlyOn(LIBERTY),
                        ClientRow.of(SDK_1, HTTP),
                        ClientRow.of(SDK_1, SSE),
                        ClientRow.of(SDK_1, SSE).when(NO_CLIENT_ID).refused(NO_REGISTRATION),
                        ClientRow.of(SDK_2, HTTP).refused(MISMATCH)),
                List.of());
        deployer.deploy(DELEGATED_LOGTO);
        try {
            javaClient(
                    DELEGATED_LOGTO,
                    AuthorizationCodeFlow.at(oidcProvider.issuer())
                            .signIn("alice", "alice")
                            .accessToken());
        } finally {
            deployer.undeploy(DELEGATED_LOGTO);
        }
    }
}
