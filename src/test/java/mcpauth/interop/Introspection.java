package mcpauth.interop;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** What the MCP server's client is told about a token. */
final class Introspection {
    private static final String CREDENTIALS = Base64.getEncoder()
            .encodeToString(
                    (Provider.SERVER_CLIENT_ID + ":" + Provider.SERVER_CLIENT_SECRET).getBytes(StandardCharsets.UTF_8));

    private Introspection() {}

    static JsonObject ask(JsonObject metadata, String token) {
        return Http.json(answer(metadata, token), 200);
    }

    static HttpResponse<String> answer(JsonObject metadata, String token) {
        return Http.send(Http.postForm(URI.create(metadata.getString("introspection_endpoint")), Map.of("token", token))
                .header("Authorization", "Basic " + CREDENTIALS));
    }
}
