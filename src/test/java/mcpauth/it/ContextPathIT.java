package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import mcpauth.testing.SigningProvider;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The WAR somewhere else than at the root of the host, without a proxy. */
@ExtendWith(ArquillianExtension.class)
final class ContextPathIT {
    private static final String MCP = Server.BASE.resolve("/company/mcp").toString();

    private static SigningProvider provider;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "protected resource", managed = false, testable = false)
    static WebArchive protectedResource() {
        provider = SigningProvider.start(MCP);
        return below(
                "/company",
                Server.war("resource.war", Map.of("mcp.auth.issuer", provider.issuer(), "mcp.auth.resource", MCP)));
    }

    @Deployment(name = "delegated", managed = false, testable = false)
    static WebArchive delegated() {
        return below("/company", Server.war("delegated.war", Map.of("mcp.auth.issuer", "http://localhost:1/oidc")));
    }

    static WebArchive below(String path, WebArchive war) {
        return war.addAsWebInfResource(
                        new StringAsset("<web-ext xmlns=\"http://websphere.ibm.com/xml/ns/javaee\" version=\"1.1\">"
                                + "<context-root uri=\"" + path + "\"/></web-ext>"),
                        "ibm-web-ext.xml")
                .addAsWebInfResource(
                        new StringAsset("<jboss-web xmlns=\"http://www.jboss.com/xml/ns/javaee\" version=\"14.1\">"
                                + "<context-root>" + path + "</context-root></jboss-web>"),
                        "jboss-web.xml");
    }

    @AfterAll
    static void stopProvider() {
        provider.close();
    }

    @Test
    void protectedResourceIsFoundByItsChallenge() {
        deployer.deploy("protected resource");
        try {
            HttpResponse<String> refused = Server.get("/company/mcp");
            assertThat(refused.statusCode()).isEqualTo(401);
            String metadata =
                    Server.header(refused, "WWW-Authenticate").replaceAll(".*resource_metadata=\"([^\"]*)\".*", "$1");
            assertThat(SignIn.json(Server.send(HttpRequest.newBuilder(URI.create(metadata))))
                            .getString("resource"))
                    .isEqualTo(MCP);
            String token = provider.forge().token();
            assertThat(Server.send(Server.request("/company/mcp", token)
                                    .header("Content-Type", "application/json")
                                    .header("Accept", "application/json, text/event-stream")
                                    .POST(HttpRequest.BodyPublishers.ofString(Streamable.initialize("2025-11-25"))))
                            .statusCode())
                    .isEqualTo(200);
            try (EventStream stream = EventStream.open(Server.request("/company/sse", token))) {
                assertThat(stream.messagesPath()).startsWith("/company/messages?sessionId=");
            }
        } finally {
            deployer.undeploy("protected resource");
        }
    }

    @Test
    void delegatedModeRefusesToStartAndSaysWhatToChange() {
        assertThatThrownBy(() -> deployer.deploy("delegated")).isInstanceOf(Exception.class);
        try {
            assertThat(Server.log())
                    .contains("MCPAUTH-403 The application is at the context path /company, but MCP clients look for"
                            + " /.well-known at the root of the host. Deploy it at /, or set mcp.auth.resource to the"
                            + " public URL of its endpoint, for example https://mcp.example.com/company/mcp, or");
            assertThat(Server.get("/company/mcp").statusCode()).isEqualTo(404);
        } finally {
            deployer.undeploy("delegated");
        }
    }
}
