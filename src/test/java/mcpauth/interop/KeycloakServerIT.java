package mcpauth.interop;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Keycloak answers, so that a test with it and our server tests what it should. Needs neither of our servers. */
@Tag("interop")
@Tag("liberty") // once is enough
final class KeycloakServerIT {
    private static final String RESOURCE = "http://localhost:9999/mcp";

    private static KeycloakServer keycloak;
    private static AuthorizationCodeFlow client;

    @BeforeAll
    static void start() throws IOException {
        keycloak = KeycloakServer.start(RESOURCE);
        client = AuthorizationCodeFlow.at(keycloak.issuer());
    }

    @AfterAll
    static void stop() {
        keycloak.close();
    }

    @Test
    void accessTokenIsAJwtForTheResourceWithNameAndEmail() {
        Tokens tokens = client.signIn("alice", "alice");
        assertThat(tokens.header().getString("typ")).isEqualTo("JWT");
        assertThat(tokens.header().getString("alg")).isEqualTo("RS256");
        assertThat(tokens.claims().keySet())
                .containsExactlyInAnyOrder(
                        "exp",
                        "iat",
                        "jti",
                        "iss",
                        "aud",
                        "sub",
                        "typ",
                        "azp",
                        "sid",
                        "scope",
                        "email_verified",
                        "name",
                        "preferred_username",
                        "email");
        assertThat(tokens.claims().getString("iss")).isEqualTo(keycloak.issuer());
        assertThat(audience(tokens)).containsExactlyInAnyOrder(RESOURCE, "mcp-server", "account");
        assertThat(tokens.claims().getString("typ")).isEqualTo("Bearer");
        assertThat(tokens.claims().getString("azp")).isEqualTo("mcp-client");
        assertThat(tokens.claims().getString("name")).isEqualTo("Alice Smith");
        assertThat(tokens.claims().getString("email")).isEqualTo("alice@example.com");
        assertThat(tokens.claims().getString("preferred_username")).isEqualTo("alice");
    }

    private static List<String> audience(Tokens tokens) {
        return tokens.claims().getJsonArray("aud").getValuesAs(JsonString::getString);
    }

    @Test
    void parameterResourceIsNotHeeded() {
        Tokens tokens = client.with("resource", "http://localhost:9999/unknown").signIn("bob", "bob");
        assertThat(audience(tokens)).containsExactlyInAnyOrder(RESOURCE, "mcp-server", "account");
        assertThat(tokens.claims().getString("name")).isEqualTo("Bob Brown");
    }

    @Test
    void userinfoTakesTheJwtUntilItIsRevoked() {
        Tokens tokens = client.signIn("alice", "alice");
        String userinfo = client.metadata().getString("userinfo_endpoint");
        JsonObject claims = Http.json(Http.get(userinfo, tokens.accessToken()), 200);
        assertThat(claims.keySet())
                .containsExactlyInAnyOrder("sub", "email_verified", "name", "preferred_username", "email");
        assertThat(claims.getString("sub")).isEqualTo(tokens.claims().getString("sub"));

        String revocation = client.metadata().getString("revocation_endpoint");
        assertThat(Http.send(Http.postForm(
                                URI.create(revocation),
                                Map.of("client_id", Provider.CLIENT_ID, "token", tokens.accessToken())))
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = Http.get(userinfo, tokens.accessToken());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(Http.header(refused, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"mcp\", error=\"invalid_token\","
                        + " error_description=\"Token verification failed\"");
    }

    @Test
    void introspectionTellsTheServersClientAboutTokensForIt() {
        Tokens tokens = client.signIn("alice", "alice");
        JsonObject answer = Introspection.ask(client.metadata(), tokens.accessToken());
        assertThat(answer.getBoolean("active")).isTrue();
        assertThat(answer.keySet())
                .containsAll(tokens.claims().keySet())
                .contains("client_id", "username", "token_type");
        assertThat(answer.getJsonArray("aud").getValuesAs(JsonString::getString))
                .containsExactlyInAnyOrder(RESOURCE, "mcp-server", "account");
        assertThat(answer.getString("username")).isEqualTo("alice");
        assertThat(Introspection.ask(client.metadata(), "garbage").toString()).isEqualTo("{\"active\":false}");
    }

    @Test
    void refreshedTokenIsForTheResourceToo() {
        Tokens tokens = client.signIn("alice", "alice");
        Tokens refreshed = client.refresh(tokens);
        assertThat(refreshed.accessToken()).isNotEqualTo(tokens.accessToken());
        assertThat(audience(refreshed)).containsExactlyInAnyOrderElementsOf(audience(tokens));
    }

    @Test
    void metadataStandsWhereRfc8414PutsIt() {
        String issuer = keycloak.issuer();
        assertThat(AuthorizationCodeFlow.locations(URI.create(issuer)).stream()
                        .map(location -> Http.get(location).statusCode()))
                .containsExactly(200, 404, 200);
    }

    @Test
    void strangersMayNotRegisterClients() {
        HttpResponse<String> refused = Http.send(HttpRequest.newBuilder(
                        URI.create(client.metadata().getString("registration_endpoint")))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"redirect_uris\":[\"http://localhost:6274/oauth/callback\"]}")));
        assertThat(Http.json(refused, 403).getString("error")).isEqualTo("insufficient_scope");
    }
}
