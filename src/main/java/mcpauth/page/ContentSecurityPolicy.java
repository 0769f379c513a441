package mcpauth.page;

import java.net.URI;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The value of a {@code Content-Security-Policy} header.
 *
 * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy Level 3</a>
 */
final class ContentSecurityPolicy {
    /** For what is no page. */
    static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    private ContentSecurityPolicy() {}

    /**
     * For the page: its own files, and requests to those that the sign-in needs.
     *
     * @param asked absolute URLs of http or https
     */
    static String ofPage(Collection<URI> asked) {
        String origins = Stream.concat(Stream.of("'self'"), asked.stream().map(ContentSecurityPolicy::origin))
                .distinct()
                .collect(Collectors.joining(" "));
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src " + origins
                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    }

    /** Host and port are what a URI may have there: no space, no semicolon, no quote. */
    private static String origin(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
