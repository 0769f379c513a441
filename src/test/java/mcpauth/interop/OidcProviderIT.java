package mcpauth.interop;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What oidc-provider answers: the same as Logto (shared/LOGTO.md). Needs neither of our servers. */
@Tag("interop")
@Tag("liberty") // once is enough
final class OidcProviderIT {
    private static final String RESOURCE = "http://localhost:9999/mcp";
    private static final String INVALID_TARGET =
            "{\"error\":\"invalid_target\",\"error_description\":\"resource indicator is missing, or unknown\"}";

    private static OidcProvider provider;
    private static AuthorizationCodeFlow client;
    private static AuthorizationCodeFlow clientWithResource;
    private static String userinfo;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        provider = OidcProvider.start(RESOURCE);
        client = AuthorizationCodeFlow.at(provider.issuer());
        clientWithResource = client.with("resource", RESOURCE);
        userinfo = client.metadata().getString("userinfo_endpoint");
    }

    @AfterAll
    static void stop() {
        provider.close();
    }

    @Test
    void withoutResourceTheTokenIsOpaqueAndUserinfoKnowsIt() {
        Tokens tokens = client.signIn("alice", "alice");
        assertThat(tokens.accessToken()).matches("[A-Za-z0-9_-]{43}");
        assertThat(tokens.response().getString("scope")).isEqualTo("openid profile email");
        assertThat(tokens.hasRefreshToken()).isFalse();
        assertThat(Http.json(Http.get(userinfo, tokens.accessToken()), 200).toString())
                .isEqualTo("{\"sub\":\"ft4t57nlza88\",\"name\":\"Alice Smith\",\"preferred_username\":\"alice\","
                        + "\"username\":\"alice\",\"picture\":null,"
                        + "\"email\":\"alice@example.com\",\"email_verified\":true}");
    }

    @Test
    void claimsThatAreNotSetAreNull() {
        Tokens tokens = client.signIn("bob", "bob");
        assertThat(Http.json(Http.get(userinfo, tokens.accessToken()), 200).toString())
                .isEqualTo("{\"sub\":\"mefx2umquwbs\",\"name\":null,\"preferred_username\":\"bob\","
                        + "\"username\":\"bob\",\"picture\":null,\"email\":null,\"email_verified\":false}");
    }

    @Test
    void withResourceTheTokenIsAJwtForItWithoutNameAndEmail() {
        Tokens tokens = clientWithResource
                .with("scope", "openid profile email read:things")
                .signIn("alice", "alice");
        assertThat(tokens.response().getString("scope")).isEqualTo("read:things");
        assertThat(tokens.header().getString("typ")).isEqualTo("at+jwt");
        assertThat(tokens.header().getString("alg")).isEqualTo("ES384");
        JsonObject claims = tokens.claims();
        assertThat(claims.keySet())
                .containsExactlyInAnyOrder("jti", "sub", "iat", "exp", "scope", "client_id", "iss", "aud");
        assertThat(claims.getString("iss")).isEqualTo(provider.issuer());
        assertThat(claims.getString("aud")).isEqualTo(RESOURCE);
        assertThat(claims.getString("sub")).isEqualTo("ft4t57nlza88");
        assertThat(claims.getString("client_id")).isEqualTo("mcp-client");
    }

    @Test
    void jwtHasNoScopeClaimIfNoScopeOfTheResourceWasAsked() {
        Tokens tokens = clientWithResource.signIn("alice", "alice");
        assertThat(tokens.response().getString("scope")).isEmpty();
        assertThat(tokens.claims()).doesNotContainKey("scope");
    }

    @Test
    void userinfoRefusesTheJwtLikeGarbage() {
        String jwt = clientWithResource.signIn("alice", "alice").accessToken();
        HttpResponse<String> refused = Http.get(userinfo, jwt);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(Http.header(refused, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"" + provider.issuer() + "\", error=\"invalid_token\","
                        + " error_description=\"invalid token provided\"");
        assertThat(refused.body())
                .isEqualTo("{\"error\":\"invalid_token\",\"error_description\":\"invalid token provided\"}")
                .isEqualTo(Http.get(userinfo, "garbage").body());
    }

    @Test
    void tokenOfACodeForTheResourceIsOpaqueIfItIsNotNamedAgain() {
        String code = clientWithResource.code("alice", "alice");
        HttpResponse<String> answer = clientWithResource.exchange(code, Map.of("client_id", Provider.CLIENT_ID));
        assertThat(new Tokens(Http.json(answer, 200)).accessToken()).matches("[A-Za-z0-9_-]{43}");
    }

    @Test
    void resourceThatIsNotRegisteredIsAnInvalidTarget() {
        Map<String, String> returned = client.with("resource", RESOURCE + "/").authorize("alice", "alice");
        assertThat(returned)
                .containsEntry("error", "invalid_target")
                .containsEntry("error_description", "resource indicator is missing, or unknown")
                .doesNotContainKey("code");
    }

    @Test
    void resourceThatTheSignInWasNotForIsAnInvalidTarget() {
        String code = client.code("alice", "alice");
        HttpResponse<String> refused =
                client.exchange(code, Map.of("client_id", Provider.CLIENT_ID, "resource", RESOURCE));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).isEqualTo(INVALID_TARGET);
    }

    @Test
    void userinfoNeedsOpenid() {
        String token = client.with("scope", "profile").signIn("alice", "alice").accessToken();
        HttpResponse<String> refused = Http.get(userinfo, token);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(Http.header(refused, "WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"" + provider.issuer() + "\", error=\"insufficient_scope\","
                        + " error_description=\"access token missing openid scope\", scope=\"openid\"");
    }

    @Test
    void introspectionKnowsOpaqueTokensOnly() {
        String opaque = client.signIn("alice", "alice").accessToken();
        JsonObject answer = Introspection.ask(client.metadata(), opaque);
        assertThat(answer.keySet())
                .containsExactlyInAnyOrder("active", "sub", "client_id", "exp", "iat", "iss", "scope", "token_type");
        assertThat(answer.getBoolean("active")).isTrue();
        assertThat(answer.getString("client_id")).isEqualTo("mcp-client");
        assertThat(Introspection.ask(client.metadata(), "garbage").toString()).isEqualTo("{\"active\":false}");

        String jwt = clientWithResource.signIn("alice", "alice").accessToken();
        assertThat(Http.json(Introspection.answer(client.metadata(), jwt), 400).getString("error"))
                .isEqualTo("unsupported_token_type");
    }

    @Test
    void revokedTokenIsRefused() {
        String token = client.signIn("alice", "alice").accessToken();
        URI revocation = URI.create(client.metadata().getString("revocation_endpoint"));
        assertThat(Http.send(Http.postForm(revocation, Map.of("client_id", Provider.CLIENT_ID, "token", token)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(Http.get(userinfo, token).statusCode()).isEqualTo(401);
        assertThat(Introspection.ask(client.metadata(), token).toString()).isEqualTo("{\"active\":false}");
    }

    @Test
    void refreshTokenIsForOfflineAccessWithConsentAndServesBothKindsOfToken() {
        AuthorizationCodeFlow offline =
                clientWithResource.with("scope", "openid offline_access").with("prompt", "consent");
        Tokens tokens = offline.signIn("alice", "alice");
        assertThat(tokens.hasRefreshToken()).isTrue();
        Tokens refreshed = offline.refresh(tokens);
        assertThat(refreshed.claims().getString("aud")).isEqualTo(RESOURCE);
        assertThat(client.refresh(refreshed).accessToken()).matches("[A-Za-z0-9_-]{43}");
    }

    @Test
    void metadataStandsWhereOpenIdConnectPutsItAlone() {
        assertThat(AuthorizationCodeFlow.locations(URI.create(provider.issuer())).stream()
                        .map(location -> Http.get(location).statusCode()))
                .containsExactly(404, 404, 200);
        assertThat(client.metadata()).doesNotContainKey("registration_endpoint");
    }

    @Test
    void signInNeedsPkceWithS256() {
        assertThat(client.with("code_challenge", "")
                        .with("code_challenge_method", "")
                        .authorize("alice", "alice"))
                .containsEntry("error", "invalid_request")
                .containsEntry(
                        "error_description", "Authorization Server policy requires PKCE to be used for this request");
        assertThat(client.with("code_challenge_method", "plain").authorize("alice", "alice"))
                .containsEntry("error", "invalid_request")
                .containsEntry("error_description", "not supported value of code_challenge_method");
    }
}
