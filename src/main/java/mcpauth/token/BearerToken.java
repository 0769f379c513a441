package mcpauth.token;

/**
 * An access token as a client presents it. Never prints itself.
 *
 * @param value the {@code b64token} of <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750 section
 *     2.1</a>, so safe to be sent in a header; not empty
 */
public record BearerToken(String value) {
    /** Refuses anything but a {@code b64token}. */
    public BearerToken {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a b64token");
        }
    }

    /** Whether the value consists of the characters a bearer token may have. */
    public static boolean isWellFormed(String value) {
        int length = value.length();
        int end = 0;
        while (end < length && isTokenCharacter(value.charAt(end))) {
            end++;
        }
        boolean hasCharacters = end > 0;
        while (end < length && value.charAt(end) == '=') {
            end++;
        }
        return hasCharacters && end == length;
    }

    /** By hand, as each request comes here: {@code 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="}. */
    private static boolean isTokenCharacter(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || "-._~+/".indexOf(character) >= 0;
    }

    @Override
    public String toString() {
        return "BearerToken[" + value.length() + " characters]";
    }
}
