package mcpauth.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import mcpauth.testing.SigningProvider;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that the provider is asked about, what they have to allow, and claims of userinfo beside those of the token. */
@ExtendWith(ArquillianExtension.class)
final class IntrospectionIT {
    private static final String MCP = Server.BASE.resolve("/mcp").toString();
    private static final String METADATA =
            Server.BASE.resolve("/.well-known/oauth-protected-resource/mcp").toString();
    private static final String TOKEN = "hNGpSIXWAmIA";

    private static SigningProvider provider;

    @Deployment(testable = false)
    static WebArchive war() {
        provider = SigningProvider.start(MCP);
        return Server.war(Map.of(
                "mcp.auth.cache.ttl",
                "PT0S",
                "mcp.auth.issuer",
                provider.issuer(),
                "mcp.auth.resource",
                MCP,
                "mcp.auth.client-id",
                SigningProvider.CLIENT_ID,
                "mcp.auth.client-secret",
                SigningProvider.CLIENT_SECRET,
                "mcp.auth.audience",
                "listed-client",
                "mcp.auth.scopes",
                "openid",
                "mcp.auth.required-scopes",
                "read",
                "mcp.auth.userinfo-claims",
                "true"));
    }

    @AfterAll
    static void stopProvider() {
        provider.close();
    }

    @BeforeEach
    void providerIsWell() {
        provider.recover();
        provider.userinfoKnows(
                TOKEN,
                user("alice")
                        .add("email", "alice@example.com")
                        .add("scope", "admin")
                        .build());
    }

    private static JsonObjectBuilder user(String subject) {
        return Json.createObjectBuilder().add("sub", subject);
    }

    private static JsonObjectBuilder active() {
        return user("alice")
                .add("active", true)
                .add("aud", MCP)
                .add("scope", "read openid")
                .add("token_type", "Bearer");
    }

    private static HttpResponse<String> ask() {
        return ask(TOKEN);
    }

    private static HttpResponse<String> ask(String token) {
        return Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")));
    }

    private static void introspectionAnswers(JsonObject answer) {
        provider.introspectionAnswers(TOKEN, SigningProvider.json(answer));
    }

    @Test
    void activeTokenIsItsUsersWithTheClaimsOfBoth() {
        introspectionAnswers(active().build());
        String session = Streamable.open(TOKEN);
        assertThat(Streamable.post(TOKEN, session, Streamable.whoami(1)).body())
                .contains("\"structuredContent\":{\"sub\":\"alice\",\"email\":\"alice@example.com\","
                        + "\"scope\":\"read openid\",\"aud\":[\"" + MCP + "\"],\"token_type\":\"Bearer\"}");
    }

    @Test
    void jwtIsJudgedByKeysAndNeverIntrospected() {
        String token = provider.forge().token(claims -> claims.add("scope", "read"));
        provider.userinfoKnows(token, user("ft4t57nlza88").build());
        assertThat(ask(token).statusCode()).isEqualTo(200);
        String forged = provider.forge().token(claims -> claims.add("aud", "https://other.example"));
        provider.introspectionAnswers(forged, SigningProvider.json(active().build()));
        assertInvalid(ask(forged));
        assertThat(provider.introspectionRequests()).isZero();
    }

    static Stream<Arguments> refused() {
        long now = Instant.now().getEpochSecond();
        return Stream.of(
                answer("inactive", answer -> Json.createObjectBuilder().add("active", false)),
                answer("other audience", answer -> answer.add("aud", "https://other.example/mcp")),
                answer(
                        "other audience of a listed client",
                        answer -> answer.add("aud", "https://other.example").add("client_id", "listed-client")),
                answer("no audience", answer -> answer.remove("aud")),
                answer(
                        "no audience, other client",
                        answer -> answer.remove("aud").add("client_id", "other-client")),
                answer("other issuer", answer -> answer.add("iss", "https://other.example")),
                answer("issuer with a slash", answer -> answer.add("iss", provider.issuer() + "/")),
                answer("expired", answer -> answer.add("exp", now - 60)),
                answer("exp of another type", answer -> answer.add("exp", "4102444800")),
                answer("refresh token by its type", answer -> answer.add("token_type", "N_A")),
                answer("bound to a key", answer -> answer.add("token_type", "DPoP")),
                answer("bound to a key, by cnf", answer -> answer.add("cnf", user("x"))),
                // Logto 1.37.1, oidc-provider 9.13.3
                answer(
                        "refresh token of Logto",
                        answer -> answer.remove("aud")
                                .remove("token_type")
                                .add("client_id", "listed-client")
                                .add("exp", now + 1_209_600)),
                // Spring Authorization Server 7.1.2
                answer(
                        "refresh token of Spring",
                        answer -> answer.remove("aud")
                                .remove("token_type")
                                .remove("sub")
                                .remove("scope")
                                .add("client_id", "listed-client")
                                .add("iat", now)
                                .add("exp", now + 3600)),
                answer(
                        "ID token of Spring",
                        answer -> answer.remove("token_type")
                                .add("aud", "listed-client")
                                .add("azp", "listed-client")
                                .add("nonce", "n")
                                .add("sid", "s")),
                answer("ID token by its hash", answer -> answer.add("at_hash", "x")),
                answer("refresh token of Keycloak", answer -> answer.add("typ", "Refresh")),
                answer("refresh token of Hydra", answer -> answer.add("token_use", "refresh_token")),
                answer(
                        "a client without a token_type",
                        answer -> answer.remove("token_type").remove("sub").add("client_id", "listed-client")),
                answer("nobody", answer -> answer.remove("sub")));
    }

