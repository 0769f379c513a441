package mcpauth.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of a protected resource. */
final class ResourceSettingsTest {
    private static final String RESOURCE = "https://mcp.example/tools/mcp";

    private static McpAuthConfig read(String... keysAndValues) {
        Map<String, String> properties = new HashMap<>(Map.of("mcp.auth.issuer", "https://tenant.example/oidc"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return McpAuthConfig.read(new MapConfig(properties));
    }

    private static McpAuthConfig protectedResource(String... keysAndValues) {
        String[] all = new String[keysAndValues.length + 2];
        System.arraycopy(keysAndValues, 0, all, 2, keysAndValues.length);
        all[0] = "mcp.auth.resource";
        all[1] = RESOURCE;
        return read(all);
    }

    @Test
    void endpointsHaveIdentifiersAndDocumentsOfTheirOwn() {
        McpAuthConfig config = protectedResource();
        Resource resource = requireNonNull(config.auth().resource());
        assertThat(resource).isEqualTo(new Resource(URI.create(RESOURCE), "MCP server", null));
        assertThat(resource.identifier(Resource.SSE_PATH)).isEqualTo("https://mcp.example/tools/sse");
        assertThat(resource.metadataUrl(Resource.MCP_PATH))
                .isEqualTo("https://mcp.example/tools/.well-known/oauth-protected-resource/mcp");
        assertThat(config.server().externalPath("/other")).isEqualTo("/tools");
        assertThat(config.auth().providers().get(0).verification()).isEqualTo(Verification.AUTO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://mcp.example",
                "https://mcp.example/mcp/",
                "https://mcp.example/sse",
                "https://mcp.example/MCP"
            })
    void resourceIsTheUrlOfTheEndpoint(String resource) {
        assertThatThrownBy(() -> read("mcp.auth.resource", resource))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("mcp.auth.resource (environment: MCP_AUTH_RESOURCE) is \"" + resource
                        + "\": expected the public URL of the endpoint /mcp, as people type it: it has to end in /mcp,"
                        + " for example https://mcp.example.com/mcp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mcp.example/mcp",
                "https://mcp.example/mcp?a",
                "mcp.example/mcp",
                "https://ⅿcp.example/mcp"
            })
    void resourceIsASafeUrl(String resource) {
        assertThatThrownBy(() -> read("mcp.auth.resource", resource)).isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://MCP.example/mcp",
                "https://mcp.example:443/mcp",
                "http://localhost:80/mcp",
                "https://mcp.example//mcp",
                "https://mcp.example/a/../mcp"
            })
    void resourceIsWrittenAsClientsWriteIt(String resource) {
        assertThatThrownBy(() -> read("mcp.auth.resource", resource))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("clients write host names in lower case, no default port");
    }

    @Test
    void publicUrlMayOnlyRepeatTheResource() {
        assertThat(protectedResource("mcp.server.public-url", "https://mcp.example/tools")
                        .server()
                        .publicUrl())
                .hasToString("https://mcp.example/tools");
        assertThatThrownBy(() -> protectedResource("mcp.server.public-url", "https://other.example"))
                .hasMessage("mcp.server.public-url (environment: MCP_SERVER_PUBLIC_URL) is \"https://other.example\":"
                        + " expected nothing, as mcp.auth.resource is set, or https://mcp.example/tools, for example"
                        + " https://mcp.example/tools");
    }

    @Test
    void offlineAccessIsNeverAskedFor() {
        assertThat(read("mcp.auth.scopes", "openid offline_access email").auth().scopes())
                .containsExactly("openid", "email");
    }

    @Test
    void requiredScopesAreAskedForToo() {
        McpAuthConfig.Auth auth = protectedResource(
                        "mcp.auth.scopes", "openid", "mcp.auth.required-scopes", "read write")
                .auth();
        assertThat(auth.scopes()).containsExactly("openid", "read", "write");
        assertThat(auth.requiredScopes()).containsExactly("read", "write");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mcp.auth.required-scopes|read|mcp.auth.required-scopes (environment: MCP_AUTH_REQUIRED_SCOPES) is"
                        + " \"read\": expected none, as userinfo does not tell the scopes of a token: set"
                        + " mcp.auth.verification to jwt or introspection, or mcp.auth.resource, for example"
                        + " mcp.auth.verification=introspection",
                "mcp.auth.verification|jwt|mcp.auth.verification (environment: MCP_AUTH_VERIFICATION) is \"jwt\":"
                        + " expected jwt only beside mcp.auth.resource or mcp.auth.audience: else tokens for anybody would"
                        + " be accepted, for example mcp.auth.resource=https://mcp.example.com/mcp",
                "mcp.auth.verification|guess|mcp.auth.verification (environment: MCP_AUTH_VERIFICATION) is \"guess\":"
                        + " expected one of auto, userinfo, jwt, introspection, for example auto",
                "mcp.auth.verification|introspection|mcp.auth.client-id (environment: MCP_AUTH_CLIENT_ID) is not set:"
                        + " expected the id of a client that may introspect tokens, for example 2k8jswqiorhr",
                "mcp.auth.client-id|me|mcp.auth.client-secret (environment: MCP_AUTH_CLIENT_SECRET) is not set: expected"
                        + " the secret of the client me, for example the one that the provider shows",
                "mcp.auth.providers|partner|mcp.auth.providers (environment: MCP_AUTH_PROVIDERS) is \"partner\": expected"
                        + " none without mcp.auth.resource: the delegated mode passes the metadata of one provider on, for"
                        + " example mcp.auth.resource=https://mcp.example.com/mcp",
                "mcp.auth.algorithms|HS256|mcp.auth.algorithms (environment: MCP_AUTH_ALGORITHMS) is \"HS256\": expected"
                        + " some of ES256 ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA Ed25519, for example ES256"
                        + " ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA Ed25519",
                "mcp.auth.clock-skew|PT6M|mcp.auth.clock-skew (environment: MCP_AUTH_CLOCK_SKEW) is \"PT6M\": expected an"
                        + " ISO-8601 duration of at most five minutes, for example PT30S (thirty seconds)",
                "mcp.auth.userinfo-claims|true|mcp.auth.userinfo-claims (environment: MCP_AUTH_USERINFO_CLAIMS) is"
                        + " \"true\": expected false, as tokens are judged at userinfo already, for example false",
            })
    void wrongSettingsSayWhatToChange(String key, String value, String sentence) {
        assertThatThrownBy(() -> read(key, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(sentence);
    }

    @Test
    void secretsAreNeverPrinted() {
        McpAuthConfig config = protectedResource("mcp.auth.client-id", "me", "mcp.auth.client-secret", "s3cret");
        assertThat(config.toString()).contains("me").doesNotContain("s3cret");
        assertThatThrownBy(() -> protectedResource(
                        "mcp.auth.client-id", "me",
                        "mcp.auth.client-authentication", "private_key_jwt",
                        "mcp.auth.client-key", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"))
                .hasMessageStartingWith(
                        "mcp.auth.client-key (environment: MCP_AUTH_CLIENT_KEY) is \"(not shown)\": expected");
    }

    @Test
    void furtherProvidersHaveSettingsOfTheirOwn() {
        List<Provider> providers = protectedResource(
                        "mcp.auth.providers", "partner",
                        "mcp.auth.provider.partner.issuer", "https://partner.example",
                        "mcp.auth.provider.partner.verification", "introspection",
                        "mcp.auth.provider.partner.client-id", "me",
                        "mcp.auth.provider.partner.client-secret", "s3cret",
                        "mcp.auth.provider.partner.audience", "api://mcp")
                .auth()
                .providers();
        assertThat(providers).hasSize(2);
        assertThat(providers.get(1).issuer()).hasToString("https://partner.example");
        assertThat(providers.get(1).verification()).isEqualTo(Verification.INTROSPECTION);
        assertThat(providers.get(1).audience()).containsExactly("api://mcp");
        assertThat(providers.get(0).audience()).isEmpty();
    }

    @Test
    void twoProvidersOfOneIssuerAreRefused() {
        assertThatThrownBy(() -> protectedResource(
                        "mcp.auth.providers", "partner",
                        "mcp.auth.provider.partner.issuer", "https://tenant.example/oidc"))
                .hasMessageContaining("expected the issuer of another provider");
    }

    @Test
    void namedProviderNeedsAnIssuer() {
        assertThatThrownBy(() -> protectedResource("mcp.auth.providers", "partner"))
                .hasMessageStartingWith("mcp.auth.provider.partner.issuer (environment:"
                        + " MCP_AUTH_PROVIDER_PARTNER_ISSUER) is not set");
    }
}
