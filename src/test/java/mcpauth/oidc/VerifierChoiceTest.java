package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mcpauth.testing.TokenForge;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.InsufficientScope;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who judges a token, and who never gets to see it. */
final class VerifierChoiceTest {
    private static final String ISSUER = "https://a.example";
    private static final TokenVerification REJECTED = new Rejected("no");
    private static final TokenVerification UNAVAILABLE = new Unavailable("down", Duration.ofSeconds(5));

    private final List<String> asked = new ArrayList<>();

    private TokenVerifier answering(String name, TokenVerification answer) {
        return token -> {
            asked.add(name);
            return answer;
        };
    }

    private static Verified verified(String subject) {
        return new Verified(
                ISSUER, Json.createObjectBuilder().add("sub", subject).build(), Set.of("read"));
    }

    private static BearerToken token(String value) {
        return new BearerToken(value);
    }

    /** A reader that is more lenient than ours may take some of these for JWTs. */
    @ParameterizedTest
    @ValueSource(strings = {"a.b.c", "a.b.c.d.e", "..", "a..b", "eyJhbGciOiJub25lIn0.e30.", "a.b.c=", "x.y/z.~"})
    void whatLooksLikeAJwtIsNeverShownToUserinfo(String value) {
        TokenVerifier auto = new AutoTokenVerifier(answering("jwt", REJECTED), answering("userinfo", verified("a")));
        assertThat(auto.verify(token(value))).isEqualTo(REJECTED);
        assertThat(asked).containsExactly("jwt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hNGpSIXWAmIA", "a.b", "ya29.a0Af_bwByXm9"})
    void opaqueTokenIsNeverJudgedByKeys(String value) {
        TokenVerifier auto = new AutoTokenVerifier(answering("jwt", verified("a")), answering("opaque", REJECTED));
        assertThat(auto.verify(token(value))).isEqualTo(REJECTED);
        assertThat(asked).containsExactly("opaque");
    }

    @Test
    void jwtInAnotherSpellingIsRefusedBeforeAnybodyIsAsked() {
        String jwt = "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhIn0.c2ln-w";
        TokenVerifier verifier = new CanonicalTokenVerifier(answering("any", verified("a")));
        assertThat(verifier.verify(token(jwt))).isEqualTo(verified("a"));
        assertThat(verifier.verify(token("v4.local.x9/+"))).isEqualTo(verified("a"));
        asked.clear();
        for (String other : new String[] {
            jwt + "==", jwt.replace('-', '+'), jwt.replaceFirst("w$", "x"), jwt.replaceFirst("In0", "In1"), jwt + "~"
        }) {
            assertThat(verifier.verify(token(other))).as(other).isInstanceOf(Rejected.class);
        }
        assertThat(asked).isEmpty();
    }

    private TokenVerifier several(TokenVerification first, TokenVerification second) {
        Map<String, TokenVerifier> verifiers = new LinkedHashMap<>();
        verifiers.put("https://a.example", answering("first", first));
        verifiers.put("https://b.example", answering("second", second));
        return new SeveralProvidersTokenVerifier(verifiers);
    }

    private static String jwtOf(String issuer) {
        return new TokenForge(issuer, "https://mcp.example/mcp", Instant.now()).token();
    }

    @Test
    void jwtIsJudgedByTheProviderItNamesAlone() {
        TokenVerifier several = several(verified("a"), REJECTED);
        assertThat(several.verify(token(jwtOf("https://b.example")))).isEqualTo(REJECTED);
        assertThat(asked).containsExactly("second");
    }

    @Test
    void jwtOfAnotherIssuerIsShownToNobody() {
        TokenVerifier several = several(verified("a"), verified("b"));
        assertThat(several.verify(token(jwtOf("https://evil.example")))).isInstanceOf(Rejected.class);
        assertThat(several.verify(token("a.b.c"))).isInstanceOf(Rejected.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void opaqueTokenIsShownToEachUntilOneKnowsIt() {
        assertThat(several(REJECTED, verified("b")).verify(token("opaque"))).isEqualTo(verified("b"));
        assertThat(asked).containsExactly("first", "second");
        asked.clear();
        assertThat(several(verified("a"), verified("b")).verify(token("opaque")))
                .isEqualTo(verified("a"));
        assertThat(asked).containsExactly("first");
    }

    @Test
    void providerThatCannotBeAskedLeavesTheMatterOpenUnlessAnotherKnows() {
        assertThat(several(UNAVAILABLE, REJECTED).verify(token("opaque"))).isEqualTo(UNAVAILABLE);
        assertThat(several(UNAVAILABLE, verified("b")).verify(token("opaque"))).isEqualTo(verified("b"));
        assertThat(several(REJECTED, REJECTED).verify(token("opaque"))).isInstanceOf(Rejected.class);
    }

    @Test
    void tooLittleScopeIsAnAnswer() {
        InsufficientScope insufficient = new InsufficientScope(Set.of("openid"));
        assertThat(several(insufficient, verified("b")).verify(token("opaque"))).isEqualTo(insufficient);
    }

    @Test
    void userinfoAddsWhatTheTokenDoesNotSay() {
        JsonObject said = Json.createObjectBuilder()
                .add("sub", "a")
                .add("email", "evil@example.com")
                .add("name", "Alice")
                .add("aud", "https://other.example")
                .build();
        JsonObject inToken = Json.createObjectBuilder()
                .add("sub", "a")
                .add("email", "a@example.com")
                .add("aud", "https://mcp.example/mcp")
                .build();
        TokenVerification verification = new UserInfoClaims(
                        answering("jwt", new Verified(ISSUER, inToken, Set.of("read"))),
                        answering("userinfo", new Verified(ISSUER, said, Set.of())))
                .verify(token("t"));
        assertThat(verification)
                .isEqualTo(new Verified(
                        ISSUER,
                        Json.createObjectBuilder(inToken).add("name", "Alice").build(),
                        Set.of("read")));
    }

    @Test
    void userinfoOfAnotherUserIsNeverMixedIn() {
        assertThat(new UserInfoClaims(answering("jwt", verified("a")), answering("userinfo", verified("b")))
                        .verify(token("t")))
                .isEqualTo(new Rejected("userinfo knows the token as another user's"));
    }

    @Test
    void userinfoIsNotAskedForATokenThatIsRefused() {
        assertThat(new UserInfoClaims(answering("jwt", REJECTED), answering("userinfo", verified("a")))
                        .verify(token("t")))
                .isEqualTo(REJECTED);
        assertThat(asked).containsExactly("jwt");
    }

    @Test
    void tokenThatUserinfoRefusesIsRefused() {
        assertThat(new UserInfoClaims(answering("jwt", verified("a")), answering("userinfo", REJECTED))
                        .verify(token("t")))
                .isInstanceOf(Rejected.class);
        assertThat(new UserInfoClaims(answering("jwt", verified("a")), answering("userinfo", UNAVAILABLE))
                        .verify(token("t")))
                .isEqualTo(UNAVAILABLE);
    }
}
