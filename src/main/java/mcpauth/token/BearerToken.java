package mcpauth.token;

import java.util.regex.Pattern;

/**
 * An access token as a client presents it. Never prints itself.
 *
 * @param value the {@code b64token} of <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750 section
 *     2.1</a>, so safe to be sent in a header; not empty
 */
public record BearerToken(String value) {
    private static final Pattern B64_TOKEN = Pattern.compile("[A-Za-z0-9\\-._~+/]+=*");

    /** Refuses anything but a {@code b64token}. */
    public BearerToken {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a b64token");
        }
    }

    /** Whether the value consists of the characters a bearer token may have. */
    public static boolean isWellFormed(String value) {
        return B64_TOKEN.matcher(value).matches();
    }

    @Override
    public String toString() {
        return "BearerToken[" + value.length() + " characters]";
    }
}
