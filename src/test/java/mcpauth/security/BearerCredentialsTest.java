package mcpauth.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mcpauth.security.BearerCredentials.Absent;
import mcpauth.security.BearerCredentials.Malformed;
import mcpauth.security.BearerCredentials.Present;
import mcpauth.token.BearerToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BearerCredentialsTest {
    private static final Malformed BAD_CHARACTERS =
            new Malformed("The token has characters that a bearer token cannot have");
    private static final Malformed IN_QUERY =
            new Malformed("Send the access token in the Authorization header, never in the query");

    @ParameterizedTest
    @ValueSource(strings = {"Bearer abc", "bearer abc", "BEARER abc", "Bearer   abc", " Bearer abc "})
    void schemeIsCaseInsensitiveAndSpacesAreThoseOfTheGrammar(String header) {
        assertThat(BearerCredentials.parse(List.of(header), null)).isEqualTo(new Present(new BearerToken("abc")));
    }

    @Test
    void everyCharacterOfB64TokenIsAccepted() {
        String token = "AZaz09-._~+/==";
        assertThat(BearerCredentials.parse(List.of("Bearer " + token), "a=b"))
                .isEqualTo(new Present(new BearerToken(token)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic abc", "Bearerabc", "Bearer\tabc", "", "abc", "Bearer:abc"})
    void otherSchemesAreNoCredentials(String header) {
        assertThat(BearerCredentials.parse(List.of(header), null)).isEqualTo(new Absent());
    }

    @Test
    void noHeaderIsNoCredential() {
        assertThat(BearerCredentials.parse(List.of(), null)).isEqualTo(new Absent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "bearer    "})
    void schemeWithoutATokenIsMalformed(String header) {
        assertThat(BearerCredentials.parse(List.of(header), null))
                .isEqualTo(new Malformed("The Authorization header has no token behind Bearer"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer a b",
                "Bearer a,b",
                "Bearer =",
                "Bearer a=b",
                "Bearer \"a\"",
                "Bearer a, Bearer b",
                "Bearer é"
            })
    void otherCharactersAreMalformed(String header) {
        assertThat(BearerCredentials.parse(List.of(header), null)).isEqualTo(BAD_CHARACTERS);
    }

    @Test
    void twoHeadersAreMalformedEvenIfEqual() {
        assertThat(BearerCredentials.parse(List.of("Bearer a", "Bearer a"), null))
                .isEqualTo(new Malformed("Send one Authorization header"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"access_token=abc", "a=b&access_token=abc", "access_token", "access_token&a", "access_token="})
    void tokenInTheQueryIsMalformedWithAndWithoutAHeader(String query) {
        assertThat(BearerCredentials.parse(List.of(), query)).isEqualTo(IN_QUERY);
        assertThat(BearerCredentials.parse(List.of("Bearer abc"), query)).isEqualTo(IN_QUERY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xaccess_token=abc", "access_tokens=abc", "a=access_token", "sessionId=1"})
    void otherParametersAreNoToken(String query) {
        assertThat(BearerCredentials.parse(List.of(), query)).isEqualTo(new Absent());
    }
}
