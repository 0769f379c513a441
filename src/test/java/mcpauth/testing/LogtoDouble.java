package mcpauth.testing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A provider on loopback that answers as a running Logto was seen to (shared/LOGTO.md, column HEAD): discovery, opaque
 * tokens, userinfo with all its refusals. Its failures can be switched on and off, and it can go down and come back at
 * the same address with the same tokens.
 */
public final class LogtoDouble implements AutoCloseable {
    /** Whom it knows. */
    public enum User {
        /** Has a name and an e-mail address, no picture. */
        ALICE("ft4t57nlza88", "alice", Json.createValue("Alice Smith"), Json.createValue("alice@example.com")),
        /** Has neither name nor e-mail address: Logto says so with JSON null. */
        BOB("mefx2umquwbs", "bob", JsonValue.NULL, JsonValue.NULL);

        @SuppressWarnings("ImmutableEnumChecker") // JSON-P objects are immutable
        private final JsonObject claims;

        User(String subject, String username, JsonValue name, JsonValue email) {
            this.claims = Json.createObjectBuilder()
                    .add("sub", subject)
                    .add("name", name)
                    .add("preferred_username", username)
                    .add("picture", JsonValue.NULL)
                    .add("updated_at", 1795459899974L)
                    .add("username", username)
                    .add("created_at", 1795459898814L)
                    .add("email", email)
                    .add("email_verified", email != JsonValue.NULL)
                    .build();
        }

        /** What userinfo answers for scope {@code openid profile email}. */
        public JsonObject claims() {
            return claims;
        }
    }

    static final String USERINFO = "/oidc/me";
    private static final String DISCOVERY = "/oidc/\\.well-known/(openid-configuration|oauth-authorization-server)";
    /** Where a redirect of userinfo leads: no token may ever arrive there. */
    private static final String ELSEWHERE = "/elsewhere";

    private final Map<String, JsonObject> tokens = new ConcurrentHashMap<>();
    private WireMockServer server;
    private final int port;

    private LogtoDouble() {
        server = new WireMockServer(configuration(0));
        server.start();
        port = server.port();
        stub();
    }

    /** Starts at a free port. */
    public static LogtoDouble start() {
        return new LogtoDouble();
    }

    /** The issuer identifier. */
    public String issuer() {
        return "http://localhost:" + port + "/oidc";
    }

    /** An opaque token with scope {@code openid profile email}. */
    public String signIn(User user) {
        return issue(user.claims());
    }

    /** An opaque token with scope {@code openid} alone. */
    public String signInWithOpenidOnly(User user) {
        return issue(
                Json.createObjectBuilder().add("sub", user.claims().get("sub")).build());
    }

    /** An opaque token without {@code openid}, which userinfo refuses. */
    public String signInWithoutOpenid() {
        return issue(JsonValue.EMPTY_JSON_OBJECT);
    }

    /** From now on userinfo refuses the token. */
    public void revoke(String token) {
        tokens.remove(token);
    }

    /** Userinfo answers this, whatever the token. */
    public void userinfoAnswers(ResponseDefinitionBuilder response) {
        server.stubFor(any(urlPathEqualTo(USERINFO)).atPriority(1).willReturn(response));
    }

    /** Userinfo answers right, but takes that long. */
    public void userinfoTakes(Duration delay) {
        server.stubFor(any(urlPathEqualTo(USERINFO))
                .atPriority(1)
                .willReturn(aResponse()
                        .withTransformers(LogtoUserinfo.NAME)
                        .withFixedDelay(Math.toIntExact(delay.toMillis()))));
    }

