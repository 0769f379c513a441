package mcpauth.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import mcpauth.testing.LogtoDouble;
import mcpauth.testing.LogtoDouble.User;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets what answer, with a provider that behaves as Logto does, well and badly. */
@ExtendWith(ArquillianExtension.class)
final class RefusalsIT {
    private static final String SCOPE = "scope=\"openid profile email\"";
    private static final String UNAVAILABLE = "{\"error\":\"temporarily_unavailable\",\"error_description\":"
            + "\"The OpenID provider cannot be asked at the moment. Keep the token and try again.\"}";

    private static LogtoDouble logto;

    @Deployment(testable = false)
    static WebArchive war() {
        logto = LogtoDouble.start();
        return Server.war(Map.of(
                "mcp.auth.cache.ttl",
                "PT0S",
                "mcp.auth.issuer",
                logto.issuer(),
                // the root is a path as every other one then
                "mcp.page.enabled",
                "false",
                "mcp.auth.request-timeout",
                "PT1S",
                "mcp.auth.metadata-ttl",
                "PT1S"));
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    @BeforeEach
    void providerIsWell() {
        logto.recover();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sse", "/messages", "/messages?sessionId=1", "/", "/nothing/below", "/sse/x", "/error"})
    void requestWithoutCredentialsIsToldWhatToAskFor(String path) {
        for (String method : new String[] {"GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"}) {
            HttpResponse<String> response = Server.send(Server.request(path).method(method, BodyPublishers.noBody()));
            String body = method.equals("HEAD")
                    ? ""
                    : "{\"error\":\"unauthorized\",\"error_description\":\"This is an MCP server: sign in at its OpenID"
                            + " provider with an MCP client, which sends the access token in the Authorization header.\"}";
            assertRefused(response, 401, "Bearer " + SCOPE, body);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YWxpY2U6c2VjcmV0", "Digest x", "BearerToken abc"})
    void anotherSchemeIsNoCredential(String authorization) {
        HttpResponse<String> response = Server.send(Server.request("/sse").header("Authorization", authorization));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Server.header(response, "WWW-Authenticate")).isEqualTo("Bearer " + SCOPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a b", "bearer a,b", "BEARER t%k[n", "Bearer =", "Bearer a, Bearer b"})
    void malformedTokenIsABadRequest(String authorization) {
        assertBadRequest(
                Server.send(Server.request("/sse").header("Authorization", authorization)),
                "The token has characters that a bearer token cannot have");
    }

    @Test
    void bearerWithoutATokenIsABadRequest() {
        assertBadRequest(
                Server.send(Server.request("/sse").header("Authorization", "Bearer")),
                "The Authorization header has no token behind Bearer");
    }

    @Test
    void twoAuthorizationHeadersAreABadRequest() {
        String token = logto.signIn(User.ALICE);
        assertBadRequest(
                Server.send(Server.request("/sse", token).header("Authorization", "Bearer " + token)),
                "Send one Authorization header");
    }

    @Test
    void tokenInTheQueryIsNeverAccepted() {
        String token = logto.signIn(User.ALICE);
        String description = "Send the access token in the Authorization header, never in the query";
        assertBadRequest(Server.get("/sse?access_token=" + token), description);
        assertBadRequest(Server.send(Server.request("/sse?a=b&access_token=x", token)), description);
        assertThat(logto.userinfoRequests()).isEmpty();
    }

    @Test
    void tokenInTheBodyIsNeverAccepted() {
        HttpResponse<String> response = Server.send(Server.request("/messages")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("access_token=" + logto.signIn(User.ALICE))));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(logto.userinfoRequests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhIn0.c2ln",
                "0123456789012345678901234567890123456789abc"
            })
    void tokenThatTheProviderRefusesIsInvalid(String token) {
        assertInvalidToken(Server.send(Server.request("/sse", token)));
        assertInvalidToken(Server.post("/messages?sessionId=1", token, "{}"));
    }

    @Test
    void revokedTokenIsInvalidAtOnce() {
        String token = logto.signIn(User.ALICE);
        assertThat(Server.post("/messages", token, "{}").statusCode()).isEqualTo(400);
        logto.revoke(token);
        assertInvalidToken(Server.post("/messages", token, "{}"));
    }

    @Test
    void tokenWithoutOpenidNeedsThatScope() {
        assertNeedsScope(Server.send(Server.request("/sse", logto.signInWithoutOpenid())));
    }

    private static void assertNeedsScope(HttpResponse<String> response) {
        assertRefused(
                response,
                403,
                "Bearer error=\"insufficient_scope\", error_description=\"The access token does not allow enough: ask for"
                        + " the scope named here\", " + SCOPE,
                "{\"error\":\"insufficient_scope\",\"error_description\":\"The access token does not allow enough: ask for"
                        + " the scope named here\"}");
    }

    @Test
    void callersOriginAndConditionsDoNotTravelToTheProvider() {
        String token = logto.signIn(User.ALICE);
        HttpResponse<String> response = Server.send(Server.request("/messages", token)
                .header("Origin", "http://localhost:6274")
                .header("If-None-Match", "\"userinfo\"")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(logto.userinfoRequests()).singleElement().satisfies(request -> {
            assertThat(request.getHeader("Authorization")).isEqualTo("Bearer " + token);
            assertThat(request.containsHeader("Origin")).isFalse();
            assertThat(request.containsHeader("If-None-Match")).isFalse();
        });
    }

    @Test
    void whoamiAnswersLogtosClaimsNullsIncluded() {
        try (McpSyncClient client = McpClients.connect(logto.signIn(User.BOB))) {
            String text = ((TextContent)
                            client.callTool(CallToolRequest.builder("whoami").build())
                                    .content()
                                    .get(0))
                    .text();
            assertThat(text).isEqualTo(User.BOB.claims().toString());
        }
    }

    static Stream<Arguments> unusableAnswers() {
        String json = "application/json";
        return Stream.of(
                Arguments.of("server error", json(500, "{\"error\":\"server_error\"}")),
                Arguments.of("too many requests", json(429, "{\"error\":\"slow_down\"}")),
                Arguments.of("not found", json(404, "{\"error\":\"not_found\"}")),
                Arguments.of("not modified", aResponse().withStatus(304)),
                Arguments.of(
                        "HTML",
                        aResponse().withHeader("Content-Type", "text/html").withBody("<p>Hello</p>")),
                Arguments.of("truncated", json(200, "{\"sub\":\"ft4t57nlza88\",\"na")),
                Arguments.of("array", json(200, "[{\"sub\":\"ft4t57nlza88\"}]")),
                Arguments.of("no subject", json(200, "{\"name\":\"Alice\"}")),
                Arguments.of("empty subject", json(200, "{\"sub\":\"\"}")),
                Arguments.of("subject is a number", json(200, "{\"sub\":42}")),
                Arguments.of("too large", json(200, "{\"sub\":\"a\",\"x\":\"" + "x".repeat(1 << 20) + "\"}")),
                Arguments.of(
                        "signed",
                        aResponse()
                                .withHeader("Content-Type", "application/jwt")
                                .withBody("e.e.e")),
                Arguments.of(
                        "dripping",
                        aResponse()
                                .withHeader("Content-Type", json)
                                .withBody(User.ALICE.claims().toString())
                                .withChunkedDribbleDelay(20, 6000)));
    }

    /** RFC 6750 section 3.1: each of these is about the token, whoever says it in which words. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("bad request", json(400, "{\"error\":\"invalid_request\"}")),
                Arguments.of("forbidden for another reason", json(403, "{\"error\":\"forbidden\"}")),
                Arguments.of("no words", aResponse().withStatus(401)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void tokenThatUserinfoRefusesIsInvalidWhateverItSays(String name, ResponseDefinitionBuilder answer) {
        logto.userinfoAnswers(answer);
        assertInvalidToken(Server.send(Server.request("/sse", logto.signIn(User.ALICE))));
    }

    static Stream<Arguments> missingScopes() {
        return Stream.of(
                Arguments.of("Spring Authorization Server", json(403, "{\"error\":\"insufficient_scope\"}")),
                Arguments.of("better-auth", json(400, "{\"error\":\"invalid_scope\"}")),
                Arguments.of(
                        "Open Liberty",
                        aResponse()
                                .withStatus(400)
                                .withHeader("WWW-Authenticate", "Bearer error=invalid_request, scope=openid")),
                Arguments.of(
                        "more than a header can carry",
                        aResponse()
                                .withStatus(403)
                                .withHeader(
                                        "WWW-Authenticate",
                                        "Bearer error=\"insufficient_scope\", scope=\"" + "a".repeat(6_000) + "\"")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("missingScopes")
    void tokenThatLacksAScopeIsToldSoWhateverTheProvidersWords(String name, ResponseDefinitionBuilder answer) {
        logto.userinfoAnswers(answer);
        assertNeedsScope(Server.send(Server.request("/sse", logto.signIn(User.ALICE))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusableAnswers")
    void unusableAnswerOfTheProviderIsNotTheCallersFault(String name, ResponseDefinitionBuilder answer) {
        logto.userinfoAnswers(answer);
        assertUnavailable(Server.send(Server.request("/sse", logto.signIn(User.ALICE))));
        logto.recover();
        assertThat(Server.post("/messages", logto.signIn(User.ALICE), "{}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void slowProviderIsUnavailableAndRecovers() {
        String token = logto.signIn(User.ALICE);
        logto.userinfoTakes(Duration.ofSeconds(4));
        assertUnavailable(Server.send(Server.request("/sse", token)));
        logto.recover();
        assertThat(Server.post("/messages", token, "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void brokenConnectionIsUnavailable() {
        logto.userinfoBreaks();
        assertUnavailable(Server.send(Server.request("/sse", logto.signIn(User.ALICE))));
    }

    @Test
    void redirectIsNotFollowedWithTheToken() {
        logto.userinfoRedirects();
        assertUnavailable(Server.send(Server.request("/sse", logto.signIn(User.ALICE))));
        assertThat(logto.redirectedRequests()).isEmpty();
    }

    @Test
    void providerThatIsDownIsUnavailableUntilItIsBack() {
        String token = logto.signIn(User.ALICE);
        logto.stop();
        assertUnavailable(Server.send(Server.request("/sse", token)));
        logto.restart();
        assertThat(Server.post("/messages", token, "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void operatorIsToldWhatToDoAndNoTokenIsLogged() {
        String token = logto.signIn(User.ALICE);
        logto.userinfoAnswers(aResponse().withStatus(500));
        assertUnavailable(Server.send(Server.request("/sse", token)));
        assertThat(Server.log())
                .contains("MCPAUTH-104 " + logto.issuer()
                        + "/me answered 500 instead of claims or a refusal: check the provider's health and its log")
                .doesNotContain(token);
    }

    private static ResponseDefinitionBuilder json(int status, String body) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody(body);
    }

    private static void assertBadRequest(HttpResponse<String> response, String description) {
        assertRefused(
                response,
                400,
                "Bearer error=\"invalid_request\", error_description=\"" + description + "\", " + SCOPE,
                "{\"error\":\"invalid_request\",\"error_description\":\"" + description + "\"}");
    }

    private static void assertInvalidToken(HttpResponse<String> response) {
        assertRefused(
                response,
                401,
                "Bearer error=\"invalid_token\", error_description=\"The access token is not valid\", " + SCOPE,
                "{\"error\":\"invalid_token\",\"error_description\":\"The access token is not valid\"}");
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertRefused(response, 503, "", UNAVAILABLE);
        assertThat(Server.header(response, "Retry-After")).isEqualTo("5");
    }

    private static void assertRefused(HttpResponse<String> response, int status, String challenge, String body) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Server.header(response, "WWW-Authenticate")).isEqualTo(challenge);
        assertThat(Server.header(response, "Cache-Control")).isEqualTo("no-store");
        assertThat(Server.header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(response.body()).isEqualTo(body);
    }
}
