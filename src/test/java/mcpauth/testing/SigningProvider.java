package mcpauth.testing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;

/**
 * A provider on loopback that signs access tokens, introspects, and tells claims at userinfo: what it answers to which
 * token is said by the test. Its metadata is that of {@link LogtoDouble}.
 */
public final class SigningProvider implements AutoCloseable {
    /** As whom the server has to ask for introspection. */
    public static final String CLIENT_ID = "mcp server";

    /** With characters that have to be encoded. */
    public static final String CLIENT_SECRET = "s3cret:+/%";

    private static final String METADATA = "/oidc/.well-known/openid-configuration";
    private static final String JWKS = "/oidc/jwks";
    private static final String USERINFO = "/oidc/me";
    private static final String INTROSPECTION = "/oidc/token/introspection";
    /** Form-encoded, then Base64: RFC 6749 section 2.3.1. */
    private static final String BASIC = "Basic bWNwK3NlcnZlcjpzM2NyZXQlM0ElMkIlMkYlMjU=";

    private final WireMockServer server;
    private final TokenForge forge;

    private SigningProvider(String resource) {
        server = new WireMockServer(
                WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
        server.start();
        forge = new TokenForge(issuer(), resource, Instant.now());
        recover();
    }

    /** Starts at a free port; its tokens are for the resource. */
    public static SigningProvider start(String resource) {
        return new SigningProvider(resource);
    }

    /** The issuer identifier. */
    public String issuer() {
        return "http://localhost:" + server.port() + "/oidc";
    }

    /** Its keys and tokens. */
    public TokenForge forge() {
        return forge;
    }

    /** Everything is right again, no token is known but by its signature, and nothing has been counted. */
    public void recover() {
        List<StubMapping> before = server.getStubMappings();
        server.stubFor(get(urlPathEqualTo(METADATA)).atPriority(5).willReturn(json(metadata())));
        server.stubFor(get(urlPathEqualTo(JWKS))
                .atPriority(5)
                .willReturn(aResponse()
                        .withHeader("Content-Type", "application/jwk-set+json")
                        .withBody(forge.keys().toString())));
        server.stubFor(any(urlPathEqualTo(USERINFO))
                .atPriority(5)
                .willReturn(aResponse().withStatus(401)));
        server.stubFor(post(urlPathEqualTo(INTROSPECTION))
                .withHeader("Authorization", equalTo(BASIC))
                .atPriority(5)
                .willReturn(json(Json.createObjectBuilder().add("active", false).build())));
        server.stubFor(post(urlPathEqualTo(INTROSPECTION))
                .atPriority(6)
                .willReturn(aResponse().withStatus(401)));
        // not earlier: a server that has just been deployed may ask in between
        before.forEach(server::removeStubMapping);
        server.resetRequests();
    }

    /** Userinfo tells these claims of the token. */
    public void userinfoKnows(String token, JsonObject claims) {
        server.stubFor(get(urlPathEqualTo(USERINFO))
                .withHeader("Authorization", equalTo("Bearer " + token))
                .atPriority(3)
                .willReturn(json(claims)));
    }

    /** Introspection answers this of the token, to whom may ask. */
    public void introspectionAnswers(String token, ResponseDefinitionBuilder answer) {
        server.stubFor(post(urlPathEqualTo(INTROSPECTION))
                .withHeader("Authorization", equalTo(BASIC))
                .withRequestBody(containing("token=" + token + "&")
                        .or(containing("&token=" + token))
                        .or(equalTo("token=" + token)))
                .atPriority(3)
                .willReturn(answer));
    }

    /** The keys are answered like this. */
    public void keysAre(ResponseDefinitionBuilder answer) {
        server.stubFor(get(urlPathEqualTo(JWKS)).atPriority(1).willReturn(answer));
    }

    /** How often keys were asked for since the last {@link #recover}. */
    public int keyRequests() {
        return requests(JWKS).size();
    }

    /** Calls of userinfo since the last {@link #recover}. */
    public int userinfoRequests() {
        return requests(USERINFO).size();
    }

    /** Calls of introspection since the last {@link #recover}. */
    public int introspectionRequests() {
        return requests(INTROSPECTION).size();
    }

    private List<LoggedRequest> requests(String path) {
        return server.findAll(anyRequestedFor(urlPathEqualTo(path)));
    }

    /** An answer of status 200. */
    public static ResponseDefinitionBuilder json(JsonObject body) {
        return aResponse().withHeader("Content-Type", "application/json").withBody(body.toString());
    }

    private JsonObject metadata() {
        return Json.createObjectBuilder()
                .add("issuer", issuer())
                .add("authorization_endpoint", issuer() + "/auth")
                .add("token_endpoint", issuer() + "/token")
                .add("userinfo_endpoint", issuer() + "/me")
                .add("jwks_uri", issuer() + "/jwks")
                .add("introspection_endpoint", issuer() + "/token/introspection")
                .add(
                        "code_challenge_methods_supported",
                        Json.createArrayBuilder().add("S256"))
                .add("response_types_supported", Json.createArrayBuilder().add("code"))
                .build();
    }

    @Override
    public void close() {
        server.stop();
    }
}