    /** Userinfo closes connections without an answer. */
    public void userinfoBreaks() {
        userinfoAnswers(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    }

    /** Userinfo sends the caller, and a careless client's token, to another place. */
    public void userinfoRedirects() {
        userinfoAnswers(aResponse().withStatus(302).withHeader("Location", "http://localhost:" + port + ELSEWHERE));
    }

    /** Discovery answers this. */
    public void discoveryAnswers(ResponseDefinitionBuilder response) {
        server.stubFor(get(urlPathMatching(DISCOVERY)).atPriority(1).willReturn(response));
    }

    /** Everything is right again, and nothing has been counted. */
    public void recover() {
        List<StubMapping> before = server.getStubMappings();
        stub();
        // not earlier: a server that has just been deployed may ask in between
        before.forEach(server::removeStubMapping);
        server.resetRequests();
    }

    /** The provider goes down: connections are refused. */
    public void stop() {
        server.stop();
    }

    /** The provider comes back. */
    public void restart() {
        server = new WireMockServer(configuration(port));
        server.start();
        stub();
    }

    /** Calls of userinfo since the last {@link #recover}. */
    public List<LoggedRequest> userinfoRequests() {
        return server.findAll(anyRequestedFor(urlPathEqualTo(USERINFO)));
    }

    /**
     * The most calls of userinfo that were under way at the same time, where each took at least that long: rather too
     * few than too many.
     */
    public int userinfoRequestsAtOnce(Duration delay) {
        long[] begins = userinfoRequests().stream()
                .mapToLong(request -> request.getLoggedDate().toInstant().toEpochMilli())
                .sorted()
                .toArray();
        int most = 0;
        for (int first = 0, last = 0; last < begins.length; last++) {
            while (begins[last] - begins[first] >= delay.toMillis()) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** Requests that followed the redirect. */
    public List<LoggedRequest> redirectedRequests() {
        return server.findAll(anyRequestedFor(urlPathEqualTo(ELSEWHERE)));
    }

    /** Discovery requests since the last {@link #recover}. */
    public int discoveryCalls() {
        return server.findAll(getRequestedFor(urlPathMatching(DISCOVERY))).size();
    }

    /** The metadata, section 1. */
    public JsonObjectBuilder metadata() {
        return Json.createObjectBuilder()
                .add("issuer", issuer())
                .add("authorization_endpoint", issuer() + "/auth")
                .add("token_endpoint", issuer() + "/token")
                .add("userinfo_endpoint", issuer() + "/me")
                .add("jwks_uri", issuer() + "/jwks")
                .add("introspection_endpoint", issuer() + "/token/introspection")
                .add("revocation_endpoint", issuer() + "/token/revocation")
                .add("end_session_endpoint", issuer() + "/session/end")
                .add("code_challenge_methods_supported", array("S256"))
                .add("authorization_response_iss_parameter_supported", true)
                .add("response_types_supported", array("code id_token", "code", "id_token", "none"))
                .add("response_modes_supported", array("form_post", "fragment", "query"))
                .add("grant_types_supported", array("implicit", "authorization_code", "refresh_token"))
                .add("scopes_supported", array("openid", "offline_access", "profile", "email"))
                .add("id_token_signing_alg_values_supported", array("ES384"))
                .add("subject_types_supported", array("public"))
                .add("claims_parameter_supported", false);
    }

    @Override
    public void close() {
        server.stop();
    }

    private String issue(JsonObject claims) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        tokens.put(token, claims);
        return token;
    }

    private WireMockConfiguration configuration(int onPort) {
        return WireMockConfiguration.options()
                .bindAddress("127.0.0.1")
                .port(onPort)
                .extensions(new LogtoUserinfo(tokens, () -> issuer()));
    }

    private void stub() {
        server.stubFor(get(urlPathMatching(DISCOVERY))
                .atPriority(5)
                .willReturn(aResponse()
                        .withHeader("Content-Type", "application/json; charset=utf-8")
                        .withHeader("ETag", "\"discovery\"")
                        .withHeader("access-control-allow-origin", "*")
                        .withBody(metadata().build().toString())));
        server.stubFor(any(urlPathEqualTo(USERINFO))
                .atPriority(5)
                .willReturn(aResponse().withTransformers(LogtoUserinfo.NAME)));
        server.stubFor(any(urlPathMatching(".*"))
                .atPriority(10)
                .willReturn(aResponse()
                        .withStatus(404)
                        .withHeader("Content-Type", "text/plain; charset=utf-8")
                        .withBody("Not Found")));
    }

    private static jakarta.json.JsonArrayBuilder array(String... values) {
        return Json.createArrayBuilder(List.of(values));
    }
}
