package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/** Calls whose client has had enough, or has gone. */
@ExtendWith(ArquillianExtension.class)
final class CancellationIT {
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer(), "mcp.server.keep-alive", "PT0.5S"))
                .addClasses(WatchedTool.class, WatchedTool.Visits.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    private static String alice() {
        return issuer.token(User.ALICE);
    }

    private static String cancel(String id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id
                + ",\"reason\":\"enough\"}}";
    }

    private static CompletableFuture<HttpResponse<String>> call(String session, String id, String tool, Watch watch) {
        String token = alice();
        return CompletableFuture.supplyAsync(
                () -> Streamable.post(token, session, Streamable.call(id, tool, "port", watch.port())));
    }

    private static CompletableFuture<HttpResponse<String>> sseCall(
            String messages, String id, String tool, Watch watch) {
        String token = alice();
        return CompletableFuture.supplyAsync(
                () -> Server.post(messages, token, Streamable.call(id, tool, "port", watch.port())));
    }

    private static void assertTaken(HttpResponse<String> taken) {
        assertThat(taken.statusCode()).isEqualTo(202);
        assertThat(taken.body()).isEmpty();
    }

    private static void assertSaysNothing(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Server.header(response, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(response.body().replace(": keep-alive\n\n", "").replace(": cancelled\n\n", ""))
                .isEmpty();
    }

    /** Every incident of this server so far. */
    private static long incidents() {
        return Server.log().lines().filter(line -> line.contains("MCPAUTH-500")).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"7\"", "\"a b\"", "9007199254740993"})
    void cancelledCallIsInterruptedAndNotAnswered(String id) {
        long incidents = incidents();
        String session = Streamable.open(alice());
        try (Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = call(session, id, "watched", watch);
            assertThat(watch.begins()).startsWith("runs as ");
            assertTaken(Streamable.post(alice(), session, cancel(id)));
            watch.assertInterrupted();
            assertSaysNothing(call.join());
        }
        assertThat(incidents()).isEqualTo(incidents);
        assertThat(Streamable.post(alice(), session, Streamable.PING).body()).contains("\"result\":{}");
    }

    @Test
    void callThatComputesIsTold() {
        String session = Streamable.open(alice());
        try (Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = call(session, "7", "computing", watch);
            assertThat(watch.begins()).isEqualTo("runs");
            assertTaken(Streamable.post(alice(), session, cancel("7")));
            assertThat(watch.says()).isEqualTo("cancelled: true");
            assertSaysNothing(call.join());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"7\""})
    void cancelledCallOverSseIsInterruptedAndNotAnswered(String id) {
        long incidents = incidents();
        try (SseClient stream = SseClient.open(alice());
                Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = sseCall(stream.messages(), id, "watched", watch);
            assertThat(watch.begins()).startsWith("runs as ");
            assertTaken(Server.post(stream.messages(), alice(), cancel(id)));
            watch.assertInterrupted();
            assertTaken(call.join());
            Server.post(stream.messages(), alice(), Streamable.PING);
            assertThat(stream.stream().nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
        assertThat(incidents()).isEqualTo(incidents);
    }

    @Test
    void nothingElseCancelsACall() {
        String session = Streamable.open(alice());
        String another = Streamable.open(alice());
        String bobs = Streamable.open(issuer.token(User.BOB));
        try (SseClient sse = SseClient.open(alice());
                Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = call(session, "7", "watched", watch);
            String began = watch.begins();
            for (String id : List.of("\"7\"", "8", "null", "[7]", "{\"a\":7}", "true", "7.5")) {
                assertTaken(Streamable.post(alice(), session, cancel(id)));
            }
            assertTaken(
                    Streamable.post(alice(), session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}"));
            assertTaken(Streamable.post(alice(), another, cancel("7")));
            assertTaken(Streamable.post(issuer.token(User.BOB), bobs, cancel("7")));
            assertTaken(Server.post(sse.messages(), alice(), cancel("7")));
            assertThat(Streamable.post(issuer.token(User.BOB), session, cancel("7"))
                            .statusCode())
                    .isEqualTo(404);
            watch.letGoOn();
            assertThat(watch.says())
                    .isEqualTo(began.replace("runs as", "goes on as").replace("visit 1", "visit 2"));
            assertThat(call.join().body()).contains("\"id\":7,").contains("\"text\":\"went on\"");
        }
    }

    @Test
    void otherAnswersOfABatchAreSent() {
        String session = Streamable.open(alice(), "2025-03-26");
        try (Watch watch = new Watch()) {
            String token = alice();
            String batch = "[" + Streamable.PING + "," + Streamable.call(7, "watched", "port", watch.port()) + ","
                    + Streamable.call(8, "interrupted") + "]";
            CompletableFuture<HttpResponse<String>> answers =
                    CompletableFuture.supplyAsync(() -> Streamable.post(token, session, batch));
            watch.begins();
            assertTaken(Streamable.post(alice(), session, cancel("7")));
            watch.assertInterrupted();
            assertThat(answers.join().body())
                    .contains("\"id\":1,", "\"id\":8,", "\"text\":\"false\"")
                    .doesNotContain("\"id\":7");
        }
    }

    @Test
    void endOfTheSessionEndsItsCalls() {
        String session = Streamable.open(alice());
        try (Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = call(session, "7", "watched", watch);
            watch.begins();
            assertThat(Server.send(Streamable.delete(alice(), session)).statusCode())
                    .isEqualTo(204);
            watch.assertInterrupted();
            assertSaysNothing(call.join());
        }
    }

    @Test
    void endOfTheStreamEndsTheCallsOfAnSseSession() {
        try (Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call;
            try (SseClient stream = SseClient.open(alice())) {
                call = sseCall(stream.messages(), "7", "watched", watch);
                watch.begins();
            }
            watch.assertInterrupted();
            assertTaken(call.join());
        }
    }

    /** The keep-alive of the POST finds out. */
    @Test
    void callWhoseClientHasGoneIsInterrupted() throws IOException {
        long incidents = incidents();
        String session = Streamable.open(alice());
        try (Watch watch = new Watch()) {
            try (Socket client = RawHttp.post(
                    "/mcp",
                    alice(),
                    "Mcp-Session-Id: " + session + "\r\n",
                    Streamable.call(7, "watched", "port", watch.port()))) {
                watch.begins();
                InputStream answer = client.getInputStream();
                assertThat(answer.read()).isEqualTo('H');
            }
            watch.assertInterrupted();
        }
        assertThat(incidents()).isEqualTo(incidents);
    }

    /** Cancelled at every moment of their lives, calls leave nothing to the next work of their threads. */
    @Test
    void interruptIsNotLeftToTheNextCall() throws Exception {
        String token = alice();
        String session = Streamable.open(token);
        try (SseClient stream = SseClient.open(token)) {
            List<Callable<String>> calls = new ArrayList<>();
            for (int id = 1; id <= 400; id++) {
                String call = Streamable.call(id, "interrupted");
                String end = cancel(Integer.toString(id));
                calls.add(() -> Streamable.post(token, session, call).body());
                calls.add(() -> Streamable.post(token, session, end).body());
                calls.add(() -> Server.post(stream.messages(), token, call).body());
                calls.add(() -> Server.post(stream.messages(), token, end).body());
            }
            ExecutorService threads = Executors.newFixedThreadPool(16);
            try {
                for (Future<String> body : threads.invokeAll(calls)) {
                    body.get();
                }
            } finally {
                threads.shutdown();
            }
            for (int id = 1; id <= 50; id++) {
                assertThat(Streamable.post(token, session, Streamable.call(id, "interrupted"))
                                .body())
                        .contains("\"text\":\"false\"");
            }
            assertThat(Server.post(stream.messages(), token, Streamable.call("\"last\"", "interrupted"))
                            .statusCode())
                    .isEqualTo(202);
            String message = stream.stream().nextMessage();
            while (!message.contains("\"last\"")) {
                message = stream.stream().nextMessage();
            }
            assertThat(message).contains("\"text\":\"false\"");
        }
    }
}
