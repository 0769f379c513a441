package mcpauth.config;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/** Checks the key with which the server signs as a client. Never repeats it. */
final class ClientKeys {
    private static final String EXPECTED =
            "a private EC key, or RSA key of 2048 bits or more, as JWK in JSON (RFC 7517)";
    private static final String EXAMPLE =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"…\",\"x\":\"…\",\"y\":\"…\",\"d\":\"…\"}";

    /** RFC 7518 section 3.3. */
    private static final int MIN_RSA_BITS = 2048;

    private ClientKeys() {}

    static void check(String key, @Nullable String value) {
        if (value == null) {
            throw ConfigurationException.missing(key, EXPECTED, EXAMPLE);
        }
        try {
            JWK jwk = JWK.parse(value);
            if (jwk.isPrivate() && (jwk instanceof ECKey || (jwk instanceof RSAKey && jwk.size() >= MIN_RSA_BITS))) {
                return;
            }
        } catch (ParseException e) {
            // answered below, as any other value that is no such key
        }
        throw ConfigurationException.wrong(key, "(not shown)", EXPECTED, EXAMPLE);
    }
}
