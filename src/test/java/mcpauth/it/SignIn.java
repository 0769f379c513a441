package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * What an MCP client of the delegated mode and a person's browser do to sign in: authorization code with PKCE, from the
 * server's 401 to the access token.
 */
final class SignIn {
    private static final String REDIRECT_URI = "http://localhost:6274/oauth/callback";
    private static final String CLIENT_ID = "mcp-inspector";

    private SignIn() {}

    static String as(String username) {
        HttpResponse<String> refused = Server.get("/sse");
        assertThat(refused.statusCode()).isEqualTo(401);
        String scope = Server.header(refused, "WWW-Authenticate").replaceAll(".*scope=\"([^\"]*)\".*", "$1");
        // MCP 2025-03-26: without protected resource metadata, the metadata stands at the server's own origin
        JsonObject metadata = json(Server.get("/.well-known/oauth-authorization-server"));

        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String verifier = base64Url(random);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", CLIENT_ID);
        query.put("redirect_uri", REDIRECT_URI);
        query.put("scope", scope);
        query.put("state", "state-of-" + username);
        query.put("code_challenge", base64Url(sha256(verifier)));
        query.put("code_challenge_method", "S256");
        URI signInPage = URI.create(metadata.getString("authorization_endpoint") + "?" + form(query));

        Map<String, String> callback = signInAsBrowser(signInPage, username);
        assertThat(callback).containsEntry("state", "state-of-" + username);
        return token(metadata.getString("token_endpoint"), callback.get("code"), verifier);
    }

    private static Map<String, String> signInAsBrowser(URI signInPage, String username) {
        HttpResponse<String> page = Server.send(HttpRequest.newBuilder(signInPage));
        Element signInForm = Jsoup.parse(page.body(), signInPage.toString()).expectFirst("form");
        assertThat(signInForm.attr("method")).isEqualToIgnoringCase("post");
        assertThat(signInForm.select("[name=username]")).hasSize(1);
        HttpResponse<String> signedIn = Server.send(postForm(signInPage, Map.of("username", username, "claims", "")));
        assertThat(signedIn.statusCode()).isEqualTo(302);
        URI location = URI.create(Server.header(signedIn, "Location"));
        assertThat(location.toString()).startsWith(REDIRECT_URI + "?");
        return Arrays.stream(location.getRawQuery().split("&", -1))
                .map(parameter -> parameter.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static String token(String endpoint, String code, String verifier) {
        HttpResponse<String> answer = Server.send(postForm(
                URI.create(endpoint),
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "client_id", CLIENT_ID,
                        "redirect_uri", REDIRECT_URI,
                        "code_verifier", verifier)));
        assertThat(answer.statusCode()).isEqualTo(200);
        return json(answer).getString("access_token");
    }

    static JsonObject json(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        try (var reader = Json.createReader(new StringReader(response.body()))) {
            return reader.readObject();
        }
    }

    private static HttpRequest.Builder postForm(URI uri, Map<String, String> fields) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(fields)));
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
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
