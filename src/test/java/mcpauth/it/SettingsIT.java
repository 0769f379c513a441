package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What settings do to a deployment: the wrong ones stop it. */
@ExtendWith(ArquillianExtension.class)
final class SettingsIT {
    private static DevelopmentIssuer issuer;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "missing", managed = false, testable = false)
    static WebArchive missingIssuer() {
        return Server.war("missing.war", Map.of());
    }

    @Deployment(name = "wrong", managed = false, testable = false)
    static WebArchive wrongIssuer() {
        return Server.war("wrong.war", Map.of("mcp.auth.issuer", "http://provider.example/oidc"));
    }

    @Deployment(name = "two tools of one name", managed = false, testable = false)
    static WebArchive twoToolsOfOneName() {
        return Server.war("twins.war", Map.of("mcp.auth.issuer", "https://provider.example/oidc"))
                .addClasses(ExtraTools.class, TwinTool.class);
    }

    @Deployment(name = "behind a proxy", managed = false, testable = false)
    static WebArchive behindAProxy() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(
                "proxy.war",
                Map.of(
                        "mcp.auth.issuer", issuer.issuer(),
                        "mcp.auth.scopes", "openid email",
                        "mcp.auth.scopse", "openid",
                        "mcp.server.public-url", "https://mcp.example.com/tools"));
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void missingIssuerStopsTheDeployment() {
        assertStops(
                "missing",
                "mcp.auth.issuer (environment: MCP_AUTH_ISSUER) is not set: expected the issuer of your OpenID provider,"
                        + " an https URL, for example https://my-tenant.logto.app/oidc");
    }

    @Test
    void wrongIssuerStopsTheDeployment() {
        assertStops(
                "wrong",
                "mcp.auth.issuer (environment: MCP_AUTH_ISSUER) is \"http://provider.example/oidc\": expected the issuer"
                        + " of your OpenID provider, an https URL (http only for localhost, 127.0.0.1 or [::1]), for"
                        + " example https://my-tenant.logto.app/oidc");
    }

    @Test
    void twoToolsOfOneNameStopTheDeployment() {
        assertStops("two tools of one name", "two tools are named \"repeat\": ");
    }

    @Test
    void settingsReachTheWire() {
        deployer.deploy("behind a proxy");
        try {
            assertThat(Server.header(Server.get("/sse"), "WWW-Authenticate"))
                    .isEqualTo("Bearer scope=\"openid email\"");
            try (EventStream stream = EventStream.open(issuer.token(User.ALICE))) {
                assertThat(stream.messagesPath()).matches("/tools/messages\\?sessionId=[0-9a-f-]{36}");
            }
            assertThat(Server.log())
                    .contains("mcp.auth.scopse is not a setting of this version; did you mean mcp.auth.scopes?");
        } finally {
            deployer.undeploy("behind a proxy");
        }
    }

    private void assertStops(String deployment, String sentence) {
        assertThatThrownBy(() -> deployer.deploy(deployment)).isInstanceOf(Exception.class);
        try {
            assertThat(Server.log()).contains(sentence);
            assertThat(Server.get("/sse").statusCode()).isEqualTo(404);
        } finally {
            deployer.undeploy(deployment);
        }
    }
}
