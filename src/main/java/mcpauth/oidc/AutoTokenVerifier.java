package mcpauth.oidc;

import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerifier;

/**
 * The kind of token decides who judges it, once: what looks like a JWT never gets a second opinion from somebody who does
 * not look at its audience.
 */
record AutoTokenVerifier(TokenVerifier jwt, TokenVerifier opaque) implements TokenVerifier {

    @Override
    public TokenVerification verify(BearerToken token) {
        return isJwt(token) ? jwt.verify(token) : opaque.verify(token);
    }

    /**
     * RFC 7515 section 3.1, RFC 7516 section 3.1: parts with dots between them. Whatever has two dots is taken for a JWT,
     * well-formed or not: another reader may be more lenient than ours.
     */
    static boolean isJwt(BearerToken token) {
        return token.value().chars().filter(character -> character == '.').count() >= 2;
    }
}
