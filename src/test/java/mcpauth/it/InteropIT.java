package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.interop.AuthorizationCodeFlow;
import mcpauth.interop.KeycloakServer;
import mcpauth.interop.OidcProvider;
import mcpauth.interop.Provider;
import mcpauth.interop.Tokens;
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
 * From a typed URL to the claims of {@code whoami}, with real providers: {@code ./mvnw -Pinterop verify}. The client does
 * what the MCP specification has a client do, and knows nothing of the provider but a client id.
 */
@Tag("interop")
@ExtendWith(ArquillianExtension.class)
final class InteropIT {
    private static final String MCP = Server.BASE.resolve("/mcp").toString();
    private static final String SSE = Server.BASE.resolve("/sse").toString();

    private static DevelopmentIssuer development;
    private static Provider keycloak;
    private static Provider oidcProvider;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "development issuer", managed = false, testable = false)
    static WebArchive developmentIssuer() throws IOException {
        development = DevelopmentIssuer.start(0, List.of(MCP, SSE));
        return war("development.war", development.issuer(), Map.of());
    }

    @Deployment(name = "keycloak", managed = false, testable = false)
    static WebArchive keycloakWithKeys() throws IOException {
        return war(
                "keycloak.war",
                keycloak().issuer(),
                Map.of("mcp.auth.userinfo-claims", "true", "mcp.auth.role-claims", "realm_access/roles"));
    }

    @Deployment(name = "keycloak, introspection", managed = false, testable = false)
    static WebArchive keycloakIntrospection() throws IOException {
        return war("introspection.war", keycloak().issuer(), introspection());
    }

    @Deployment(name = "oidc-provider", managed = false, testable = false)
    static WebArchive oidcProviderWithKeys() throws IOException, InterruptedException {
        return war("oidc-provider.war", oidcProvider().issuer(), Map.of());
    }

    @Deployment(name = "oidc-provider, introspection", managed = false, testable = false)
    static WebArchive oidcProviderIntrospection() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(introspection());
        // its answers name no audience, as Logto's
        settings.put("mcp.auth.audience", Provider.CLIENT_ID);
        return war("oidc-introspection.war", oidcProvider().issuer(), settings);
    }

    /** Arquillian asks for the deployments in an order of its own. */
    private static Provider keycloak() throws IOException {
        if (keycloak == null) {
            keycloak = KeycloakServer.start(MCP);
        }
        return keycloak;
    }

    private static Provider oidcProvider() throws IOException, InterruptedException {
        if (oidcProvider == null) {
            oidcProvider = OidcProvider.start(MCP, SSE);
        }
        return oidcProvider;
    }

    private static Map<String, String> introspection() {
        return Map.of(
                "mcp.auth.verification", "introspection",
                "mcp.auth.client-id", Provider.SERVER_CLIENT_ID,
                "mcp.auth.client-secret", Provider.SERVER_CLIENT_SECRET);
    }

    private static WebArchive war(String name, String issuer, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("mcp.auth.issuer", issuer);
        all.put("mcp.auth.resource", MCP);
        return Server.war(name, all);
    }

    @AfterAll
    static void stopProviders() {
        development.close();
        keycloak.close();
        oidcProvider.close();
    }

    private static Tokens signIn(String username, String password) {
        return AuthorizationCodeFlow.discover(URI.create(MCP)).signIn(username, password);
    }

    private static JsonObject whoami(Tokens tokens) {
        return whoami(tokens.accessToken());
    }

    private static JsonObject whoami(String token) {
        String answer = Streamable.post(token, Streamable.open(token), Streamable.whoami(1))
                .body();
        return Json.createReader(new StringReader(answer))
                .readObject()
                .getJsonObject("result")
                .getJsonObject("structuredContent");
    }

    private static int status(String token) {
        return Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")))
                .statusCode();
    }

    private void with(String deployment, Runnable test) {
        deployer.deploy(deployment);
        try {
            test.run();
        } finally {
            deployer.undeploy(deployment);
        }
    }

    @Test
    void developmentIssuerSignsAliceIn() {
        with("development issuer", () -> {
            JsonObject claims = whoami(signIn("alice", ""));
            assertThat(claims.getString("sub")).isEqualTo("alice");
            assertThat(claims.getString("username")).isEqualTo("alice");
            assertThat(claims.getString("name")).isEqualTo("Alice Smith");
            assertThat(claims.getString("email")).isEqualTo("alice@example.com");
            // the other endpoint, typed by a person, leads to the same provider
            assertThat(whoami(AuthorizationCodeFlow.discover(URI.create(SSE)).signIn("bob", ""))
                            .getString("sub"))
                    .isEqualTo("bob");
        });
    }

    @Test
    void keycloakSignsAliceIn() {
        with("keycloak", () -> {
            AuthorizationCodeFlow client = AuthorizationCodeFlow.discover(URI.create(MCP));
            Tokens tokens = client.signIn("alice", "alice");
            JsonObject claims = whoami(tokens);
            assertThat(claims.getString("preferred_username")).isEqualTo("alice");
            assertThat(claims.getString("name")).isEqualTo("Alice Smith");
            assertThat(claims.getString("email")).isEqualTo("alice@example.com");
            String session = Streamable.open(tokens.accessToken());
            Tokens refreshed = client.refresh(tokens);
            assertThat(Streamable.post(refreshed.accessToken(), session, Streamable.PING)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(Streamable.post(signIn("bob", "bob").accessToken(), session, Streamable.PING)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(status(tokens.response().getString("id_token"))).isEqualTo(401);
        });
        with("keycloak, introspection", () -> {
            assertThat(whoami(signIn("alice", "alice")).getString("preferred_username"))
                    .isEqualTo("alice");
            assertThat(status("garbage")).isEqualTo(401);
        });
    }

    @Test
    void oidcProviderSignsAliceIn() {
        with("oidc-provider", () -> {
            Tokens tokens = signIn("alice", "alice");
            assertThat(tokens.header().getString("typ")).isEqualTo("at+jwt");
            JsonObject claims = whoami(tokens);
            assertThat(claims.getString("sub")).isEqualTo("ft4t57nlza88");
            assertThat(claims.containsKey("email")).isFalse();
            assertThat(status(tokens.response().getString("id_token"))).isEqualTo(401);
            // a client that sends no resource gets an opaque token, which userinfo knows
            Tokens opaque = AuthorizationCodeFlow.at(oidcProvider.issuer()).signIn("bob", "bob");
            JsonObject bob = whoami(opaque);
            assertThat(bob.getString("username")).isEqualTo("bob");
            assertThat(bob.isNull("email")).isTrue();
            // for the other endpoint
            Tokens sse = AuthorizationCodeFlow.discover(URI.create(SSE)).signIn("alice", "alice");
            try (EventStream stream = EventStream.open(sse.accessToken())) {
                assertThat(stream.messagesPath()).startsWith("/messages?sessionId=");
            }
        });
        with("oidc-provider, introspection", () -> {
            Tokens opaque = AuthorizationCodeFlow.at(oidcProvider.issuer()).signIn("alice", "alice");
            assertThat(whoami(opaque).getString("sub")).isEqualTo("ft4t57nlza88");
            // it introspects opaque tokens only
            assertThat(status(signIn("alice", "alice").accessToken())).isEqualTo(401);
        });
    }
}
