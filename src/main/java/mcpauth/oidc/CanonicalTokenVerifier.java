package mcpauth.oidc;

import com.nimbusds.jose.util.Base64URL;
import java.util.Base64;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerifier;

/**
 * Refuses a JWT that is written in another way than the one its issuer has: with padding, in another alphabet, or with
 * other last characters that stand for the same bits. Lenient readers take them all for one token, and each would be
 * remembered apart. Stands before the provider is asked, whoever judges the token.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515#section-2">RFC 7515 section 2</a>
 */
record CanonicalTokenVerifier(TokenVerifier verifier) implements TokenVerifier {

    @Override
    public TokenVerification verify(BearerToken token) {
        return AutoTokenVerifier.isJwt(token) && hasJsonHeader(token.value()) && !isCanonical(token.value())
                ? new Rejected("the JWT is refused: it is not written in base64url without padding")
                : verifier.verify(token);
    }

    /** Read as leniently as others may: an opaque token that has dots is no JWT. */
    private static boolean hasJsonHeader(String token) {
        String header = token.substring(0, token.indexOf('.'));
        return new Base64URL(header).decodeToString().stripLeading().startsWith("{");
    }

    private static boolean isCanonical(String token) {
        for (String part : token.split("\\.", -1)) {
            try {
                byte[] bytes = Base64.getUrlDecoder().decode(part);
                if (!Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(bytes)
                        .equals(part)) {
                    return false;
                }
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
        return true;
    }
}
