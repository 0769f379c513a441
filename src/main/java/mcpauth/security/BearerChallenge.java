package mcpauth.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a {@code WWW-Authenticate: Bearer} response header.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750 section 3</a>
 */
final class BearerChallenge {
    /** What may stand between the quotes without escaping: RFC 6750 section 3. */
    private static final Pattern QUOTABLE = Pattern.compile("[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    private final String headerValue;

    private BearerChallenge(List<String> parameters) {
        this.headerValue = "Bearer " + String.join(", ", parameters);
    }

    /**
     * For a request without credentials: no error code, only what to ask for.
     *
     * @param resourceMetadata where the metadata of the protected resource is; null in the delegated mode
     */
    static BearerChallenge missingToken(@Nullable String resourceMetadata, Collection<String> scopes) {
        List<String> parameters = resourceMetadata(resourceMetadata);
        parameters.add(scope(scopes));
        return new BearerChallenge(parameters);
    }

    /**
     * For a request whose credentials were refused.
     *
     * @param resourceMetadata where the metadata of the protected resource is; null in the delegated mode
     * @param description a fixed sentence
     * @param scopes what to ask for; not empty
     */
    static BearerChallenge refusal(
            @Nullable String resourceMetadata, BearerError error, String description, Collection<String> scopes) {
        List<String> parameters = resourceMetadata(resourceMetadata);
        parameters.add(parameter("error", error.code()));
        parameters.add(parameter("error_description", description));
        parameters.add(scope(scopes));
        return new BearerChallenge(parameters);
    }

    /** RFC 9728 section 5.1. First: some clients look no further. */
    private static List<String> resourceMetadata(@Nullable String url) {
        List<String> parameters = new ArrayList<>();
        if (url != null) {
            parameters.add(parameter("resource_metadata", url));
        }
        return parameters;
    }

    String headerValue() {
        return headerValue;
    }

    private static String scope(Collection<String> scopes) {
        return parameter("scope", String.join(" ", scopes));
    }

    private static String parameter(String name, String value) {
        if (!QUOTABLE.matcher(value).matches()) {
            throw new IllegalArgumentException(name + " has characters that a challenge cannot carry");
        }
        return name + "=\"" + value + "\"";
    }
}
