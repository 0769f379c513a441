package mcpauth.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells one version of a document from another: the opaque part of an entity tag (RFC 9110 section 8.8.3). */
public final class ContentHash {
    private ContentHash() {}

    /** The SHA-256 of the bytes, in hexadecimal digits. */
    public static String of(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
