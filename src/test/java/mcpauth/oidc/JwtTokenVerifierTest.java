package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import mcpauth.config.Provider;
import mcpauth.config.Verification;
import mcpauth.testing.TokenForge;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerification.Verified;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtTokenVerifierTest {
    private static final String ISSUER = "https://tenant.example/oidc";
    private static final String RESOURCE = "https://mcp.example/mcp";
    private static final Instant NOW = Instant.ofEpochSecond(1_795_459_904L);
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(30);
    private static final TokenForge FORGE = new TokenForge(ISSUER, RESOURCE, NOW);

    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private volatile boolean down;
    private volatile JWKSet published = FORGE.keys();

    private JwtTokenVerifier verifier(Set<String> audience, Set<String> types, Instant now) {
        Provider provider = new Provider(
                "mcp.auth.",
                URI.create(ISSUER),
                Verification.JWT,
                audience,
                null,
                false,
                Set.of("ES384", "ES256", "RS256", "RS512", "PS256", "EdDSA", "Ed25519"),
                types);
        Remembered<JWKSet> keys = new Remembered<>(
                () -> {
                    fetches.incrementAndGet();
                    if (down) {
                        throw new ProviderUnavailableException("down");
                    }
                    return published;
                },
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                new Waiters(4, nanos::get),
                nanos::get);
        return new JwtTokenVerifier(
                provider,
                Stream.concat(audience.stream(), Stream.of(RESOURCE)).collect(java.util.stream.Collectors.toSet()),
                new ProviderKeys(keys, REFRESH_INTERVAL),
                SKEW,
                InstantSource.fixed(now));
    }

    private TokenVerification verify(String token) {
        return verify(token, NOW);
    }

    private TokenVerification verify(String token, Instant now) {
        return verifier(Set.of(), Set.of("at+jwt", "JWT"), now).verify(new BearerToken(token));
    }

    private static String reason(TokenVerification verification) {
        assertThat(verification).isInstanceOf(Rejected.class);
        return ((Rejected) verification).reason();
    }

    @Test
    void tokenThatIsRightIsItsUsers() {
        TokenVerification verification = verify(FORGE.token());
        assertThat(verification)
                .isEqualTo(new Verified(
                        ISSUER,
                        "ft4t57nlza88",
                        FORGE.claims().build(),
                        Set.of("openid", "profile", "email"),
                        NOW.plusSeconds(3600)));
        assertThat(((Verified) verification).scopes()).containsExactly("openid", "profile", "email");
    }

    @Test
    void eachAsymmetricAlgorithmIsKnown() {
        Map<String, String> tokens = FORGE.ofEachAlgorithm();
        assertThat(tokens).hasSize(7);
        tokens.forEach(
                (algorithm, token) -> assertThat(verify(token)).as(algorithm).isInstanceOf(Verified.class));
    }

    @Test
    void algorithmOutsideOfTheSettingIsRefused() {
        Provider provider = new Provider(
                "mcp.auth.",
                URI.create(ISSUER),
                Verification.JWT,
                Set.of(),
                null,
                false,
                Set.of("RS256"),
                Set.of("at+jwt"));
        JwtTokenVerifier verifier = new JwtTokenVerifier(
                provider,
                Set.of(RESOURCE),
                new ProviderKeys(
                        new Remembered<>(() -> published, SKEW, SKEW, new Waiters(4, nanos::get), nanos::get),
                        REFRESH_INTERVAL),
                SKEW,
                InstantSource.fixed(NOW));
        assertThat(reason(verifier.verify(new BearerToken(FORGE.token()))))
                .isEqualTo("the JWT is refused: its alg is not one of mcp.auth.algorithms");
    }

    static Stream<Arguments> forgeries() {
        String unsigned = "none of the provider's keys has signed it";
        Map<String, String> reasons = Map.of(
                "alg none", "it is not a signed JWT",
                "HMAC with the public key", "its alg is not one of mcp.auth.algorithms",
                "no signature", "it is not a signed JWT");
        return FORGE.forgeries().entrySet().stream()
                .map(forgery -> Arguments.of(
                        forgery.getKey(), forgery.getValue(), reasons.getOrDefault(forgery.getKey(), unsigned)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void forgeryIsRefused(String name, String token, String reason) {
        assertThat(reason(verify(token))).as(name).isEqualTo("the JWT is refused: " + reason);
    }

    static Stream<Arguments> wrongClaims() {
        String audience = "its aud is neither mcp.auth.resource nor one of mcp.auth.audience";
        String issuer = "its iss is not mcp.auth.issuer";
        String nobody = "it names no caller";
        String bound = "it is bound to a key (cnf), so it is no bearer token";
        String idToken = "it is an ID token or another token that is no access token";
        return Stream.of(
                wrong(claims -> claims.add("aud", "https://other.example/mcp"), audience),
                wrong(claims -> claims.add("aud", RESOURCE + "/"), audience),
                wrong(claims -> claims.remove("aud"), audience),
                wrong(claims -> claims.add("aud", Json.createObjectBuilder().add(RESOURCE, true)), audience),
                wrong(
                        claims -> claims.add(
                                "aud", Json.createArrayBuilder().add(RESOURCE).add(7)),
                        audience),
                wrong(claims -> claims.add("iss", "https://other.example/oidc"), issuer),
                wrong(claims -> claims.add("iss", ISSUER + "/"), issuer),
                wrong(claims -> claims.add("iss", "https://tenаnt.example/oidc"), issuer),
                wrong(claims -> claims.add("iss", Json.createArrayBuilder().add(ISSUER)), issuer),
                wrong(claims -> claims.remove("iss"), issuer),
                wrong(claims -> claims.add("sub", 7), nobody),
                wrong(claims -> claims.add("sub", " "), nobody),
                wrong(claims -> claims.remove("sub").remove("client_id"), nobody),
                wrong(claims -> claims.remove("sub").add("sid", "x"), nobody),
                wrong(claims -> claims.remove("sub").add("preferred_username", "alice"), nobody),
                wrong(claims -> claims.remove("exp"), "it has no exp"),
                wrong(claims -> claims.add("exp", "4102444800"), "exp is not a number"),
                wrong(claims -> claims.add("nbf", true), "nbf is not a number"),
                wrong(claims -> claims.add("iat", "now"), "iat is not a number"),
                wrong(claims -> claims.add("at_hash", "x"), idToken),
                wrong(claims -> claims.add("nonce", "x"), idToken),
                wrong(claims -> claims.add("typ", "ID"), idToken),
                wrong(claims -> claims.add("typ", "Refresh"), idToken),
                wrong(claims -> claims.add("token_use", "id"), idToken),
                wrong(claims -> claims.add("token_use", "refresh_token"), idToken),
                wrong(claims -> claims.add("use", "id_token"), idToken),
                wrong(claims -> claims.add("c_hash", "x"), idToken),
                wrong(claims -> claims.add("typ", "Offline"), idToken),
                wrong(claims -> claims.add("cnf", Json.createObjectBuilder().add("jkt", "x")), bound),
                wrong(claims -> claims.add("cnf", Json.createObjectBuilder().add("x5t#S256", "x")), bound));
    }

    private static Arguments wrong(UnaryOperator<JsonObjectBuilder> change, String reason) {
        return Arguments.of(FORGE.token(change), reason);
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void wrongClaimIsRefusedAlthoughTheProviderSignedIt(String token, String reason) {
        assertThat(reason(verify(token))).isEqualTo("the JWT is refused: " + reason);
        assertThat(fetches).as("nobody is asked for keys").hasValue(0);
    }

    @Test
    void typeOfAnotherTokenOrNoneIsRefused() {
        for (String type : new String[] {"dpop+jwt", "logout+jwt", "JOSE", "id+jwt"}) {
            assertThat(reason(verify(FORGE.token(header -> header.add("typ", type), claims -> claims))))
                    .isEqualTo("the JWT is refused: its typ is not one of mcp.auth.jwt-types");
        }
        String none = FORGE.token(header -> header.remove("typ"), claims -> claims);
        assertThat(reason(verify(none)))
                .endsWith("it has no typ: add \"none\" to mcp.auth.jwt-types if it is an access token");
        assertThat(verifier(Set.of(), Set.of("none"), NOW).verify(new BearerToken(none)))
                .isInstanceOf(Verified.class);
    }

    /** Spring Authorization Server 7.1.2, where the client sent no nonce. */
    @Test
    void idTokenOfASpringProviderIsRefusedWhereItsClientIsAnAudience() {
        JwtTokenVerifier verifier = verifier(Set.of("2k8jswqiorhr"), Set.of("none"), NOW);
        String idToken = FORGE.token(
                header -> header.remove("typ"),
                claims -> claims.remove("client_id")
                        .remove("scope")
                        .add("aud", "2k8jswqiorhr")
                        .add("azp", "2k8jswqiorhr")
                        .add("auth_time", NOW.getEpochSecond())
                        .add("sid", "x"));
        assertThat(reason(verifier.verify(new BearerToken(idToken))))
                .endsWith("it is an ID token or another token that is no access token");
        String accessToken = FORGE.token(
                header -> header.remove("typ"),
                claims -> claims.remove("client_id")
                        .add("aud", "2k8jswqiorhr")
                        .add("scope", Json.createArrayBuilder().add("openid")));
        assertThat(verifier.verify(new BearerToken(accessToken))).isInstanceOf(Verified.class);
    }

    /** Keycloak 26.7.3. */
    @Test
    void accessTokenOfKeycloakHasMembersOfIdTokens() {
        String token = FORGE.token(
                header -> header.add("typ", "JWT"),
                claims -> claims.add("typ", "Bearer")
                        .add("azp", "2k8jswqiorhr")
                        .add("sid", "x")
                        .add("auth_time", NOW.getEpochSecond())
                        .add("acr", "1"));
        assertThat(verify(token)).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "AT+JWT", "application/at+jwt", "JWT"})
    void typeOfAnAccessTokenIsAccepted(String type) {
        assertThat(verify(FORGE.token(header -> header.add("typ", type), claims -> claims)))
                .isInstanceOf(Verified.class);
    }

    @Test
    void criticalHeaderIsRefused() {
        String token = FORGE.token(
                header ->
                        header.add("crit", Json.createArrayBuilder().add("exp")).add("exp", 1),
                claims -> claims);
        assertThat(reason(verify(token))).isEqualTo("the JWT is refused: it has critical header parameters");
    }

    static Stream<Arguments> unreadable() {
        String header = FORGE.header().build().toString();
        String claims = FORGE.claims().build().toString();
        String noObject = "its payload is not a JSON object";
        return Stream.of(
                Arguments.of(FORGE.signed(header, claims.replace("{", "{\"sub\":\"mefx2umquwbs\",")), noObject),
                Arguments.of(FORGE.signed(header, claims.replace("}", ",\"aud\":\"x\"}")), noObject),
                Arguments.of(FORGE.signed(header, "[" + claims + "]"), noObject),
                Arguments.of(FORGE.signed(header, "\"text\""), noObject),
                Arguments.of(FORGE.signed(header, claims + claims), noObject),
                Arguments.of(
                        FORGE.signed(
                                header, claims.replace("{", "{\"x\":" + "[".repeat(5000) + "]".repeat(5000) + ",")),
                        noObject),
                Arguments.of(
                        FORGE.signed(header.replace("{", "{\"alg\":\"ES384\","), claims), "it is not a signed JWT"),
                Arguments.of(
                        FORGE.signed(header.replace("{", "{\"x\":" + "{\"x\":".repeat(5000)), claims),
                        "it is not a signed JWT"),
                Arguments.of("a.b.c", "it is not a signed JWT"),
                Arguments.of("a.b.c.d.e", "it is not a signed JWT"),
                Arguments.of("..", "it is not a signed JWT"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void unreadableTokenIsRefused(String token, String reason) {
        assertThat(reason(verify(token))).isEqualTo("the JWT is refused: " + reason);
    }

    @Test
    void clocksMayDifferByTheSkewAndNoMore() {
        Instant end = NOW.plusSeconds(3600);
        assertThat(verify(FORGE.token(), end.plus(SKEW).minusMillis(1))).isInstanceOf(Verified.class);
        assertThat(reason(verify(FORGE.token(), end.plus(SKEW)))).endsWith("it is expired");
        String later = FORGE.token(claims -> claims.add("nbf", NOW.plus(SKEW).getEpochSecond()));
        assertThat(verify(later)).isInstanceOf(Verified.class);
        assertThat(reason(verify(later, NOW.minusMillis(1)))).endsWith("it is not valid yet");
        String future = FORGE.token(claims -> claims.add("iat", NOW.plus(SKEW).getEpochSecond()));
        assertThat(verify(future)).isInstanceOf(Verified.class);
        assertThat(reason(verify(future, NOW.minusMillis(1)))).endsWith("it was issued in the future");
    }

    @Test
    void hugeNumbersAreNoTrouble() {
        String header = FORGE.header().build().toString();
        String claims = FORGE.claims().build().toString();
        assertThat(verify(FORGE.signed(header, claims.replaceFirst("\"exp\":\\d+", "\"exp\":1e99999"))))
                .isInstanceOf(Verified.class);
        assertThat(reason(verify(FORGE.signed(header, claims.replaceFirst("\"exp\":\\d+", "\"exp\":-1e99999")))))
                .endsWith("it is expired");
    }

    @Test
    void clientThatActsForItselfIsToldApartFromUsers() {
        Verified verified = (Verified) verify(FORGE.token(claims -> claims.remove("sub")));
        assertThat(verified.subject()).isEqualTo("client_id:2k8jswqiorhr");
        assertThat(verified.claims().containsKey("sub")).isFalse();
    }

    @Test
    void tokenWithoutAnAudienceIsAcceptedOfClientsThatAreListed() {
        String token = FORGE.token(claims -> claims.remove("aud"));
        JwtTokenVerifier verifier = verifier(Set.of("2k8jswqiorhr"), Set.of("at+jwt"), NOW);
        assertThat(verifier.verify(new BearerToken(token))).isInstanceOf(Verified.class);
        assertThat(reason(verifier.verify(new BearerToken(
                        FORGE.token(claims -> claims.remove("aud").add("client_id", "other"))))))
                .contains("its aud is neither");
        assertThat(reason(verifier.verify(
                        new BearerToken(FORGE.token(claims -> claims.add("aud", "https://other.example"))))))
                .contains("its aud is neither");
    }

    @Test
    void scopesAreWordsOrAnArray() {
        Verified verified = (Verified) verify(FORGE.token(claims -> claims.remove("scope")
                .add("scp", Json.createArrayBuilder().add("read").add("write"))));
        assertThat(verified.scopes()).containsExactly("read", "write");
    }

    @Test
    void stormOfUnknownKeysAsksOnceInAnInterval() {
        JwtTokenVerifier verifier = verifier(Set.of(), Set.of("at+jwt"), NOW);
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Verified.class);
        nanos.addAndGet(REFRESH_INTERVAL.toNanos());
        for (int i = 0; i < 500; i++) {
            String keyId = "unknown-" + i;
            assertThat(verifier.verify(
                            new BearerToken(FORGE.token(header -> header.add("kid", keyId), claims -> claims))))
                    .isInstanceOf(Rejected.class);
        }
        assertThat(fetches).hasValue(2);
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Verified.class);
    }

    @Test
    void keyThatIsNewIsFound() {
        JwtTokenVerifier verifier = verifier(Set.of(), Set.of("at+jwt"), NOW);
        TokenForge rotated = new TokenForge(ISSUER, RESOURCE, NOW);
        published = new JWKSet(FORGE.keys().getKeyByKeyId("rsa"));
        assertThat(reason(verifier.verify(new BearerToken(rotated.token())))).contains("none of the provider's keys");
        published = rotated.keys();
        nanos.addAndGet(REFRESH_INTERVAL.toNanos());
        assertThat(verifier.verify(new BearerToken(rotated.token()))).isInstanceOf(Verified.class);
    }

    @Test
    void providerThatIsDownLeavesItsKeysInForceForABoundedTime() {
        JwtTokenVerifier verifier = verifier(Set.of(), Set.of("at+jwt"), NOW);
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Verified.class);
        down = true;
        nanos.addAndGet(Duration.ofMinutes(69).toNanos());
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Verified.class);
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Unavailable.class);
    }

    @Test
    void unknownKeyOfAProviderThatIsDownIsNoRefusal() {
        JwtTokenVerifier verifier = verifier(Set.of(), Set.of("at+jwt"), NOW);
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Verified.class);
        down = true;
        nanos.addAndGet(REFRESH_INTERVAL.toNanos());
        assertThat(verifier.verify(new BearerToken(FORGE.token(header -> header.add("kid", "new"), claims -> claims))))
                .isInstanceOf(Unavailable.class);
        assertThat(verifier.verify(new BearerToken(FORGE.token()))).isInstanceOf(Verified.class);
    }

    @Test
    void providerThatWasNeverReachedIsUnavailable() {
        down = true;
        assertThat(verify(FORGE.token())).isEqualTo(new Unavailable("down", ProviderUnavailableException.RETRY_AFTER));
    }
}
