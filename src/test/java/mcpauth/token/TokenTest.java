package mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Set;
import mcpauth.token.TokenVerification.Verified;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTest {
    @Test
    void tokenNeverPrintsItself() {
        assertThat(new BearerToken("secret")).hasToString("BearerToken[6 characters]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\r\nb", "=", "a=b", "ü"})
    void whatIsNoB64TokenIsRefusedWithoutRepeatingIt(String value) {
        assertThatThrownBy(() -> new BearerToken(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a b64token");
    }

    @Test
    void verifiedTokenNeedsASubject() {
        for (JsonValue subject : new JsonValue[] {
            JsonValue.NULL, JsonValue.TRUE, Json.createValue(""), Json.createValue("  "), Json.createValue(1)
        }) {
            JsonObject claims = Json.createObjectBuilder().add("sub", subject).build();
            assertThatThrownBy(() -> new Verified("https://issuer.example", claims, Set.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Verified("https://issuer.example", JsonValue.EMPTY_JSON_OBJECT, Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void verifiedTokenDoesNotPrintItsClaims() {
        JsonObject claims = Json.createObjectBuilder().add("sub", "alice").build();
        assertThat(new Verified("https://issuer.example", claims, Set.of()))
                .hasToString("Verified[issuer=https://issuer.example]");
    }
}
