package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import mcpauth.token.BearerToken;
import org.junit.jupiter.api.Test;

final class TokenHashTest {
    /** FIPS 180-2, appendix B.1. */
    @Test
    void itIsTheSha256OfTheToken() {
        assertThat(TokenHash.of(new BearerToken("abc")))
                .isEqualTo(new TokenHash(
                        0xba7816bf8f01cfeaL, 0x414140de5dae2223L, 0xb00361a396177a9cL, 0xb410ff61f20015adL));
    }
}
