package mcpauth.bench;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Provider;
import mcpauth.config.Verification;

/** What several benchmarks need. */
public final class Benchmarks {
    private Benchmarks() {}

    /** Settings of one provider. */
    public static McpAuthConfig.Auth config(Duration ttl) {
        return new McpAuthConfig.Auth(
                List.of(new Provider(
                        "mcp.auth.",
                        URI.create("https://tenant.example/oidc"),
                        Verification.USERINFO,
                        Set.of(),
                        null,
                        false,
                        Set.of("ES384", "RS256"),
                        Set.of("at+jwt", "JWT"))),
                null,
                List.of("openid"),
                List.of(),
                List.of(),
                new McpAuthConfig.Timing(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(30),
                        Duration.ofHours(1)),
                new McpAuthConfig.Cache(ttl, Duration.ZERO, 10_000),
                8);
    }
}
