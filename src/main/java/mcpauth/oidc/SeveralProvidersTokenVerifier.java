package mcpauth.oidc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among providers: a JWT is judged by the provider that it names, and by no other. Any other token is shown to
 * each provider in turn until one knows it, which costs a call for each and shows the token to providers that have not
 * issued it; one that cannot be asked leaves the matter open unless another knows the token.
 */
final class SeveralProvidersTokenVerifier implements TokenVerifier {
    private final Map<String, TokenVerifier> verifiers;

    /** @param verifiers by issuer, in the order in which they are asked */
    SeveralProvidersTokenVerifier(Map<String, TokenVerifier> verifiers) {
        this.verifiers = new LinkedHashMap<>(verifiers);
    }

    @Override
    public TokenVerification verify(BearerToken token) {
        if (AutoTokenVerifier.isJwt(token)) {
            Optional<TokenVerifier> named =
                    JwtTokenVerifier.unverifiedIssuer(token).map(verifiers::get);
            return named.isPresent() ? named.get().verify(token) : new Rejected("the JWT names none of our issuers");
        }
        @Nullable Unavailable unavailable = null;
        for (TokenVerifier verifier : verifiers.values()) {
            TokenVerification verification = verifier.verify(token);
            if (verification instanceof Unavailable open) {
                unavailable = open;
            } else if (!(verification instanceof Rejected)) {
                return verification;
            }
        }
        return unavailable != null ? unavailable : new Rejected("no provider knows the token");
    }
}
