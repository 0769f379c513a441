package mcpauth.interop;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.unauthorized;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client that the interoperability tests have goes from the challenge to the token, and is as strict as it says. */
@SuppressWarnings("NullAway.Init") // JUnit calls start()
final class AuthorizationCodeFlowTest {
    private static final String METADATA = "/.well-known/oauth-protected-resource/mcp";

    private final WireMockServer mcpServer = new WireMockServer(
            WireMockConfiguration.options().bindAddress("localhost").dynamicPort());
    private DevelopmentIssuer issuer;
    private String mcpUrl;

    @BeforeEach
    void start() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        mcpServer.start();
        mcpUrl = "http://localhost:" + mcpServer.port() + "/mcp";
        mcpServer.stubFor(post(urlEqualTo("/mcp"))
                .willReturn(unauthorized()
                        .withHeader(
                                "WWW-Authenticate",
                                "Bearer resource_metadata=\"http://localhost:" + mcpServer.port() + METADATA
                                        + "\", scope=\"openid profile\"")));
    }

    @AfterEach
    void stop() {
        mcpServer.stop();
        issuer.close();
    }

    private void resourceIs(String resource, String authorizationServer) {
        mcpServer.stubFor(get(urlEqualTo(METADATA))
                .willReturn(okJson("{\"resource\":\"%s\",\"authorization_servers\":[\"%s\"]}"
                        .formatted(resource, authorizationServer))));
    }

    @Test
    void leadsFromTheChallengeToATokenOfTheUser() {
        resourceIs(mcpUrl, issuer.issuer());
        AuthorizationCodeFlow client = AuthorizationCodeFlow.discover(URI.create(mcpUrl));
        assertThat(client.parameters())
                .isEqualTo(Map.of("client_id", "mcp-client", "scope", "openid profile", "resource", mcpUrl));
        Tokens tokens = client.signIn("alice", "");
        assertThat(tokens.claims().getString("sub")).isEqualTo("alice");
        assertThat(tokens.claims().getString("iss")).isEqualTo(issuer.issuer());
    }

    @Test
    void metadataOfAnotherResourceIsNotUsed() {
        resourceIs(mcpUrl + "/", issuer.issuer());
        assertThatThrownBy(() -> AuthorizationCodeFlow.discover(URI.create(mcpUrl)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(mcpUrl + "/");
    }

    @Test
    void metadataOfAnotherIssuerIsNotUsed() {
        String pretender = "http://localhost:" + mcpServer.port() + "/oidc";
        resourceIs(mcpUrl, pretender);
        mcpServer.stubFor(get(urlEqualTo("/oidc/.well-known/openid-configuration"))
                .willReturn(okJson("{\"issuer\":\"" + issuer.issuer() + "\"}")));
        assertThatThrownBy(() -> AuthorizationCodeFlow.discover(URI.create(mcpUrl)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(pretender)
                .hasMessageContaining(issuer.issuer());
    }

    @Test
    void metadataIsLookedForInTheOrderOfTheSpecification() {
        assertThat(AuthorizationCodeFlow.locations(URI.create("https://id.example/realms/mcp")))
                .containsExactly(
                        "https://id.example/.well-known/oauth-authorization-server/realms/mcp",
                        "https://id.example/.well-known/openid-configuration/realms/mcp",
                        "https://id.example/realms/mcp/.well-known/openid-configuration");
    }
}
