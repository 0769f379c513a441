package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.interop.AuthorizationCodeFlow;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A protected resource behind nginx: from the URL that a person types to a call, at the root and below a path. */
@Tag("nginx")
@ExtendWith(ArquillianExtension.class)
final class NginxProtectedResourceIT {
    private static final Map<String, DevelopmentIssuer> ISSUERS = new HashMap<>();
    private static final Nginx.Site ROOT = Nginx.Site.atTheRoot();
    private static final Nginx.Site BELOW_A_PATH = Nginx.Site.belowAPath();

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "at the root", managed = false, testable = false)
    static WebArchive atTheRoot() throws IOException {
        return war("root.war", ROOT);
    }

    @Deployment(name = "below a path", managed = false, testable = false)
    static WebArchive belowAPath() throws IOException {
        return war("path.war", BELOW_A_PATH);
    }

    private static WebArchive war(String name, Nginx.Site site) throws IOException {
        DevelopmentIssuer issuer = DevelopmentIssuer.start(0, List.of(site.url() + "/mcp", site.url() + "/sse"));
        ISSUERS.put(site.name(), issuer);
        return Server.war(name, Map.of("mcp.auth.issuer", issuer.issuer(), "mcp.auth.resource", site.url() + "/mcp"));
    }

    @AfterAll
    static void stopIssuers() {
        ISSUERS.values().forEach(DevelopmentIssuer::close);
    }

    @Test
    void clientComesFromTheUrlToACallAtTheRoot() throws InterruptedException {
        assertClientComesThrough("at the root", ROOT);
    }

    @Test
    void clientComesFromTheUrlToACallBelowAPath() throws InterruptedException {
        assertClientComesThrough("below a path", BELOW_A_PATH);
    }

    private void assertClientComesThrough(String deployment, Nginx.Site site) throws InterruptedException {
        deployer.deploy(deployment);
        try {
            NginxIT.warmUp(ISSUERS.get(site.name()).token(DevelopmentIssuer.User.BOB));
            try (Nginx nginx = Nginx.start(site)) {
                for (String endpoint : List.of("/mcp", "/sse")) {
                    String token = AuthorizationCodeFlow.discover(nginx.url(endpoint))
                            .signIn("alice", "")
                            .accessToken();
                    HttpResponse<String> answer =
                            Server.send(nginx.through(Streamable.post(token, Streamable.initialize("2025-11-25"))));
                    assertThat(answer.statusCode()).isEqualTo(200);
                    // where clients look that do not read the challenge: RFC 9728 section 3.1
                    URI inserted = nginx.hostUrl("/.well-known/oauth-protected-resource" + site.path() + endpoint);
                    assertThat(SignIn.json(Server.send(Server.request(inserted.toString())))
                                    .getString("resource"))
                            .isEqualTo(nginx.url(endpoint).toString());
                }
            }
        } finally {
            deployer.undeploy(deployment);
        }
    }
}
