package mcpauth.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BearerChallengeTest {
    @Test
    void missingTokenCarriesNoErrorCode() {
        assertThat(BearerChallenge.missingToken(null, List.of("openid", "profile", "email"))
                        .headerValue())
                .isEqualTo("Bearer scope=\"openid profile email\"");
    }

    @Test
    void refusalNamesCodeDescriptionAndScope() {
        assertThat(BearerChallenge.refusal(null, BearerError.INVALID_TOKEN, "It is not valid", List.of("openid"))
                        .headerValue())
                .isEqualTo("Bearer error=\"invalid_token\", error_description=\"It is not valid\", scope=\"openid\"");
    }

    @Test
    void metadataOfTheProtectedResourceComesFirst() {
        String url = "https://mcp.example/.well-known/oauth-protected-resource/mcp";
        assertThat(BearerChallenge.missingToken(url, List.of("openid")).headerValue())
                .isEqualTo("Bearer resource_metadata=\"" + url + "\", scope=\"openid\"");
        assertThat(BearerChallenge.refusal(url, BearerError.INSUFFICIENT_SCOPE, "No", List.of("a", "b"))
                        .headerValue())
                .isEqualTo("Bearer resource_metadata=\"" + url
                        + "\", error=\"insufficient_scope\", error_description=\"No\", scope=\"a b\"");
    }

    @Test
    void codesHaveTheStatusOfTheirSpecification() {
        assertThat(BearerError.values())
                .extracting(BearerError::code, BearerError::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("invalid_request", 400),
                        org.assertj.core.groups.Tuple.tuple("invalid_token", 401),
                        org.assertj.core.groups.Tuple.tuple("insufficient_scope", 403));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\r\nSet-Cookie: b", "é", ""})
    void whatCannotBeQuotedIsRefused(String description) {
        assertThatThrownBy(
                        () -> BearerChallenge.refusal(null, BearerError.INVALID_TOKEN, description, List.of("openid")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("error_description has characters that a challenge cannot carry");
    }
}
