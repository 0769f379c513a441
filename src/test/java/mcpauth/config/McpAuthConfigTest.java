package mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class McpAuthConfigTest {
    private static final String ISSUER = "https://tenant.example/oidc";
    private static final String ISSUER_EXAMPLE = ", for example https://my-tenant.logto.app/oidc";

    private static McpAuthConfig read(String... keysAndValues) {
        Map<String, String> properties = new HashMap<>(Map.of("mcp.auth.issuer", ISSUER));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return McpAuthConfig.read(new MapConfig(properties));
    }

    @Test
    void defaultsAreThoseOfTheReadme() {
        assertThat(read())
                .isEqualTo(new McpAuthConfig(
                        new McpAuthConfig.Auth(
                                List.of(new Provider(
                                        "mcp.auth.",
                                        URI.create(ISSUER),
                                        Verification.USERINFO,
                                        Set.of(),
                                        null,
                                        false,
                                        Set.copyOf(Provider.ALGORITHMS),
                                        Set.of("at+jwt", "JWT"))),
                                null,
                                List.of("openid", "profile", "email"),
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
                                new McpAuthConfig.Cache(Duration.ofSeconds(30), Duration.ZERO, 10_000),
                                Math.max(2, Runtime.getRuntime().availableProcessors())),
                        new McpAuthConfig.Server(
                                null,
                                false,
                                Duration.ofSeconds(25),
                                Duration.ofSeconds(10),
                                new McpAuthConfig.Access(List.of(), List.of()),
                                new McpAuthConfig.Limits(
                                        16_384,
                                        1_048_576,
                                        100,
                                        1_048_576,
                                        2_097_152,
                                        10_000,
                                        32,
                                        Duration.ofMinutes(30))),
                        new McpAuthConfig.Page(true, null)));
    }

    @Test
    void pageCanBeTurnedOffAndHasAPublicClient() {
        assertThat(McpAuthConfig.read(new MapConfig(Map.of(
                                "mcp.auth.issuer", ISSUER,
                                "mcp.page.enabled", "false",
                                "mcp.page.client-id", "2k8jswqiorhr")))
                        .page())
                .isEqualTo(new McpAuthConfig.Page(false, "2k8jswqiorhr"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mcp.page.enabled|yes|true or false, for example false",
                "mcp.page.client-id|two words|the id of a public client at the provider, for example 2k8jswqiorhr",
            })
    void wrongSettingOfThePageIsRefused(String key, String value, String expected) {
        assertThatThrownBy(() -> McpAuthConfig.read(new MapConfig(Map.of("mcp.auth.issuer", ISSUER, key, value))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(key)
                .hasMessageEndingWith("expected " + expected);
    }

    /** Authentik's and those of Entra ID version 1 have one; discovery finds out whether it is right. */
    @ParameterizedTest
    @ValueSource(strings = {"https://auth.example.com/application/o/mcp/", "https://tenant.example/"})
    void issuerMayEndInASlash(String issuer) {
        assertThat(McpAuthConfig.read(new MapConfig(Map.of("mcp.auth.issuer", issuer)))
                        .auth()
                        .providers()
                        .get(0)
                        .issuer())
                .hasToString(issuer);
    }

    @Test
    void issuerIsRequired() {
        assertThatThrownBy(() -> McpAuthConfig.read(new MapConfig(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "mcp.auth.issuer (environment: MCP_AUTH_ISSUER) is not set: expected the issuer of your OpenID"
                                + " provider, an https URL" + ISSUER_EXAMPLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http://provider.example|the issuer of your OpenID provider, an https URL (http only for localhost,"
                        + " 127.0.0.1 or [::1])",
                "http://localhost.example|the issuer of your OpenID provider, an https URL (http only for localhost,"
                        + " 127.0.0.1 or [::1])",
                "ftp://localhost|the issuer of your OpenID provider, an https URL (http only for localhost, 127.0.0.1 or"
                        + " [::1])",
                "https://t.example/oidc/.well-known/openid-configuration|the issuer alone; remove"
                        + " \"/.well-known/openid-configuration\"",
                "` https://tenant.example/oidc`|the issuer of your OpenID provider, an https URL; remove the white space"
                        + " around it",
                "https://tenant.example/oidc#x|the issuer of your OpenID provider, an https URL, without user, query or"
                        + " fragment",
                "https://tenant.example/oidc?x|the issuer of your OpenID provider, an https URL, without user, query or"
                        + " fragment",
                "https://user@tenant.example|the issuer of your OpenID provider, an https URL, without user, query or"
                        + " fragment",
                "//tenant.example/oidc|the issuer of your OpenID provider, an https URL, without user, query or"
                        + " fragment",
                "tenant.example|the issuer of your OpenID provider, an https URL, without user, query or fragment",
                "https://tenant example|the issuer of your OpenID provider, an https URL",
            })
    void wrongIssuerIsRefusedSayingWhatToChange(String issuer, String expected) {
        assertThatThrownBy(() -> read("mcp.auth.issuer", issuer))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("mcp.auth.issuer (environment: MCP_AUTH_ISSUER) is \"" + issuer + "\": expected " + expected
                        + ISSUER_EXAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://tenant.example",
                "https://tenant.example/",
                "http://localhost:3001/oidc",
                "http://127.0.0.1:3001/oidc",
                "http://[::1]:3001/oidc"
            })
    void issuersOfRealProvidersAndOfDevelopmentAreAccepted(String issuer) {
        assertThat(read("mcp.auth.issuer", issuer).auth().providers().get(0).issuer())
                .hasToString(issuer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5s", "PT0S", "PT-1S", "P2D", "soon"})
    void wrongDurationIsRefused(String value) {
        assertThatThrownBy(() -> read("mcp.auth.request-timeout", value))
                .hasMessage("mcp.auth.request-timeout (environment: MCP_AUTH_REQUEST_TIMEOUT) is \"" + value
                        + "\": expected an ISO-8601 duration of more than nothing and at most a day, for example PT5S"
                        + " (five seconds)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "PT-1S", "PT61M", "never"})
    void wrongBeliefIsRefused(String value) {
        assertThatThrownBy(() -> read("mcp.auth.cache.ttl", value))
                .hasMessage("mcp.auth.cache.ttl (environment: MCP_AUTH_CACHE_TTL) is \"" + value
                        + "\": expected an ISO-8601 duration of at most an hour, PT0S for not at all, for example PT30S"
                        + " (thirty seconds)");
    }

    @Test
    void tokensMayBeVerifiedWithEachRequest() {
        assertThat(read("mcp.auth.cache.ttl", "PT0S").auth().cache().ttl()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1MB", "1073741825", "2147483648"})
    void wrongNumberIsRefused(String value) {
        assertThatThrownBy(() -> read("mcp.server.max-request-bytes", value))
                .hasMessage("mcp.server.max-request-bytes (environment: MCP_SERVER_MAX_REQUEST_BYTES) is \"" + value
                        + "\": expected a whole number between 1 and 1073741824, for example 1048576");
    }

    @Test
    void scopesThatCannotStandInAChallengeAreRefused() {
        assertThatThrownBy(() -> read("mcp.auth.scopes", "openid \"x\""))
                .hasMessageStartingWith("mcp.auth.scopes (environment: MCP_AUTH_SCOPES) is \"openid \"x\"\": expected");
    }

    @Test
    void scopesAreSeparatedBySpacesOrCommas() {
        assertThat(read("mcp.auth.scopes", " openid, email  openid").auth().scopes())
                .containsExactly("openid", "email");
    }

    @Test
    void publicUrlWithASlashAtItsEndIsRefused() {
        assertThatThrownBy(() -> read("mcp.server.public-url", "https://mcp.example/"))
                .hasMessage("mcp.server.public-url (environment: MCP_SERVER_PUBLIC_URL) is \"https://mcp.example/\":"
                        + " expected the URL under which clients reach the application, without a slash at its end;"
                        + " remove that slash, for example https://mcp.example.com/tools");
    }

    @Test
    void externalPathIsThatOfThePublicUrlOrElseTheContextPath() {
        assertThat(read().server().externalPath("/context")).isEqualTo("/context");
        assertThat(read("mcp.server.public-url", "https://m.example/a/b")
                        .server()
                        .externalPath("/context"))
                .isEqualTo("/a/b");
        assertThat(read("mcp.server.public-url", "https://m.example").server().externalPath("/context"))
                .isEmpty();
    }

    @Test
    void mistypedNamesAreReportedWithTheNearestRealOne() {
        Set<String> known = Set.of("mcp.auth.issuer", "mcp.auth.scopes");
        assertThat(SettingNames.mistyped(
                        List.of(
                                "mcp.auth.issuer",
                                "MCP_AUTH_SCOPES",
                                "mcp.auth.isuer",
                                "MCP_AUTH_SCOPE",
                                "mcp.server.zzzzzzzzzzzzzzz",
                                "java.home"),
                        known))
                .containsExactly(
                        "MCP_AUTH_SCOPE is not a setting of this version; did you mean mcp.auth.scopes?",
                        "mcp.auth.isuer is not a setting of this version; did you mean mcp.auth.issuer?",
                        "mcp.server.zzzzzzzzzzzzzzz is not a setting of this version");
    }

    @Test
    void originsMayBeOfAnyScheme() {
        assertThat(read(
                                "mcp.server.allowed-origins",
                                "https://App.example:443 http://app.example:80, http://app.example https://app.example:80"
                                        + " chrome-extension://abcdefghijklmnopabcdefghijklmnop"
                                        + " moz-extension://8c8c1a2e-5d5f-4d55-9d53-0d8a4fd3a1bb"
                                        + " vscode-webview://0k3nq tauri://localhost http://[::1]:8080")
                        .server()
                        .access()
                        .allowedOrigins())
                .containsExactly(
                        "https://app.example",
                        "http://app.example",
                        "https://app.example:80",
                        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
                        "moz-extension://8c8c1a2e-5d5f-4d55-9d53-0d8a4fd3a1bb",
                        "vscode-webview://0k3nq",
                        "tauri://localhost",
                        "http://[::1]:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/",
                "chrome-extension://abcdefghijklmnop/",
                "tauri://localhost/index.html",
                "https://app.example?x",
                "https://app.example#x",
                "https://user@app.example",
                "https://*.example",
                "chrome-extension://*",
                "*://app.example",
                "null",
                "file://",
                "file:///home",
                "app.example",
                "//app.example",
                "data:text/html,x",
                "1app://localhost",
                "https://app.example:",
                "https://app.example:x",
                "https://app.example:123456"
            })
    void whatNoBrowserSendsAsAnOriginIsRefused(String origin) {
        assertThatThrownBy(() -> read("mcp.server.allowed-origins", "tauri://localhost " + origin))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "mcp.server.allowed-origins (environment: MCP_SERVER_ALLOWED_ORIGINS) is \"tauri://localhost "
                                + origin
                                + "\": expected origins as browsers send them, scheme://host or scheme://host:port with"
                                + " no path, slash or * in them, with spaces between them, or * alone for all, for example"
                                + " https://app.example.com chrome-extension://abcdefghijklmnopabcdefghijklmnop");
    }
}
