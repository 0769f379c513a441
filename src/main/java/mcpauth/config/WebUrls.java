package mcpauth.config;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which URLs a token, or the trust in one, may travel to. */
public final class WebUrls {
    private WebUrls() {}

    /** Whether it is an absolute URL of https, or of http on this machine, where nobody listens in. */
    public static boolean isSecure(URI url) {
        return url.getHost() != null
                && ("https".equalsIgnoreCase(url.getScheme())
                        || ("http".equalsIgnoreCase(url.getScheme()) && isLoopback(url.getHost())));
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null
                && (host.toLowerCase(Locale.ROOT).equals("localhost")
                        || host.matches("127(\\.\\d{1,3}){3}")
                        || host.equals("[::1]"));
    }
}
