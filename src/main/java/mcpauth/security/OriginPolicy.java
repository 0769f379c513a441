package mcpauth.security;

import java.net.URI;
import java.util.List;
import java.util.Locale;
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
    private static final String LOOPBACK = "localhost|127\\.0\\.0\\.1|\\[::1\\]";
    private static final String ANY = "*";

    private final List<String> origins;
    private final List<String> hosts;
    private final @Nullable URI publicUrl;

    OriginPolicy(McpAuthConfig.Server config) {
        this.origins = config.access().allowedOrigins();
        this.hosts = config.access().allowedHosts();
        this.publicUrl = config.publicUrl();
    }

    /** @param origin the Origin header: scheme, host, port */
    boolean allowsOrigin(String origin) {
        String lowerCase = origin.toLowerCase(Locale.ROOT);
        return origins.contains(ANY)
                || origins.contains(lowerCase)
                || lowerCase.matches("https?://(" + LOOPBACK + ")(:\\d+)?")
                || (publicUrl != null && lowerCase.equals(publicUrl.getScheme() + "://" + publicUrl.getRawAuthority()));
    }

    /** @param host the Host header: a name, with or without a port */
    boolean allowsHost(String host) {
        String lowerCase = host.toLowerCase(Locale.ROOT);
        String name = lowerCase.replaceFirst(":\\d+$", "");
        return hosts.contains(ANY)
                || name.matches(LOOPBACK)
                || hosts.contains(name)
                || hosts.contains(lowerCase)
                || (publicUrl != null && name.equalsIgnoreCase(publicUrl.getHost()));
    }
}
