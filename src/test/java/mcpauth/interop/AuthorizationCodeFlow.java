package mcpauth.interop;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a strict MCP client and a person's browser do to sign in, from the MCP server's 401 to the access token:
 * authorization code with PKCE, {@code resource}, and each check that a client may make on the way.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization">MCP, Authorization</a>
 */
public final class AuthorizationCodeFlow {
    private static final String REDIRECT_URI = "http://localhost:6274/oauth/callback";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JsonObject metadata;
    private final Map<String, String> parameters;
    private final String verifier = random();

    private AuthorizationCodeFlow(JsonObject metadata, Map<String, String> parameters) {
        this.metadata = metadata;
        this.parameters = parameters;
    }

    /**
     * Asks the MCP server without a token, and goes where its challenge leads. Scope and resource are what it says.
     *
     * @param mcpUrl what the user typed into the client
     */
    public static AuthorizationCodeFlow discover(URI mcpUrl) {
        HttpResponse<String> refused = Http.send(HttpRequest.newBuilder(mcpUrl)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")));
        assertThat(refused.statusCode()).isEqualTo(401);
        String challenge = Http.header(refused, "WWW-Authenticate");
        JsonObject resource = Http.json(Http.get(parameter(challenge, "resource_metadata")), 200);
        assertThat(resource.getString("resource")).isEqualTo(mcpUrl.toString());
        assertThat(resource.getJsonArray("authorization_servers")).hasSize(1);
        return at(resource.getJsonArray("authorization_servers").getString(0))
                .with("scope", parameter(challenge, "scope"))
                .with("resource", resource.getString("resource"));
    }

    /** Begins with a provider, without {@code resource}. Scope is {@code openid profile email}. */
    public static AuthorizationCodeFlow at(String issuer) {
        return new AuthorizationCodeFlow(
                metadata(issuer), Map.of("client_id", Provider.CLIENT_ID, "scope", "openid profile email"));
    }

    /** The provider's metadata; where to look for it, and in which order, is in the MCP specification. */
    private static JsonObject metadata(String issuer) {
        for (String location : locations(URI.create(issuer))) {
            HttpResponse<String> answer = Http.get(location);
            if (answer.statusCode() == 200) {
                JsonObject metadata = Http.json(answer.body());
                // RFC 8414 section 3.3: a client must not use any other
                assertThat(metadata.getString("issuer")).isEqualTo(issuer);
                assertThat(metadata.getJsonArray("code_challenge_methods_supported")
                                .toString())
                        .contains("\"S256\"");
                return metadata;
            }
        }
        throw new AssertionError("No metadata of " + issuer);
    }

    static List<String> locations(URI issuer) {
        String origin = issuer.resolve("/").toString();
        String path = issuer.getPath();
        return List.of(
                origin + ".well-known/oauth-authorization-server" + path,
                origin + ".well-known/openid-configuration" + path,
                issuer + "/.well-known/openid-configuration");
    }

    private static String parameter(String challenge, String name) {
        Matcher matcher =
                Pattern.compile("^Bearer .*\\b" + name + "=\"([^\"]*)\"").matcher(challenge);
        assertThat(matcher.find()).as(challenge).isTrue();
        return matcher.group(1);
    }

    /** The same sign-in with another parameter, for example {@code client_id}, {@code prompt}, {@code resource}. */
    public AuthorizationCodeFlow with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new AuthorizationCodeFlow(metadata, Map.copyOf(changed));
    }

    /** What the provider says about itself. */
    public JsonObject metadata() {
        return metadata;
    }

    /** Which parameters the requests will have, besides those that are new each time. */
    Map<String, String> parameters() {
        return parameters;
    }

    /** Signs in; fails if the provider does not let in. */
    public Tokens signIn(String username, String password) {
        return tokens(code(username, password));
    }

    /** Goes through the provider's pages and gives the parameters with which it sends the browser back. */
    public Map<String, String> authorize(String username, String password) {
        String state = random();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("redirect_uri", REDIRECT_URI);
        query.put("state", state);
        query.put("code_challenge", base64Url(sha256(verifier)));
        query.put("code_challenge_method", "S256");
        query.putAll(parameters);
        URI signInPage = URI.create(metadata.getString("authorization_endpoint") + "?" + Http.form(query));
        URI callback = new Browser()
                .follow(
                        signInPage,
                        // mock-oauth2-server has a field for more claims, and does without a password
                        Map.of("username", username, "password", password, "claims", ""),
                        REDIRECT_URI + "?");
        Map<String, String> returned = Http.parameters(callback.getRawQuery());
        assertThat(returned).containsEntry("state", state);
        // RFC 9207 section 2.4, and MCP 2026-07-28: compare it even if it was not announced
        if (returned.containsKey("iss") || announcesIssuer()) {
            assertThat(returned).containsEntry("iss", metadata.getString("issuer"));
        }
        return returned;
    }

    private boolean announcesIssuer() {
        return metadata.get("authorization_response_iss_parameter_supported") == JsonValue.TRUE;
    }

    /** The code of a sign-in. */
    public String code(String username, String password) {
        Map<String, String> returned = authorize(username, password);
        assertThat(returned).containsKey("code").doesNotContainKey("error");
        return returned.getOrDefault("code", "");
    }

    /** Exchanges a code that this sign-in was given. */
    public Tokens tokens(String code) {
        return new Tokens(Http.json(exchange(code, parameters), 200));
    }

    /** What the token endpoint answers to a code of this sign-in, if the request has these parameters. */
    HttpResponse<String> exchange(String code, Map<String, String> parameters) {
        return askForTokens(
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "redirect_uri", REDIRECT_URI,
                        "code_verifier", verifier),
                parameters);
    }

    /** New tokens for a refresh token. */
    public Tokens refresh(Tokens tokens) {
        Map<String, String> grant = Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                tokens.response().getString("refresh_token"));
        return new Tokens(Http.json(askForTokens(grant, parameters), 200));
    }

    private HttpResponse<String> askForTokens(Map<String, String> grant, Map<String, String> parameters) {
        Map<String, String> fields = new LinkedHashMap<>(grant);
        parameters.forEach((name, value) -> {
            if (name.equals("client_id") || name.equals("resource")) {
                fields.put(name, value);
            }
        });
        return Http.send(Http.postForm(URI.create(metadata.getString("token_endpoint")), fields));
    }

    private static String random() {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        return base64Url(random);
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
