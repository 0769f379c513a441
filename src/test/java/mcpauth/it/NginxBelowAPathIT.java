package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The application below a path of the public host, where nginx takes that path away. */
@Tag("nginx")
@ExtendWith(ArquillianExtension.class)
final class NginxBelowAPathIT {
    private static final Nginx.Site SITE = Nginx.Site.belowAPath();

    private static DevelopmentIssuer issuer;
    private static Nginx nginx;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                "mcp.auth.issuer", issuer.issuer(),
                "mcp.server.keep-alive", "PT1S",
                "mcp.server.public-url", SITE.url().toString()));
    }

    @BeforeAll
    static void startNginx() throws InterruptedException {
        NginxIT.warmUp(alice());
        nginx = Nginx.start(SITE);
    }

    @AfterAll
    static void stopBoth() {
        issuer.close();
        if (nginx != null) {
            nginx.close();
        }
    }

    private static String alice() {
        return issuer.token(User.ALICE);
    }

    private static HttpResponse<String> getFromHost(String path) {
        return Server.send(Server.request(nginx.hostUrl(path).toString()));
    }

    @Test
    void messageGoesToThePathThatTheEndpointEventNames() {
        HttpRequest.Builder request = nginx.through(Server.request("/sse", alice()));
        assertThat(request.build().uri().getPath()).isEqualTo("/tools/sse");
        try (EventStream stream = EventStream.open(request)) {
            String messages = stream.messagesPath();
            assertThat(messages).matches("/tools/messages\\?sessionId=[0-9a-f-]{36}");
            assertThat(Server.post(nginx.hostUrl(messages).toString(), alice(), Streamable.PING)
                            .statusCode())
                    .isEqualTo(202);
            assertThat(stream.nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
    }

    @Test
    void clientsOfTheSdkCallWhoami() {
        try (McpSyncClient client = McpClients.connect(nginx.url("/sse"), issuer.token(User.BOB))) {
            NginxIT.assertCalls(client);
        }
        try (McpSyncClient client = McpClients.connectStreamable(nginx.url("/mcp"), issuer.token(User.BOB))) {
            NginxIT.assertCalls(client);
        }
    }

    /** At the host's root, with the path of each URL that a client may take for the issuer, and below the path. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/oauth-authorization-server",
                "/.well-known/oauth-authorization-server/tools",
                "/.well-known/oauth-authorization-server/tools/mcp",
                "/.well-known/oauth-authorization-server/tools/sse",
                "/.well-known/openid-configuration",
                "/.well-known/openid-configuration/tools",
                "/.well-known/openid-configuration/tools/mcp",
                "/.well-known/openid-configuration/tools/sse",
                "/tools/.well-known/oauth-authorization-server",
                "/tools/.well-known/openid-configuration"
            })
    void metadataIsFound(String path) {
        HttpResponse<String> document = getFromHost(path);
        assertThat(document.statusCode()).isEqualTo(200);
        assertThat(Server.header(document, "Content-Type")).isEqualTo("application/json");
        assertThat(document.body())
                .isEqualTo(Server.get("/.well-known/oauth-authorization-server").body())
                .contains("\"" + issuer.issuer() + "\"");
    }

    /** The application answers what nginx passes on to it, and nothing of the rest of the host. */
    @ParameterizedTest
    @CsvSource({
        "/.well-known/oauth-authorization-server/other, application/json",
        "/.well-known/oauth-authorization-server/tools/other, application/json",
        "/.well-known/oauth-authorization-server/toolsmcp, application/json",
        "/.well-known/oauth-authorization-servers, application/json",
        "/.well-known/acme-challenge/x, text/html",
        "/mcp, text/html"
    })
    void restIsNotFound(String path, String type) {
        HttpResponse<String> answer = getFromHost(path);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Server.header(answer, "Content-Type")).isEqualTo(type);
    }

    @Test
    void whatTheRequestSaysOfItsHostMovesNothing() {
        assertThat(Server.get("/.well-known/oauth-authorization-server/tools/mcp")
                        .statusCode())
                .isEqualTo(200);
        assertThat(Server.send(Server.request("/.well-known/oauth-authorization-server/other/mcp")
                                .header("X-Forwarded-Host", "localhost")
                                .header("X-Forwarded-Prefix", "/other"))
                        .statusCode())
                .isEqualTo(404);
    }
}
