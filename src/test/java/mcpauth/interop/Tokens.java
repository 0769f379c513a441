package mcpauth.interop;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What the token endpoint answered.
 *
 * @param response the JSON object
 */
public record Tokens(JsonObject response) {
    /** Opaque or a JWT. */
    public String accessToken() {
        return response.getString("access_token");
    }

    /** Whether {@link AuthorizationCodeFlow#refresh} is possible. */
    public boolean hasRefreshToken() {
        return response.containsKey("refresh_token");
    }

    /** The header of an access token that is a JWT. */
    public JsonObject header() {
        return part(0);
    }

    /** The claims of an access token that is a JWT. Nothing is verified. */
    public JsonObject claims() {
        return part(1);
    }

    private JsonObject part(int index) {
        byte[] json = Base64.getUrlDecoder().decode(accessToken().split("\\.", -1)[index]);
        return Http.json(new String(json, StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Tokens" + response.keySet();
    }
}
