package mcpauth.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import mcpauth.testing.LogtoDouble;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The provider's metadata at our origin: from a provider that is down, through one that lies, to one that is well. */
@ExtendWith(ArquillianExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MetadataIT {
    private static final String DOCUMENT = "/.well-known/oauth-authorization-server";

    private static LogtoDouble logto;

    @Deployment(testable = false)
    static WebArchive war() {
        logto = LogtoDouble.start();
        logto.stop();
        return Server.war(Map.of("mcp.auth.issuer", logto.issuer()));
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    @Test
    @Order(1)
    void serverStartsWhileTheProviderIsDownAndRecoversByItself() throws InterruptedException {
        assertUnavailable(Server.get(DOCUMENT));
        assertThat(Server.log())
                .contains(
                        "MCPAUTH-103 " + logto.issuer() + "/.well-known/openid-configuration could not be asked"
                                + " (ConnectException: Connection refused): check that the provider runs and that this server may connect to it");
        logto.restart();
        logto.discoveryAnswers(aResponse()
                .withHeader("Content-Type", "application/json")
                .withBody(logto.metadata()
                        .add("issuer", logto.issuer() + "/")
                        .build()
                        .toString()));
        waitForAFailureToBeForgotten();
        assertUnavailable(Server.get(DOCUMENT));
        assertThat(Server.log())
                .contains("The metadata of " + logto.issuer() + " cannot be used: its issuer is \"" + logto.issuer()
                        + "/\", mcp.auth.issuer is \"" + logto.issuer()
                        + "\": add the slash at the end of the setting");
    }

    @Test
    @Order(2)
    void crowdOfClientsMakesOneRequestToTheProvider() throws InterruptedException {
        waitForAFailureToBeForgotten();
        logto.recover();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(client -> CompletableFuture.supplyAsync(() -> Server.get(DOCUMENT)))
                .toList());
        answers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(logto.discoveryCalls()).isEqualTo(1);
    }

    @ParameterizedTest
    @Order(3)
    @ValueSource(
            strings = {
                DOCUMENT,
                DOCUMENT + "/sse",
                DOCUMENT + "/mcp",
                "/.well-known/openid-configuration",
                "/.well-known/openid-configuration/sse",
                "/.well-known/openid-configuration/mcp"
            })
    void documentIsTheProvidersUnchanged(String path) {
        HttpResponse<String> response = Server.send(Server.request(path).header("Origin", "http://localhost:6274"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(logto.metadata().build().toString());
        assertThat(Server.header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(Server.header(response, "Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(Server.header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(Server.header(response, "ETag")).matches("\"[0-9a-f]{64}\"");
        assertThat(Server.header(response, "WWW-Authenticate")).isEmpty();
    }

    @Test
    @Order(4)
    void clientThatHasTheDocumentIsToldSo() {
        String tag = Server.header(Server.get(DOCUMENT), "ETag");
        HttpResponse<String> response = Server.send(Server.request(DOCUMENT).header("If-None-Match", tag));
        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
        assertThat(Server.header(response, "ETag")).isEqualTo(tag);
    }

    @Test
    @Order(5)
    void headIsAnsweredAsGet() {
        HttpResponse<String> response = Server.send(Server.request(DOCUMENT).method("HEAD", BodyPublishers.noBody()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(Server.header(response, "Content-Type")).isEqualTo("application/json");
    }

    @Test
    @Order(6)
    void preflightIsAnswered() {
        HttpResponse<String> response = Server.send(Server.request(DOCUMENT)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "http://localhost:6274")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "mcp-protocol-version"));
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(Server.header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(Server.header(response, "Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(Server.header(response, "Access-Control-Allow-Headers")).isEqualTo("*");
    }

    @ParameterizedTest
    @Order(7)
    @ValueSource(
            strings = {
                "/.well-known/oauth-protected-resource",
                "/.well-known/oauth-protected-resource/sse",
                "/.well-known/oauth-protected-resource/mcp",
                "/.well-known/oauth-authorization-server/messages",
                DOCUMENT + "/other",
                DOCUMENT + "/tools/sse",
                "/.well-known/"
            })
    void documentsWeDoNotHaveAreNotFoundAndNeedNoToken(String path) {
        HttpResponse<String> response = Server.get(path);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("{\"error\":\"not_found\",\"error_description\":\"There is no such document here.\"}");
        assertThat(Server.header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(Server.header(response, "WWW-Authenticate")).isEmpty();
    }

    @Test
    @Order(8)
    void documentsCannotBeChanged() {
        HttpResponse<String> response = Server.send(Server.request(DOCUMENT)
                .POST(BodyPublishers.ofString(Json.createObjectBuilder().build().toString())));
        assertThat(response.statusCode()).isEqualTo(405);
    }

    private static void waitForAFailureToBeForgotten() throws InterruptedException {
        Thread.sleep(1100);
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Server.header(response, "Retry-After")).isEqualTo("5");
        assertThat(Server.header(response, "Cache-Control")).isEqualTo("no-store");
        assertThat(Server.header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(response.body())
                .isEqualTo("{\"error\":\"temporarily_unavailable\",\"error_description\":"
                        + "\"The OpenID provider's metadata cannot be read at the moment. Try again.\"}");
    }
}