    private static Arguments answer(String name, UnaryOperator<JsonObjectBuilder> change) {
        return Arguments.of(name, change.apply(active()).build());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void tokenThatIsNotForThisServerNowIsRefused(String name, JsonObject answer) {
        introspectionAnswers(answer);
        assertInvalid(ask());
        assertThat(provider.userinfoRequests()).as(name).isZero();
    }

    @Test
    void kindOfTokenThatIntrospectionDoesNotKnowIsRefused() {
        provider.introspectionAnswers(
                TOKEN,
                SigningProvider.json(Json.createObjectBuilder()
                                .add("error", "unsupported_token_type")
                                .build())
                        .withStatus(400));
        assertInvalid(ask());
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of(
                        "active is text",
                        SigningProvider.json(active().add("active", "true").build())),
                Arguments.of(
                        "active is a number",
                        SigningProvider.json(active().add("active", 1).build())),
                Arguments.of(
                        "nothing about active",
                        SigningProvider.json(active().remove("active").build())),
                Arguments.of("our own client is refused", aResponse().withStatus(401)),
                Arguments.of("fails", aResponse().withStatus(500)),
                Arguments.of("not JSON", aResponse().withBody("<html>").withHeader("Content-Type", "text/html")),
                Arguments.of(
                        "bad request",
                        SigningProvider.json(Json.createObjectBuilder()
                                        .add("error", "invalid_request")
                                        .build())
                                .withStatus(400)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void answerThatCannotBeUsedMakesNobodyLoseAToken(String name, ResponseDefinitionBuilder answer) {
        provider.introspectionAnswers(TOKEN, answer);
        HttpResponse<String> response = ask();
        assertThat(response.statusCode()).as(name).isEqualTo(503);
        assertThat(Server.header(response, "WWW-Authenticate")).isEmpty();
        assertThat(Server.log()).doesNotContain(TOKEN).doesNotContain(SigningProvider.CLIENT_SECRET);
    }

    @Test
    void clientThatIsListedNeedsNoAudience() {
        introspectionAnswers(
                active().remove("aud").add("client_id", "listed-client").build());
        assertThat(ask().statusCode()).isEqualTo(200);
    }

    @Test
    void missingScopeIsAskedForBesideThoseThatAreThere() {
        introspectionAnswers(active().add("scope", "openid email").build());
        HttpResponse<String> response = ask();
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(Server.header(response, "WWW-Authenticate"))
                .isEqualTo("Bearer resource_metadata=\"" + METADATA + "\", error=\"insufficient_scope\","
                        + " error_description=\"The access token does not allow enough: ask for the scope named here\","
                        + " scope=\"openid email read\"");
        assertThat(response.body())
                .isEqualTo("{\"error\":\"insufficient_scope\",\"error_description\":\"The access token does not allow"
                        + " enough: ask for the scope named here\"}");
    }

    @Test
    void scopeWithCharactersThatAHeaderCannotCarryIsLeftOut() {
        introspectionAnswers(
                active().add("scope", "open\"id a\r\nSet-Cookie:x=y email").build());
        HttpResponse<String> response = ask();
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(Server.header(response, "WWW-Authenticate")).endsWith("scope=\"email read\"");
        assertThat(Server.header(response, "Set-Cookie")).isEmpty();
    }

    @Test
    void scopeThatUserinfoClaimsIsNone() {
        introspectionAnswers(active().remove("scope").build());
        assertThat(ask().statusCode()).isEqualTo(403);
    }

    @Test
    void clientWithoutATokenIsToldEveryScope() {
        assertThat(Server.header(Server.get("/mcp"), "WWW-Authenticate"))
                .isEqualTo("Bearer resource_metadata=\"" + METADATA + "\", scope=\"openid read\"");
    }

    @Test
    void userinfoOfAnotherUserIsNeverMixedIn() {
        introspectionAnswers(active().add("sub", "bob").build());
        assertInvalid(ask());
    }

    private static void assertInvalid(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Server.header(response, "WWW-Authenticate"))
                .isEqualTo("Bearer resource_metadata=\"" + METADATA + "\", error=\"invalid_token\","
                        + " error_description=\"The access token is not valid\", scope=\"openid read\"");
    }
}
