package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP+SSE, from clients that send a message when the one before has been answered. */
@ExtendWith(ArquillianExtension.class)
final class AcceptanceIT {
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer()))
                .addClasses(CountingTool.class, WatchedTool.class, WatchedTool.Visits.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    private static String alice() {
        return issuer.token(User.ALICE);
    }

    /** A question goes to the client while the POST of the call is not answered yet. */
    @Test
    void toolAsksAClientBackThatSendsOneMessageAtATime() throws IOException {
        try (SseClient session = SseClient.open(alice(), "{\"elicitation\":{}}");
                OneAtATime client = new OneAtATime(session.messages(), alice())) {
            assertThat(client.post(Streamable.call(7, "ask")).get(0)).startsWith("http/1.1 202");
            JsonObject question = Json.createReader(
                            new StringReader(session.stream().nextMessage()))
                    .readObject();
            assertThat(question.getString("method")).isEqualTo("elicitation/create");
            List<String> taken = client.post("{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id")
                    + ",\"result\":{\"action\":\"accept\",\"content\":{\"word\":\"pear\"}}}");
            assertThat(taken.get(0)).startsWith("http/1.1 202");
            assertThat(session.stream().nextMessage())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
                            + "The word is pear\"}],\"isError\":false}}");
        }
    }

    /** The second line is what proxies ask for. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void callGoesOnAsItsCallerAfterTheAnswer(String headers) throws IOException {
        try (SseClient session = SseClient.open(alice());
                OneAtATime client = new OneAtATime(session.messages(), alice());
                Watch watch = new Watch()) {
            List<String> taken = client.post(Streamable.call(7, "watched", "port", watch.port()), headers);
            assertThat(taken.get(0)).startsWith("http/1.1 202");
            assertThat(taken).contains("connection: close", "content-length: 0", "cache-control: no-store");
            String began = watch.begins();
            assertThat(began).startsWith("runs as ").endsWith(", visit 1");
            assertThat(client.post(Streamable.PING).get(0)).startsWith("http/1.1 202");
            assertThat(session.stream().nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            watch.letGoOn();
            assertThat(watch.says())
                    .isEqualTo(began.replace("runs as", "goes on as").replace("visit 1", "visit 2"));
            assertThat(session.stream().nextMessage()).contains("\"id\":7,", "\"text\":\"went on\"");
        }
    }

    @Test
    void cancelledNotificationReachesACallOfAClientThatSendsOneMessageAtATime() throws IOException {
        try (SseClient session = SseClient.open(alice());
                OneAtATime client = new OneAtATime(session.messages(), alice());
                Watch watch = new Watch()) {
            client.post(Streamable.call(7, "watched", "port", watch.port()));
            watch.begins();
            client.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}");
            watch.assertInterrupted();
        }
    }

    @Test
    void connectionIsKeptForMessagesThatAreHandledAtOnce() throws IOException {
        try (SseClient session = SseClient.open(alice());
                OneAtATime client = new OneAtATime(session.messages(), alice())) {
            for (int message = 0; message < 20; message++) {
                assertThat(client.post(Streamable.PING).get(0)).startsWith("http/1.1 202");
            }
            assertThat(client.connections()).isEqualTo(1);
        }
    }
}
