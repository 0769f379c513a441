package mcpauth.oidc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import mcpauth.token.BearerToken;

/**
 * The SHA-256 of a token: stands for it where tokens must not be kept. Two tokens that differ have, for all that is known,
 * no hash in common.
 */
record TokenHash(long first, long second, long third, long fourth) {

    static TokenHash of(BearerToken token) {
        try {
            // the same bytes as in US_ASCII, for which Java 17 takes four times as long
            ByteBuffer hash = ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(token.value().getBytes(StandardCharsets.UTF_8)));
            return new TokenHash(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
