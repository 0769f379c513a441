package mcpauth.config;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/** Checks the key with which the server signs as a client. Never repeats it. */
final class ClientKeys {
    private static final String EXPECTED = "a private RSA or EC key as JWK in JSON (RFC 7517)";
    private static final String EXAMPLE =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"…\",\"x\":\"…\",\"y\":\"…\",\"d\":\"…\"}";

    private ClientKeys() {}

    static void check(String key, @Nullable String value) {
        if (value == null) {
            throw ConfigurationException.missing(key, EXPECTED, EXAMPLE);
        }
        try {
            JWK jwk = JWK.parse(value);
            if (jwk.isPrivate() && (jwk instanceof RSAKey || jwk instanceof ECKey)) {
                return;
            }
        } catch (ParseException e) {
            // answered below, as any other value that is no such key
        }
        throw ConfigurationException.wrong(key, "(not shown)", EXPECTED, EXAMPLE);
    }
}
