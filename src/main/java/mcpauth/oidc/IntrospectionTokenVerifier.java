package mcpauth.oidc;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mcpauth.config.Provider;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;

/**
 * Asks the provider's introspection endpoint what a token is worth. The answer has to say for whom the token was issued,
 * by {@code aud} or, where the provider has none, by a {@code client_id} of {@code mcp.auth.audience}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</a>
 */
final class IntrospectionTokenVerifier implements TokenVerifier {
    private static final System.Logger LOGGER = System.getLogger(IntrospectionTokenVerifier.class.getName());

    private final Provider provider;
    private final Set<String> audiences;
    private final ProviderCalls calls;
    private final ProviderMetadataService metadata;
    private final ClientCredentials credentials;
    private final Duration clockSkew;
    private final InstantSource clock;

    /** @param audiences each of which is enough; the provider's own are among them */
    IntrospectionTokenVerifier(
            Provider provider,
            Set<String> audiences,
            ProviderCalls calls,
            ProviderMetadataService metadata,
            Duration clockSkew,
            InstantSource clock) {
        this.provider = provider;
        this.audiences = Set.copyOf(audiences);
        this.calls = calls;
        this.metadata = metadata;
        this.credentials = ClientCredentials.of(provider);
        this.clockSkew = clockSkew;
        this.clock = clock;
    }

    @Override
    public TokenVerification verify(BearerToken token) {
        // an answer may say less of a JWT than the JWT itself
        Optional<String> kind = JwtTokenVerifier.unverifiedClaims(token).flatMap(claims -> claims.defectOfKind(true));
        if (kind.isPresent()) {
            return new Rejected("the token is refused: " + kind.get());
        }
        URI endpoint;
        try {
            endpoint = metadata.get().introspectionEndpoint();
        } catch (ProviderUnavailableException e) {
            // Logged where the metadata was fetched, once a fetch
            return e.verification();
        }
        try {
            Map<String, String> form = Map.of("token", token.value(), "token_type_hint", "access_token");
            return judge(endpoint, calls.post(endpoint, form, credentials));
        } catch (ProviderBusyException e) {
            return e.verification();
        } catch (ProviderUnavailableException e) {
            LOGGER.log(WARNING, "MCPAUTH-104 " + e.getMessage());
            return e.verification();
        }
    }

    private TokenVerification judge(URI endpoint, Answer answer) throws ProviderUnavailableException {
        if (answer.status() == 401 || answer.status() == 403) {
            throw new ProviderUnavailableException(
                    "%s answered %d: check %s and the settings beside it, by which this server says who it is"
                            .formatted(endpoint, answer.status(), provider.key("client-id")));
        }
        // Logto for a JWT: it introspects opaque tokens only
        if (answer.status() == 400 && isUnsupportedTokenType(endpoint, answer)) {
            return new Rejected("the introspection endpoint does not know this kind of token");
        }
        if (answer.status() != 200) {
            throw ProviderUnavailableException.of(
                    "%s answered %d instead of what the token is worth: check the provider's health and its log"
                            .formatted(endpoint, answer.status()),
                    answer);
        }
        JsonObject json = JsonBody.object(endpoint, answer);
        JsonValue active = json.get("active");
        if (active == JsonValue.FALSE) {
            return new Rejected("the introspection endpoint says that the token is not active");
        }
        if (active != JsonValue.TRUE) {
            throw new ProviderUnavailableException(
                    endpoint + " answered without \"active\" being true or false: check that it is the provider's"
                            + " introspection endpoint");
        }
        return judge(new TokenClaims(JsonBody.builder(json).remove("active").build()));
    }

    private static boolean isUnsupportedTokenType(URI endpoint, Answer answer) throws ProviderUnavailableException {
        return new TokenClaims(JsonBody.object(endpoint, answer))
                .string("error")
                .equals(Optional.of("unsupported_token_type"));
    }

    private TokenVerification judge(TokenClaims claims) {
        Optional<String> defect = defect(claims);
        if (defect.isPresent()) {
            return new Rejected("the token is active, but " + defect.get());
        }
        return new Verified(
                provider.issuer().toString(),
                claims.subject().orElseThrow(),
                claims.json(),
                claims.scopes(),
                claims.expiresAt().orElse(null));
    }

    /**
     * Refresh tokens and ID tokens are active too (RFC 7662 section 2.2, RFC 6749 section 1.5): whatever is not said to be
     * a bearer token has to be issued for a resource of ours, and to a user.
     */
    private Optional<String> defectOfKind(TokenClaims claims) {
        String type = claims.string("token_type").orElse("").toLowerCase(Locale.ROOT);
        boolean bearer = type.equals("bearer");
        if (!bearer && !claims.isAbsent("token_type") && !type.equals("access_token")) {
            return Optional.of("it is no bearer token");
        }
        if (!bearer && !isForAResource(claims)) {
            return Optional.of("nothing says that it is an access token: its answer has neither token_type Bearer nor"
                    + " an aud that is a resource of ours");
        }
        if (!bearer && claims.isAbsent("sub")) {
            return Optional.of("nothing says that it is an access token, and it names no user");
        }
        return claims.defectOfKind(bearer);
    }

    /** An audience that is a URI, and not the client itself: those of ID tokens are clients. */
    private boolean isForAResource(TokenClaims claims) {
        Optional<String> client = claims.clientId();
        Set<String> resources = audiences.stream()
                .filter(audience -> audience.contains(":"))
                .filter(audience -> !client.equals(Optional.of(audience)))
                .collect(Collectors.toSet());
        return !claims.isAbsent("aud") && claims.isFor(resources, Set.of());
    }

    private Optional<String> defect(TokenClaims claims) {
        if (!claims.isAbsent("iss")
                && !claims.string("iss").equals(Optional.of(provider.issuer().toString()))) {
            return Optional.of("its iss is not " + provider.key("issuer"));
        }
        Optional<String> kind = defectOfKind(claims);
        if (kind.isPresent()) {
            return kind;
        }
        // the delegated mode asks for no audience unless one is set
        if (!audiences.isEmpty() && !claims.isFor(audiences, provider.audience())) {
            return Optional.of(
                    claims.isAbsent("aud")
                            ? "nothing says for whom it was issued: list the ids of the clients it may have been issued"
                                    + " to in " + provider.key("audience")
                            : "its aud is neither mcp.auth.resource nor one of " + provider.key("audience"));
        }
        if (claims.subject().isEmpty()) {
            return Optional.of("it names no caller");
        }
        return claims.untimely(clock.instant(), clockSkew, false);
    }
}
