package mcpauth.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import mcpauth.config.Provider;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;

/**
 * Judges access tokens that are JWTs by what they say and by the provider's keys. Nobody is asked but for keys. What is
 * cheap to check comes first; a reason never repeats what the token says.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-4">RFC 9068 section 4</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725#section-3">RFC 8725 section 3</a>
 */
final class JwtTokenVerifier implements TokenVerifier {
    /** RFC 9068 section 2.1. */
    private static final String ACCESS_TOKEN_TYPE = "at+jwt";

    private final Provider provider;
    private final String issuer;
    private final Set<String> audiences;
    private final Set<String> types;
    private final ProviderKeys keys;
    private final Duration clockSkew;
    private final InstantSource clock;

    /** @param audiences each of which is enough; the provider's own are among them */
    JwtTokenVerifier(
            Provider provider, Set<String> audiences, ProviderKeys keys, Duration clockSkew, InstantSource clock) {
        this.provider = provider;
        this.issuer = provider.issuer().toString();
        this.audiences = Set.copyOf(audiences);
        this.types = provider.jwtTypes().stream()
                .map(type -> type.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        this.keys = keys;
        this.clockSkew = clockSkew;
        this.clock = clock;
    }

    /** The issuer that the token names, nothing of which has been checked; empty if it names none. */
    static Optional<String> unverifiedIssuer(BearerToken token) {
        try {
            return claims(SignedJWT.parse(token.value())).flatMap(claims -> claims.string("iss"));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** When the token says that it ends, nothing of which has been checked; empty if it does not say so. */
    static Optional<Instant> unverifiedExpiry(BearerToken token) {
        try {
            return claims(SignedJWT.parse(token.value())).flatMap(TokenClaims::expiresAt);
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** What the token says of itself, nothing of which has been checked; empty if it is no JWT. */
    static Optional<TokenClaims> unverifiedClaims(BearerToken token) {
        try {
            return AutoTokenVerifier.isJwt(token) ? claims(SignedJWT.parse(token.value())) : Optional.empty();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** Empty if the payload is no JSON object. */
    private static Optional<TokenClaims> claims(SignedJWT jwt) {
        return JsonBody.parse(jwt.getPayload().toString()).map(TokenClaims::new);
    }

    @Override
    public TokenVerification verify(BearerToken token) {
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token.value());
        } catch (ParseException e) {
            return rejected("it is not a signed JWT");
        }
        Optional<TokenClaims> parsed = claims(jwt);
        if (parsed.isEmpty()) {
            return rejected("its payload is not a JSON object");
        }
        TokenClaims claims = parsed.get();
        Optional<String> defect = headerDefect(jwt.getHeader()).or(() -> claimsDefect(claims, jwt.getHeader()));
        if (defect.isPresent()) {
            return rejected(defect.get());
        }
        try {
            if (!isSigned(jwt)) {
                return rejected("none of the provider's keys has signed it");
            }
        } catch (ProviderUnavailableException e) {
            return e.verification();
        }
        return new Verified(
                issuer,
                claims.subject().orElseThrow(),
                claims.json(),
                claims.scopes(),
                claims.expiresAt().orElse(null));
    }

    private static Rejected rejected(String defect) {
        return new Rejected("the JWT is refused: " + defect);
    }

    private Optional<String> headerDefect(JWSHeader header) {
        if (!provider.algorithms().contains(header.getAlgorithm().getName())) {
            return Optional.of("its alg is not one of " + provider.key("algorithms"));
        }
        if (!types.contains(type(header.getType()))) {
            return Optional.of(
                    header.getType() == null
                            ? "it has no typ: add \"none\" to " + provider.key("jwt-types")
                                    + " if it is an access token"
                            : "its typ is not one of " + provider.key("jwt-types"));
        }
        // RFC 7515 section 4.1.11: we understand no extension
        if (header.getCriticalParams() != null) {
            return Optional.of("it has critical header parameters");
        }
        return Optional.empty();
    }

    /** RFC 7515 section 4.1.9: the prefix may be left out, and case does not matter. */
    private static String type(JOSEObjectType type) {
        return type == null
                ? Provider.NO_TYPE
                : type.getType().toLowerCase(Locale.ROOT).replaceFirst("^application/", "");
    }

    private Optional<String> claimsDefect(TokenClaims claims, JWSHeader header) {
        if (!claims.string("iss").equals(Optional.of(issuer))) {
            return Optional.of("its iss is not " + provider.key("issuer"));
        }
        if (!claims.isFor(audiences, provider.audience())) {
            return Optional.of("its aud is neither mcp.auth.resource nor one of " + provider.key("audience"));
        }
        Optional<String> kind = claims.defectOfKind(type(header.getType()).equals(ACCESS_TOKEN_TYPE));
        if (kind.isPresent()) {
            return kind;
        }
        if (claims.subject().isEmpty()) {
            return Optional.of("it names no caller");
        }
        return claims.untimely(clock.instant(), clockSkew, true);
    }

    /** Keys that the token itself names or brings along (jku, jwk, x5u, x5c) are never looked at. */
    private boolean isSigned(SignedJWT jwt) throws ProviderUnavailableException {
        for (JWK key : keys.select(JWKMatcher.forJWSHeader(jwt.getHeader()))) {
            if (Signatures.isSignedWith(jwt, key)) {
                return true;
            }
        }
        return false;
    }
}
