package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streamable HTTP without sessions: any node answers any request. */
@ExtendWith(ArquillianExtension.class)
final class StatelessIT {
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                        "mcp.auth.issuer",
                        issuer.issuer(),
                        "mcp.server.stateless",
                        "true",
                        "mcp.server.keep-alive",
                        "PT0.5S"))
                .addClasses(WatchedTool.class, WatchedTool.Visits.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    private static HttpResponse<String> post(User user, String json) {
        return Server.send(Streamable.post(issuer.token(user), json));
    }

    @Test
    void initializeOpensNoSession() {
        HttpResponse<String> response = post(User.ALICE, Streamable.initialize("2025-11-25"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"protocolVersion\":\"2025-11-25\"");
        assertThat(Server.header(response, "Mcp-Session-Id")).isEmpty();
        assertThat(post(User.ALICE, Streamable.INITIALIZED).statusCode()).isEqualTo(202);
    }

    /** There is no session that the call could be one of. */
    @Test
    void cancelledNotificationIsTakenAndCancelsNothing() {
        try (Watch watch = new Watch()) {
            String call = Streamable.call(7, "watched", "port", watch.port());
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> post(User.ALICE, call));
            watch.begins();
            HttpResponse<String> taken = post(
                    User.ALICE,
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
            assertThat(taken.statusCode()).isEqualTo(202);
            assertThat(taken.body()).isEmpty();
            watch.letGoOn();
            assertThat(watch.says()).startsWith("goes on as ");
            assertThat(answer.join().body()).contains("\"text\":\"went on\"");
        }
    }

    @Test
    void callWhoseClientHasGoneIsInterrupted() throws IOException {
        try (Watch watch = new Watch()) {
            try (Socket client = RawHttp.post(
                    "/mcp", issuer.token(User.ALICE), "", Streamable.call(7, "watched", "port", watch.port()))) {
                watch.begins();
                assertThat(client.getInputStream().read()).isEqualTo('H');
            }
            watch.assertInterrupted();
        }
    }

    @Test
    void everyRequestIsAnsweredForItsOwnCaller() {
        assertThat(post(User.ALICE, Streamable.whoami(1)).body()).contains("\"username\":\"alice\"");
        assertThat(post(User.BOB, Streamable.whoami(2)).body()).contains("\"username\":\"bob\"");
    }

    @Test
    void requestsWithoutATokenAreRefused() {
        assertThat(Server.send(Streamable.post("garbage", Streamable.whoami(1))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void thereIsNothingToListenToAndNothingToEnd() {
        String token = issuer.token(User.ALICE);
        for (HttpResponse<String> response : java.util.List.of(
                Server.send(Streamable.get(token, "1")), Server.send(Streamable.delete(token, "1")))) {
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(Server.header(response, "Allow")).isEqualTo("POST");
        }
        assertThat(Server.send(Server.request("/sse", token)).body())
                .isEqualTo("{\"error\":\"not_found\",\"error_description\":"
                        + "\"This server is stateless: the MCP endpoint is /mcp.\"}");
        assertThat(Server.post("/messages?sessionId=1", token, Streamable.PING).statusCode())
                .isEqualTo(404);
    }

    @Test
    void responsesAndBatchesHaveNoPlaceHere() {
        assertThat(post(User.ALICE, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(User.ALICE, "[" + Streamable.whoami(1) + "]").statusCode())
                .isEqualTo(400);
    }
}
