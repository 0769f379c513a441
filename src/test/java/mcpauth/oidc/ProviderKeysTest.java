package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.testing.TokenForge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderKeysTest {
    private static final URI JWKS = URI.create("https://tenant.example/oidc/jwks");
    private static final JWK GOOD = new TokenForge(
                    "https://tenant.example/oidc", "https://mcp.example/mcp", Instant.EPOCH)
            .keys()
            .getKeys()
            .get(0)
            .toPublicJWK();

    private final Set<String> warned = new HashSet<>();

    private List<JWK> parse(String keys) throws ProviderUnavailableException {
        return ProviderKeys.parse(JWKS, new Answer(200, "application/json", null, null, keys), warned)
                .getKeys();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kid\":\"odd\",\"kty\":\"EC\",\"crv\":\"P-999\",\"x\":\"AA\",\"y\":\"AA\"}",
                "{\"kid\":\"odd\",\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"}",
                "{\"kid\":\"odd\",\"kty\":\"RSA\",\"e\":\"AQAB\"}",
                "{\"kid\":\"odd\",\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"use\":\"sig\",\"key_ops\":[\"encrypt\"]}",
                "{\"kid\":\"odd\",\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"x5c\":[\"no certificate\"]}",
                "{\"kid\":\"odd\",\"kty\":42}",
                "{\"kid\":\"odd\"}"
            })
    void keyThatIsNotUnderstoodIsIgnoredAndNamedOnce(String odd) throws ProviderUnavailableException {
        String keys = "{\"keys\":[" + odd + "," + GOOD.toJSONString() + "]}";
        assertThat(parse(keys)).containsExactly(GOOD);
        assertThat(parse(keys)).containsExactly(GOOD);
        assertThat(warned).containsExactly("odd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "42", "\"key\"", "[]"})
    void elementThatIsNoObjectIsIgnored(String odd) throws ProviderUnavailableException {
        assertThat(parse("{\"keys\":[" + odd + "," + GOOD.toJSONString() + "]}"))
                .containsExactly(GOOD);
    }

    @Test
    void nameOfAKeyCannotForgeLinesOfTheLog() throws ProviderUnavailableException {
        parse("{\"keys\":[{\"kid\":\"a\\nb" + "c".repeat(5000) + "\",\"kty\":\"X\"}," + GOOD.toJSONString() + "]}");
        assertThat(warned).containsExactly("a?b" + "c".repeat(97) + "…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "{}", "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[{\"kty\":\"X\"}]}", "<p>"
            })
    void setWithoutAnyKeyThatCanBeUsedIsAnOutage(String keys) {
        assertThatThrownBy(() -> parse(keys)).isInstanceOf(ProviderUnavailableException.class);
    }
}
