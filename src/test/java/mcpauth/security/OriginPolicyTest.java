package mcpauth.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import mcpauth.config.McpAuthConfig.Access;
import mcpauth.config.McpAuthConfig.Limits;
import mcpauth.config.McpAuthConfig.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginPolicyTest {
    private final OriginPolicy policy = policy(
            List.of("https://app.example", "chrome-extension://abcdefghijklmnop", "tauri://localhost"),
            List.of("mcp.internal", "other.internal:8080"));

    private static OriginPolicy policy(List<String> origins, List<String> hosts) {
        return policy("https://mcp.example.com/tools", origins, hosts);
    }

    private static OriginPolicy policy(String publicUrl) {
        return policy(publicUrl, List.of(), List.of());
    }

    private static OriginPolicy policy(String publicUrl, List<String> origins, List<String> hosts) {
        Duration second = Duration.ofSeconds(1);
        return new OriginPolicy(new Server(
                URI.create(publicUrl),
                false,
                second,
                second,
                new Access(origins, hosts),
                new Limits(1, 1, 1, 1, 1, 1, 1, second)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost",
                "http://localhost:6274",
                "https://LOCALHOST:1",
                "http://127.0.0.1:6274",
                "http://[::1]:6274",
                "https://mcp.example.com",
                "https://app.example",
                "chrome-extension://abcdefghijklmnop",
                "tauri://localhost"
            })
    void pageOfOursMayAsk(String origin) {
        assertThat(policy.allowsOrigin(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "https://evil.example",
                "http://localhost.evil.example",
                "http://evil.example?localhost",
                "http://localhost:6274.evil.example",
                "http://evil.example@localhost",
                "http://localhost:6274:1",
                "http://localhost:",
                "http://localhost:6274/",
                "http://127.0.0.1.evil.example",
                "http://mcp.example.com",
                "https://mcp.example.com:8443",
                "https://sub.app.example",
                "file://localhost",
                "chrome-extension://ponmlkjihgfedcba",
                "chrome-extension://abcdefghijklmnop/",
                "moz-extension://abcdefghijklmnop",
                "tauri://localhost:1",
                "app://localhost",
                "vscode-webview://localhost"
            })
    void anotherPageMayNot(String origin) {
        assertThat(policy.allowsOrigin(origin)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:3001",
                "127.0.0.1:3001",
                "[::1]:3001",
                "[::1]",
                "MCP.example.com",
                "mcp.example.com:443",
                "mcp.internal",
                "mcp.internal:9",
                "other.internal:8080"
            })
    void nameOfOursIsAnswered(String host) {
        assertThat(policy.allowsHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "localhost.evil.example",
                "evil.example:3001",
                "other.internal",
                "localhost:x",
                "localhost:",
                "evil.example:localhost",
                "localhost:1:2",
                ":3001"
            })
    void anotherNameIsNot(String host) {
        assertThat(policy.allowsHost(host)).isFalse();
    }

    @Test
    void portThatIsTheSchemesOwnIsNoneAndCapitalsAreNotHeeded() {
        OriginPolicy ofHttps = policy("HTTPS://MCP.Example.com:443/tools");
        assertThat(ofHttps.allowsOrigin("https://mcp.example.com")).isTrue();
        assertThat(ofHttps.allowsOrigin("https://mcp.example.com:8443")).isFalse();
        assertThat(ofHttps.allowsOrigin("http://mcp.example.com")).isFalse();
        assertThat(policy("http://localhost:80").allowsOrigin("http://mcp.example.com"))
                .isFalse();
    }

    @Test
    void starAllowsAll() {
        OriginPolicy all = policy(List.of("*"), List.of("*"));
        assertThat(all.allowsOrigin("https://evil.example")).isTrue();
        assertThat(all.allowsHost("evil.example")).isTrue();
    }
}
