package mcpauth.oidc;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the provider's userinfo endpoint whose token it is. Cannot know for whom the token was issued: any token of the
 * provider that userinfo answers is valid here.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">OpenID Connect Core 1.0 section 5.3</a>
 */
final class UserInfoTokenVerifier implements TokenVerifier {
    private static final System.Logger LOGGER = System.getLogger(UserInfoTokenVerifier.class.getName());
    private final ProviderCalls calls;
    private final ProviderMetadataService metadata;
    private final String issuer;

    UserInfoTokenVerifier(ProviderCalls calls, ProviderMetadataService metadata, URI issuer) {
        this.calls = calls;
        this.metadata = metadata;
        this.issuer = issuer.toString();
    }

    @Override
    public TokenVerification verify(BearerToken token) {
        Optional<String> kind = JwtTokenVerifier.unverifiedClaims(token).flatMap(claims -> claims.defectOfKind(true));
        if (kind.isPresent()) {
            return new Rejected("the token is refused: " + kind.get());
        }
        Optional<URI> found;
        try {
            found = metadata.get().userinfoEndpoint();
        } catch (ProviderUnavailableException e) {
            // Logged where the metadata was fetched, once a fetch
            return e.verification();
        }
        if (found.isEmpty()) {
            return new Rejected("the provider has no userinfo endpoint to ask whose token it is");
        }
        URI endpoint = found.get();
        try {
            return judge(endpoint, calls.get(endpoint, token), expiry(token));
        } catch (ProviderBusyException e) {
            return e.verification();
        } catch (ProviderUnavailableException e) {
            LOGGER.log(WARNING, "MCPAUTH-104 " + e.getMessage());
            return e.verification();
        }
    }

    private TokenVerification judge(URI endpoint, Answer answer, @Nullable Instant expiry)
            throws ProviderUnavailableException {
        if (answer.status() == 200) {
            return verified(claims(endpoint, answer), expiry);
        }
        if (TokenRefusal.isRefusal(answer)) {
            return TokenRefusal.of(answer).verification();
        }
        throw ProviderUnavailableException.of(
                "%s answered %d instead of claims or a refusal: check the provider's health and its log"
                        .formatted(endpoint, answer.status()),
                answer);
    }

    private Verified verified(JsonObject claims, @Nullable Instant expiry) {
        return new Verified(issuer, claims.getString("sub"), claims, Set.of(), expiry);
    }

    /** Nobody has vouched for it: good only for believing a token for a shorter time. */
    private static @Nullable Instant expiry(BearerToken token) {
        return AutoTokenVerifier.isJwt(token)
                ? JwtTokenVerifier.unverifiedExpiry(token).orElse(null)
                : null;
    }

    private static JsonObject claims(URI endpoint, Answer answer) throws ProviderUnavailableException {
        JsonObject claims = JsonBody.object(endpoint, answer);
        if (!Verified.hasSubject(claims)) {
            throw new ProviderUnavailableException(
                    endpoint + " answered claims without a \"sub\": check that it is the provider's userinfo endpoint");
        }
        return claims;
    }
}
