package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.InsufficientScope;
import mcpauth.token.TokenVerification.Rejected;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How real providers refuse a token at userinfo. */
final class TokenRefusalTest {
    private static final Rejected REJECTED = new Rejected("the userinfo endpoint refused the token");

    private static TokenVerification refusal(int status, @Nullable String challenge, String body) {
        Answer answer = new Answer(status, "application/json", challenge, null, body);
        assertThat(TokenRefusal.isRefusal(answer)).isTrue();
        return TokenRefusal.of(answer).verification();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                // Keycloak, oidc-provider and Logto
                "403 | Bearer realm=\"a\", error=\"insufficient_scope\", error_description=\"Missing openid scope\" | ''",
                "403 | Bearer realm=\"a\", error=\"insufficient_scope\", scope=\"openid\" | {}",
                // Spring Authorization Server
                "403 | none | {\"error\":\"insufficient_scope\"}",
                // Open Liberty's provider
                "400 | Bearer realm=a, error=invalid_request, error_description=x, scope=openid | ''",
                // better-auth
                "400 | none | {\"error\":\"invalid_scope\",\"error_description\":\"Missing required scope\"}",
                "401 | Bearer ERROR = \"insufficient_scope\" | <html>",
                "403 | Bearer | {\"error\":\"insufficient_scope\",\"scope\":\"openid\"}"
            })
    void tokenWithoutOpenidLacksAScope(int status, @Nullable String challenge, String body) {
        assertThat(refusal(status, challenge, body)).isEqualTo(new InsufficientScope(Set.of("openid")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "401 | Bearer realm=\"a\", error=\"invalid_token\", scope=\"openid\" | ''",
                "401 | none | ''",
                "401 | Bearer error=invalid_token | {\"error\":\"insufficient_scope\"}",
                "400 | Bearer error=\"invalid_request\" | {}",
                "400 | none | {\"error\":\"invalid_request\"}",
                "403 | none | {\"error\":\"forbidden\"}",
                "403 | none | not JSON",
                "403 | Bearer error_description=\"error=insufficient_scope\" | {}",
                "403 | Bearer error_description=\"\\\", error=insufficient_scope\" | {}"
            })
    void anyOtherRefusalIsOfABadToken(int status, @Nullable String challenge, String body) {
        assertThat(refusal(status, challenge, body)).isEqualTo(REJECTED);
    }

    @Test
    void scopesThatAreNamedArePassedOn() {
        assertThat(refusal(403, "Bearer error=\"insufficient_scope\", scope=\"openid a:b\"", ""))
                .isEqualTo(new InsufficientScope(Set.of("openid", "a:b")));
    }

    @Test
    void scopesThatAHeaderCannotCarryAreNotRepeated() {
        String tooLong = "a".repeat(60_000);
        for (String scope : new String[] {tooLong, "open\u00efd", "a\\\"b"}) {
            assertThat(refusal(403, "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"", ""))
                    .isEqualTo(new InsufficientScope(Set.of("openid")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 304, 404, 405, 406, 429, 500, 502, 503})
    void anyOtherStatusSaysNothingOfTheToken(int status) {
        assertThat(TokenRefusal.isRefusal(new Answer(status, "", null, null, "")))
                .isFalse();
    }
}
