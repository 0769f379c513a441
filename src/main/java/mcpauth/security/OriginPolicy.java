package mcpauth.security;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mcpauth.config.McpAuthConfig;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may ask, and under which names the server may be asked: a page of an attacker whose host name leads to
 * this server's address (DNS rebinding) has neither. Loopback and the public URL are always allowed.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning">MCP
 *     2025-11-25, Transports, security warning</a>
 */
final class OriginPolicy {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern WEB_ORIGIN = Pattern.compile("https?://([^/]*)");
    private static final String ANY = "*";

    private final List<String> origins;
    private final List<String> hosts;
    private final @Nullable URI publicUrl;
    private final @Nullable String publicOrigin;

    OriginPolicy(McpAuthConfig.Server config) {
        this.origins = config.access().allowedOrigins();
        this.hosts = config.access().allowedHosts();
        this.publicUrl = config.publicUrl();
        this.publicOrigin = publicUrl == null ? null : origin(publicUrl);
    }

    /**
     * Whether pages, extensions and apps of this origin may ask.
     *
     * @param origin the Origin header: scheme, host, port
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-6.1">RFC 6454 section 6.1</a>
     */
    boolean allowsOrigin(String origin) {
        String lowerCase = origin.toLowerCase(Locale.ROOT);
        return origins.contains(ANY)
                || origins.contains(lowerCase)
                || isLoopback(lowerCase)
                || lowerCase.equals(publicOrigin);
    }

    /** In lower case, and without a port that is the scheme's own (RFC 6454 section 6.2). */
    private static String origin(URI url) {
        String origin = (url.getScheme() + "://" + url.getRawAuthority()).toLowerCase(Locale.ROOT);
        String defaultPort = origin.startsWith("https:") ? ":443" : ":80";
        return origin.endsWith(defaultPort) ? origin.substring(0, origin.length() - defaultPort.length()) : origin;
    }

    private static boolean isLoopback(String origin) {
        Matcher webOrigin = WEB_ORIGIN.matcher(origin);
        return webOrigin.matches() && LOOPBACK.contains(withoutPort(webOrigin.group(1)));
    }

    private static String withoutPort(String authority) {
        int end = authority.length();
        while (end > 0 && authority.charAt(end - 1) >= '0' && authority.charAt(end - 1) <= '9') {
            end--;
        }
        boolean hasPort = end > 0 && end < authority.length() && authority.charAt(end - 1) == ':';
        return hasPort ? authority.substring(0, end - 1) : authority;
    }

    /** @param host the Host header: a name, with or without a port */
    boolean allowsHost(String host) {
        String lowerCase = host.toLowerCase(Locale.ROOT);
        String name = withoutPort(lowerCase);
        return hosts.contains(ANY)
                || LOOPBACK.contains(name)
                || hosts.contains(name)
                || hosts.contains(lowerCase)
                || (publicUrl != null && name.equalsIgnoreCase(publicUrl.getHost()));
    }
}
