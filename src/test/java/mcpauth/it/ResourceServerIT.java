package mcpauth.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import mcpauth.testing.SigningProvider;
import mcpauth.testing.TokenForge;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A protected resource: where clients find the provider, whose tokens are good, and what attackers are answered. */
@ExtendWith(ArquillianExtension.class)
final class ResourceServerIT {
    private static final String MCP = Server.BASE.resolve("/mcp").toString();
    private static final String SSE = Server.BASE.resolve("/sse").toString();
    private static final String METADATA =
            Server.BASE.resolve("/.well-known/oauth-protected-resource").toString();
    private static final String INVALID =
            "{\"error\":\"invalid_token\",\"error_description\":\"The access token is not valid\"}";

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
                        "mcp.auth.resource-documentation",
                        "https://example.com/docs",
                        "mcp.auth.role-claims",
                        "realm_access/roles",
                        "mcp.auth.request-timeout",
                        "PT1S",
                        "mcp.auth.jwks-ttl",
                        "PT1S",
                        "mcp.auth.jwks-outage-ttl",
                        "PT0.001S",
                        "mcp.auth.jwks-refresh-interval",
                        "PT1S"))
                .addClass(RestrictedTool.class);
    }

    @AfterAll
    static void stopProvider() {
        provider.close();
    }

    @BeforeEach
    void providerIsWell() {
        provider.recover();
    }

    private static TokenForge forge() {
        return provider.forge();
    }

    @ParameterizedTest
    @CsvSource({
        "/mcp, /mcp",
        "/mcp/x, /mcp",
        "/nothing, /mcp",
        "/sse, /sse",
        "/messages, /sse",
        "/messages?sessionId=x, /sse",
        "/ssex, /mcp"
    })
    void refusalNamesTheDocumentOfTheEndpoint(String path, String document) {
        for (String method : new String[] {"GET", "POST", "DELETE", "HEAD"}) {
            HttpResponse<String> refused = Server.send(Server.request(path).method(method, BodyPublishers.noBody()));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(Server.header(refused, "WWW-Authenticate"))
                    .isEqualTo(
                            "Bearer resource_metadata=\"" + METADATA + document + "\", scope=\"openid profile email\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', /mcp", "/mcp, /mcp", "/sse, /sse"})
    void eachEndpointHasItsDocument(String path, String endpoint) {
        HttpResponse<String> response = Server.send(Server.request("/.well-known/oauth-protected-resource" + path)
                .header("Origin", "https://page.example"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"resource\":\"" + Server.BASE.resolve(endpoint) + "\",\"authorization_servers\":[\""
                        + provider.issuer()
                        + "\"],\"scopes_supported\":[\"openid\",\"profile\",\"email\"],\"bearer_methods_supported\":"
                        + "[\"header\"],\"resource_name\":\"MCP server\",\"resource_documentation\":"
                        + "\"https://example.com/docs\"}");
        assertThat(Server.header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(Server.header(response, "Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(Server.header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void documentDoesNotDependOnTheHostThatIsAsked() {
        HttpResponse<String> response = Server.get("/.well-known/oauth-protected-resource");
        String other = Server.BASE.toString().replace("localhost", "127.0.0.1");
        assertThat(Server.send(java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create(other + "/.well-known/oauth-protected-resource")))
                        .body())
                .isEqualTo(response.body());
    }

    /** The modes are never mixed. */
    @ParameterizedTest
    @ValueSource(strings = {"oauth-authorization-server", "oauth-authorization-server/mcp", "openid-configuration"})
    void providersDocumentIsNotPassedOn(String path) {
        assertThat(Server.get("/.well-known/" + path).statusCode()).isEqualTo(404);
    }

    @Test
    void tokenOfEitherEndpointIsGoodForBothTransports() {
        for (String audience : new String[] {MCP, SSE}) {
            String token = forge().token(claims -> claims.add("aud", audience).add("name", "Alice"));
            String session = Streamable.open(token);
            assertThat(Streamable.post(token, session, Streamable.whoami(1)).body())
                    .contains("\"structuredContent\":{\"jti\":\"kuXLXy1l1rmc\",\"sub\":\"ft4t57nlza88\"")
                    .contains("\"name\":\"Alice\"");
            try (EventStream stream = EventStream.open(token)) {
                assertThat(Server.post(stream.messagesPath(), token, Streamable.PING)
                                .statusCode())
                        .isEqualTo(202);
            }
        }
        assertThat(provider.userinfoRequests()).isZero();
    }

    @Test
    void eachSignatureAlgorithmIsKnownToTheServersJdk() {
        forge().ofEachAlgorithm()
                .forEach((algorithm, token) ->
                        assertThat(ping(token).statusCode()).as(algorithm).isEqualTo(200));
    }

    @Test
    void opaqueTokenIsAskedForAtUserinfo() {
        provider.userinfoKnows(
                "opaque-token", Json.createObjectBuilder().add("sub", "alice").build());
        assertThat(ping("opaque-token").statusCode()).isEqualTo(200);
        assertThat(provider.userinfoRequests()).isPositive();
        assertRefused(ping("another-token"));
    }

    static Stream<Arguments> attacks() {
        TokenForge forge = forge();
        Map<String, String> attacks = new LinkedHashMap<>(forge.forgeries());
        String header = forge.header().build().toString();
        String claims = forge.claims().build().toString();
        attacks.put("other resource", forge.token(c -> c.add("aud", "https://other.example/mcp")));
        attacks.put("resource with a slash", forge.token(c -> c.add("aud", MCP + "/")));
        attacks.put("no audience", forge.token(c -> c.remove("aud")));
        attacks.put(
                "audience of another type",
                forge.token(c -> c.add("aud", array().add(MCP).add(7))));
        attacks.put("other issuer, same key", forge.token(c -> c.add("iss", "https://other.example")));
        attacks.put("issuer with a slash", forge.token(c -> c.add("iss", provider.issuer() + "/")));
        attacks.put(
                "homoglyph host",
                forge.token(c -> c.add("iss", provider.issuer().replace("localhost", "lоcalhost"))));
        attacks.put("expired", forge.token(c -> c.add("exp", Instant.now().getEpochSecond() - 31)));
        attacks.put("not yet valid", forge.token(c -> c.add("nbf", Instant.now().getEpochSecond() + 60)));
        attacks.put("no end", forge.token(c -> c.remove("exp")));
        attacks.put("exp of another type", forge.token(c -> c.add("exp", "4102444800")));
        attacks.put("sub of another type", forge.token(c -> c.add("sub", 7)));
        attacks.put("sub twice", forge.signed(header, claims.replace("{", "{\"sub\":\"mefx2umquwbs\",")));
        attacks.put(
                "deep JSON",
                forge.signed(header, claims.replace("{", "{\"x\":" + "[".repeat(2000) + "]".repeat(2000) + ",")));
        attacks.put("alg twice", forge.signed(header.replace("{", "{\"alg\":\"ES384\","), claims));
        attacks.put("crit", forge.token(h -> h.add("crit", array().add("exp")).add("exp", 1), c -> c));
        attacks.put("ID token by hash", forge.token(h -> h.add("typ", "JWT"), c -> c.add("at_hash", "x")));
        attacks.put("ID token without typ", forge.token(h -> h.remove("typ"), c -> c));
        attacks.put("logout token", forge.token(h -> h.add("typ", "logout+jwt"), c -> c));
        attacks.put("encrypted", "a.b.c.d.e");
        return attacks.entrySet().stream().map(attack -> Arguments.of(attack.getKey(), attack.getValue()));
    }

    private static JsonArrayBuilder array() {
        return Json.createArrayBuilder();
    }

    /** Userinfo would take each of them: the second opinion that must not be asked. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void attackIsRefusedAndNeverShownToUserinfo(String name, String token) {
        provider.userinfoKnows(
                token, Json.createObjectBuilder().add("sub", "alice").build());
        assertRefused(ping(token));
        assertThat(provider.userinfoRequests()).as(name).isZero();
        String signature = token.substring(token.lastIndexOf('.') + 1);
        assertThat(Server.log()).doesNotContain(signature.length() < 20 ? token : signature);
    }

    @Test
    void stormOfUnknownKeysAsksForThemOnceInAnInterval() throws InterruptedException {
        assertThat(ping(forge().token()).statusCode()).isEqualTo(200);
        Thread.sleep(1100);
        provider.recover();
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            String keyId = "unknown-" + i;
            assertRefused(ping(forge().token(header -> header.add("kid", keyId), claims -> claims)));
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertThat((long) provider.keyRequests()).isLessThanOrEqualTo(seconds + 1);
    }

    static Stream<Arguments> badKeys() {
        return Stream.of(
                Arguments.of("down", aResponse().withStatus(500)),
                Arguments.of("redirecting", aResponse().withStatus(302).withHeader("Location", "http://localhost:1/")),
                Arguments.of("slow", aResponse().withFixedDelay(3000).withBody("{\"keys\":[]}")),
                Arguments.of("huge", aResponse().withBody("{\"keys\":[" + " ".repeat(2_000_000) + "]}")),
                Arguments.of("not JSON", aResponse().withBody("<html>")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badKeys")
    void keysThatCannotBeHadMakeNobodyLoseAToken(
            String name, com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder keys)
            throws InterruptedException {
        provider.keysAre(keys);
        Thread.sleep(1100);
        HttpResponse<String> response = ping(forge().token());
        assertThat(response.statusCode()).as(name).isEqualTo(503);
        assertThat(Server.header(response, "Retry-After")).isEqualTo("5");
        assertThat(Server.header(response, "WWW-Authenticate")).isEmpty();
        provider.recover();
        Thread.sleep(1100);
        assertThat(ping(forge().token()).statusCode()).isEqualTo(200);
    }

    @Test
    void tokenOfAHundredKilobytesIsTooLarge() {
        int status = ping("a".repeat(100_000)).statusCode();
        assertThat(status).isIn(400, 413, 431);
    }

    @Test
    void rolesOfTheTokenDecideWhoMayCallATool() {
        String refused = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"The"
                + " signed-in user may not call this tool: it needs the role or scope admin\"}],\"isError\":true}}";
        String token = forge().token();
        String session = Streamable.open(token);
        assertThat(Streamable.post(token, session, Streamable.call(1, "reset")).body())
                .isEqualTo(refused);
        String admin = forge().token(claims ->
                claims.add("realm_access", Json.createObjectBuilder().add("roles", array().add("admin"))));
        assertThat(Streamable.post(admin, session, Streamable.call(1, "reset")).body())
                .contains("\"text\":\"reset by ft4t57nlza88\"");
        String byScope = forge().token(claims -> claims.add("scope", "openid admin"));
        assertThat(Streamable.post(byScope, session, Streamable.call(1, "reset"))
                        .body())
                .contains("\"text\":\"reset by ft4t57nlza88\"");
        assertThat(Streamable.post(token, session, Streamable.call(1, "greet")).body())
                .contains("\"text\":\"hello\"");
    }

    @Test
    void operatorIsToldHowItIsSetUp() {
        assertThat(Server.log())
                .contains("MCPAUTH-401 How this MCP server is set up")
                .contains("mode      protected resource (RFC 9728)")
                .contains("resource  " + MCP + " (Streamable HTTP), " + SSE + " (HTTP+SSE)")
                .contains("metadata  " + METADATA + "/mcp")
                .contains("issuer    " + provider.issuer())
                .contains("clients   only those registered at the provider")
                .contains("In Logto, register " + MCP + " and " + SSE + " as API resources, byte for byte");
    }

    private static HttpResponse<String> ping(String token) {
        return Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")));
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Server.header(response, "WWW-Authenticate"))
                .isEqualTo("Bearer resource_metadata=\"" + METADATA + "/mcp\", error=\"invalid_token\","
                        + " error_description=\"The access token is not valid\", scope=\"openid profile email\"");
        assertThat(response.body()).isEqualTo(INVALID);
    }
}
