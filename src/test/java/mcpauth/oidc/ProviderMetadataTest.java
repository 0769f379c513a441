package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.util.Set;
import java.util.stream.Stream;
import mcpauth.config.Provider;
import mcpauth.config.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProviderMetadataTest {
    private static final String ISSUER = "https://a.example/oidc";

    private static final Provider PROVIDER = new Provider(
            "mcp.auth.", URI.create(ISSUER), Verification.USERINFO, Set.of(), null, false, Set.of(), Set.of());

    private static JsonObjectBuilder good() {
        return Json.createObjectBuilder()
                .add("issuer", ISSUER)
                .add("authorization_endpoint", ISSUER + "/auth")
                .add("token_endpoint", ISSUER + "/token")
                .add("userinfo_endpoint", ISSUER + "/me")
                .add("response_types_supported", array("code", "none"))
                .add("grant_types_supported", array("authorization_code"))
                .add("code_challenge_methods_supported", array("S256"));
    }

    private static JsonArray array(String... values) {
        return Json.createArrayBuilder(java.util.List.of(values)).build();
    }

    private static ProviderMetadata check(JsonObject document) throws ProviderUnavailableException {
        return check(document, true);
    }

    private static ProviderMetadata check(JsonObject document, boolean delegated) throws ProviderUnavailableException {
        ProviderMetadata.Use use = new ProviderMetadata.Use(Set.of("userinfo_endpoint"), delegated);
        return new ProviderMetadata(PROVIDER, use, document, document.toString());
    }

    @Test
    void goodDocumentIsKeptAsItCame() throws ProviderUnavailableException {
        JsonObject document = good().add("unknown", 1).build();
        assertThat(check(document).text()).isEqualTo(document.toString());
        assertThat(check(document).userinfoEndpoint()).contains(URI.create(ISSUER + "/me"));
    }

    static Stream<Arguments> defects() {
        return Stream.of(
                Arguments.of(
                        good().add("issuer", "https://evil.example"),
                        "its issuer is \"https://evil.example\", mcp.auth.issuer is \"https://a.example/oidc\":"
                                + " set it to exactly the provider's"),
                Arguments.of(
                        good().add("issuer", ISSUER + "/"),
                        "its issuer is \"https://a.example/oidc/\", mcp.auth.issuer is \"https://a.example/oidc\":"
                                + " add the slash at the end of the setting"),
                Arguments.of(
                        good().remove("issuer"),
                        "it has no issuer: check that mcp.auth.issuer is that of an OpenID provider"),
                Arguments.of(
                        good().add("userinfo_endpoint", "http://a.example/oidc/me"),
                        "userinfo_endpoint is missing or no https URL"),
                Arguments.of(
                        good().remove("authorization_endpoint"), "authorization_endpoint is missing or no https URL"),
                Arguments.of(good().add("token_endpoint", "/token"), "token_endpoint is missing or no https URL"),
                Arguments.of(
                        good().add("userinfo_endpoint", "file:///etc/passwd"),
                        "userinfo_endpoint is missing or no https URL"),
                Arguments.of(
                        good().add("response_types_supported", array("id_token")),
                        "response_types_supported does not list \"code\""),
                Arguments.of(
                        good().add("grant_types_supported", array("implicit")),
                        "grant_types_supported does not list \"authorization_code\""),
                Arguments.of(
                        good().add("code_challenge_methods_supported", array("plain")),
                        "code_challenge_methods_supported does not list \"S256\", without which MCP clients refuse it"),
                Arguments.of(
                        good().remove("token_endpoint").add("code_challenge_methods_supported", "S256"),
                        "token_endpoint is missing or no https URL; code_challenge_methods_supported does not list"
                                + " \"S256\", without which MCP clients refuse it"));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void eachDefectIsNamed(JsonObjectBuilder document, String defect) {
        JsonObject built = document.build();
        assertThatThrownBy(() -> check(built))
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessage("The metadata of https://a.example/oidc cannot be used: " + defect);
    }

    /** As Entra ID, which has no such member: clients that do not insist on it can sign users in. */
    @Test
    void whatOnlyClientsNeedIsAGapWhereTheyAskTheProviderItself() throws ProviderUnavailableException {
        ProviderMetadata metadata =
                check(good().remove("code_challenge_methods_supported").build(), false);
        assertThat(metadata.gaps())
                .containsExactly(
                        "code_challenge_methods_supported does not list \"S256\", without which MCP clients refuse it");
        assertThat(metadata.warnings()).hasSize(2);
    }

    @Test
    void whatThisServerNeedsIsADefectInBothModes() {
        assertThatThrownBy(() -> check(good().remove("userinfo_endpoint").build(), false))
                .hasMessageEndingWith("cannot be used: userinfo_endpoint is missing or no https URL");
    }

    @Test
    void grantTypesMayBeLeftOut() throws ProviderUnavailableException {
        assertThat(check(good().remove("grant_types_supported").build()).text()).isNotEmpty();
    }

    @Test
    void missingRegistrationEndpointIsAWarning() throws ProviderUnavailableException {
        assertThat(check(good().build()).warnings())
                .containsExactly("The provider has no registration_endpoint: MCP clients cannot register themselves."
                        + " Register an application at the provider and type its client id into each MCP client.");
        assertThat(check(good().add("registration_endpoint", ISSUER + "/register")
                                .build())
                        .warnings())
                .isEmpty();
    }
}
