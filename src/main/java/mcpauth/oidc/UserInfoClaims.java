package mcpauth.oidc;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;

/**
 * Adds what userinfo says of the user to what the token says: claims that the token has stay as they are. A token that
 * userinfo refuses, or knows as another user's, is refused.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse">OpenID Connect Core 1.0 section
 *     5.3.2</a>
 */
record UserInfoClaims(TokenVerifier verifier, TokenVerifier userInfo) implements TokenVerifier {

    @Override
    public TokenVerification verify(BearerToken token) {
        TokenVerification verification = verifier.verify(token);
        if (!(verification instanceof Verified verified)) {
            return verification;
        }
        TokenVerification asked = userInfo.verify(token);
        if (!(asked instanceof Verified user)) {
            return asked instanceof Rejected
                    ? new Rejected("userinfo refuses the token; where the provider's userinfo endpoint takes no such"
                            + " tokens (Logto), set mcp.auth.userinfo-claims to false")
                    : asked;
        }
        if (!user.subject().equals(verified.subject())) {
            return new Rejected("userinfo knows the token as another user's");
        }
        return new Verified(
                verified.issuer(),
                verified.subject(),
                merged(user.claims(), verified.claims()),
                verified.scopes(),
                verified.expiresAt());
    }

    private static JsonObject merged(JsonObject userInfo, JsonObject token) {
        JsonObjectBuilder claims = JsonBody.builder(userInfo);
        token.forEach((name, value) -> {
            // a JSON null says no more than a claim that is not there
            if (value != JsonValue.NULL || !userInfo.containsKey(name)) {
                claims.add(name, value);
            }
        });
        return claims.build();
    }
}
