package mcpauth.security;

import java.util.List;
import java.util.regex.Pattern;
import mcpauth.token.BearerToken;
import org.jspecify.annotations.Nullable;

/**
 * What a request carries as bearer credentials: exactly one of the kinds below.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750 section 2.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2">RFC 9110 section 11.6.2</a>
 */
sealed interface BearerCredentials {
    /** No authentication information, or of a scheme that is not supported. */
    record Absent() implements BearerCredentials {}

    /** A credential was given, but not as the specifications have it; the sentence tells the client what is wrong. */
    record Malformed(String description) implements BearerCredentials {}

    /** One well-formed token. */
    record Present(BearerToken token) implements BearerCredentials {}

    /** RFC 6750 section 2.3; never accepted, as URLs end in logs. */
    Pattern QUERY_TOKEN = Pattern.compile("(?:^|&)access_token(?:=|&|$)");

    /**
     * The credentials of a request.
     *
     * @param authorizationHeaders every Authorization header of the request
     * @param queryString the raw query; null for none
     */
    static BearerCredentials parse(List<String> authorizationHeaders, @Nullable String queryString) {
        if (queryString != null && QUERY_TOKEN.matcher(queryString).find()) {
            return new Malformed("Send the access token in the Authorization header, never in the query");
        }
        if (authorizationHeaders.isEmpty()) {
            return new Absent();
        }
        if (authorizationHeaders.size() > 1) {
            return new Malformed("Send one Authorization header");
        }
        return parse(authorizationHeaders.get(0).strip());
    }

    private static BearerCredentials parse(String header) {
        // RFC 9110 section 11.4: credentials = auth-scheme [ 1*SP ( token68 / … ) ]
        int space = header.indexOf(' ');
        String scheme = space < 0 ? header : header.substring(0, space);
        if (!scheme.equalsIgnoreCase("Bearer")) {
            return new Absent();
        }
        String token = header.substring(scheme.length());
        token = token.substring(firstNonSpace(token));
        if (token.isEmpty()) {
            return new Malformed("The Authorization header has no token behind Bearer");
        }
        if (!BearerToken.isWellFormed(token)) {
            return new Malformed("The token has characters that a bearer token cannot have");
        }
        return new Present(new BearerToken(token));
    }

    private static int firstNonSpace(String text) {
        int index = 0;
        while (index < text.length() && text.charAt(index) == ' ') {
            index++;
        }
        return index;
    }
}
