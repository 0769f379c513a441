package mcpauth.bench;

import java.time.Duration;
import java.util.Map;
import mcpauth.config.MapConfig;
import mcpauth.config.McpAuthConfig;

/** What several benchmarks need. */
public final class Benchmarks {
    /** The only provider's. */
    public static final String ISSUER = "https://tenant.example/oidc";

    /** What tokens have to be issued for. */
    public static final String RESOURCE = "https://mcp.example.com/mcp";

    private Benchmarks() {}

    /** Settings of one provider and, but for that, the defaults. */
    public static McpAuthConfig.Auth config(Duration ttl) {
        return McpAuthConfig.read(new MapConfig(Map.of(
                        "mcp.auth.issuer", ISSUER,
                        "mcp.auth.resource", RESOURCE,
                        "mcp.auth.cache.ttl", ttl.toString())))
                .auth();
    }
}
