package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streamable HTTP at work; the single answers stand in {@code WireIT}. */
@ExtendWith(ArquillianExtension.class)
final class StreamableIT {
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer(), "mcp.server.keep-alive", "PT0.5S"))
                .addClasses(CountingTool.class, ExtraTools.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    private static String alice() {
        return issuer.token(User.ALICE);
    }

    @Test
    void clientOfTheSdkCallsWhoami() {
        try (McpSyncClient client = McpClients.connectStreamable(issuer.token(User.BOB))) {
            String text = ((TextContent)
                            client.callTool(CallToolRequest.builder("whoami").build())
                                    .content()
                                    .get(0))
                    .text();
            assertThat(text).contains("\"username\":\"bob\"");
        }
    }

    @Test
    void changeOfRootsAsksTheClientNothing() throws InterruptedException {
        String token = alice();
        String session = Streamable.open(token);
        String changed = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}";
        try (EventStream stream = EventStream.open(Streamable.get(token, session))) {
            assertThat(stream.next()).isEqualTo(": open");
            HttpResponse<String> taken = Streamable.post(token, session, changed);
            assertThat(taken.statusCode()).isEqualTo(202);
            assertThat(taken.body()).isEmpty();
            assertThat(stream.next()).isEqualTo(": keep-alive");
        }
        assertThat(Streamable.post(token, session, changed).statusCode()).isEqualTo(202);
    }

    @Test
    void headerWithTheVersionBindsWhatComesAfterInitialize() {
        HttpResponse<String> opened = Server.send(Streamable.post(alice(), Streamable.initialize("2024-11-05"))
                .header("MCP-Protocol-Version", "2024-11-05"));
        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.body()).contains("\"protocolVersion\":\"2025-11-25\"");
        assertThat(Server.send(Streamable.post(alice(), Streamable.PING)
                                .header("Mcp-Session-Id", Server.header(opened, "Mcp-Session-Id"))
                                .header("MCP-Protocol-Version", "2024-11-05"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void requestThatNamesNoTypeAcceptsAny() {
        HttpResponse<String> opened = Server.send(Server.request("/mcp", alice())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Streamable.initialize("2025-11-25"))));
        assertThat(opened.statusCode()).isEqualTo(200);
    }

    /** As MCP Inspector 1.x sends them: its proxy does not wait for the notification's answer. */
    @Test
    void callThatOvertakesInitializedIsAnswered() throws Exception {
        for (int round = 0; round < 5; round++) {
            String session = Server.header(
                    Server.send(Streamable.post(alice(), Streamable.initialize("2025-11-25"))), "Mcp-Session-Id");
            var overtaking = Server.HTTP.sendAsync(
                    Streamable.post(alice(), Streamable.whoami(1))
                            .header("Mcp-Session-Id", session)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(Streamable.post(alice(), session, Streamable.INITIALIZED).statusCode())
                    .isEqualTo(202);
            assertThat(overtaking.get().body()).contains("\\\"username\\\":\\\"alice\\\"");
        }
    }

    @Test
    void callThatSaysSomethingIsAnsweredInAStreamInOrder() throws Exception {
        String session = Streamable.open(alice());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
            for (int id = 1; id <= 100; id++) {
                String call = Streamable.call(id, "count");
                calls.add(() -> Streamable.post(alice(), session, call));
            }
            int id = 0;
            for (Future<HttpResponse<String>> answer : threads.invokeAll(calls)) {
                assertThat(Server.header(answer.get(), "Content-Type")).isEqualTo("text/event-stream");
                assertThat(answer.get().body()).isEqualTo(counted(++id));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static String counted(int id) {
        return IntStream.rangeClosed(1, 20)
                        .mapToObj(number -> "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
                                + "\"notifications/message\",\"params\":{\"level\":\"info\",\"logger\":\"server\",\"data\":\""
                                + number
                                + "\"}}\n\n")
                        .collect(Collectors.joining())
                + "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"done\"}],\"isError\":false}}\n\n";
    }

    /** What the tool asks is in the stream while the call still runs: else the answer would never come. */
    @Test
    void toolAsksTheClientBack() {
        HttpResponse<String> opened = Server.send(Streamable.post(
                alice(),
                Streamable.initialize("2025-11-25")
                        .replace("\"capabilities\":{}", "\"capabilities\":{\"elicitation\":{}}")));
        String session = Server.header(opened, "Mcp-Session-Id");
        Streamable.post(alice(), session, Streamable.INITIALIZED);
        try (EventStream call = EventStream.open(
                Streamable.post(alice(), Streamable.call(7, "ask")).header("Mcp-Session-Id", session))) {
            JsonObject question =
                    Json.createReader(new StringReader(call.nextMessage())).readObject();
            assertThat(question.getString("method")).isEqualTo("elicitation/create");
            assertThat(question.getJsonObject("params").getString("message")).isEqualTo("Which word?");
            String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id")
                    + ",\"result\":{\"action\":\"accept\",\"content\":{\"word\":\"pear\"}}}";
            assertThat(Streamable.post(alice(), session, answer).statusCode()).isEqualTo(202);
            assertThat(call.nextMessage())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
                            + "The word is pear\"}],\"isError\":false}}");
        }
    }

    @Test
    void batchOfTheRevisionThatHasItIsAnsweredInAnArray() {
        String session = Streamable.open(alice(), "2025-03-26");
        HttpResponse<String> response = Streamable.post(
                alice(),
                session,
                "[" + Streamable.PING + ",{\"jsonrpc\":\"2.0\",\"method\":\"notifications/other\"},"
                        + "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"no/such\"}]");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"error\":"
                        + "{\"code\":-32601,\"message\":\"Method not found: no/such\"}}]");
        assertThat(Streamable.post(alice(), session, "[" + Streamable.INITIALIZED + "]")
                        .statusCode())
                .isEqualTo(202);
        assertThat(Streamable.post(alice(), session, "[]").statusCode()).isEqualTo(400);
        assertThat(Streamable.post(alice(), session, "[7]").statusCode()).isEqualTo(400);
    }

    @Test
    void listeningStreamIsKeptAliveAndReplacedByTheNext() throws InterruptedException {
        String session = Streamable.open(alice());
        try (EventStream first = EventStream.open(Streamable.get(alice(), session))) {
            assertThat(first.next()).isEqualTo(": open");
            assertThat(first.next()).isEqualTo(": keep-alive");
            try (EventStream second = EventStream.open(Streamable.get(alice(), session))) {
                assertThat(second.next()).isEqualTo(": open");
                assertThat(first.endsWithin(3000)).isTrue();
                assertThat(second.next()).isEqualTo(": keep-alive");
                assertThat(Server.send(Streamable.delete(alice(), session)).statusCode())
                        .isEqualTo(204);
                assertThat(second.endsWithin(3000)).isTrue();
            }
        }
    }

    @Test
    void longCallIsKeptAlive() {
        String session = Streamable.open(alice());
        assertThat(Streamable.post(alice(), session, Streamable.call(1, "sleep", "milliseconds", 2000))
                        .body())
                .startsWith(": keep-alive\n\n");
    }

    @Test
    void failureOfAToolTellsTheModelNothingButAnIncident() {
        String session = Streamable.open(alice());
        assertThat(Streamable.post(alice(), session, Streamable.call(1, "fail")).body())
                .contains("Something went wrong in the server. Its log tells more under incident ")
                .contains("\"isError\":true")
                .doesNotContain("jdbc:secret");
    }
}
