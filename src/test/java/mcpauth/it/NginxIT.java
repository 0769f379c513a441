package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
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

/**
 * Both transports through an nginx that buffers as it does by default: {@code ./mvnw -Pnginx verify}. Needs nginx on the
 * PATH. A stream may be silent there for 5 seconds, the server keeps it alive each second.
 */
@Tag("nginx")
@ExtendWith(ArquillianExtension.class)
final class NginxIT {
    private static final long LONGER_THAN_THE_READ_TIMEOUT = 6000;

    private static DevelopmentIssuer issuer;
    private static Nginx nginx;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                        "mcp.auth.issuer", issuer.issuer(),
                        "mcp.server.keep-alive", "PT1S",
                        "mcp.server.session-idle-timeout", "PT4S"))
                .addClasses(ExtraTools.class, StepwiseTool.class);
    }

    @BeforeAll
    static void startNginx() throws InterruptedException {
        warmUp(token(User.ALICE));
        nginx = Nginx.start(Nginx.Site.atTheRoot());
    }

    @AfterAll
    static void stopBoth() {
        issuer.close();
        if (nginx != null) {
            nginx.close();
        }
    }

    /** The first answers of a server that has just started may take longer than nginx waits here. */
    static void warmUp(String token) throws InterruptedException {
        assertThat(waitFor(() -> Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")))
                                .statusCode()
                        == 200))
                .isTrue();
        String session = Streamable.open(token);
        assertThat(Streamable.post(token, session, Streamable.whoami(1)).statusCode())
                .isEqualTo(200);
    }

    private static String token(User user) {
        return issuer.token(user);
    }

    /** The stream of a new HTTP+SSE session. */
    private static EventStream openSse(User user) {
        return EventStream.open(nginx.through(Server.request("/sse", token(user))));
    }

    private static HttpRequest.Builder message(String messages, User user, String json) {
        return nginx.through(Server.request(messages, token(user))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    private static int postMessage(String messages, User user, String json) {
        return Server.send(message(messages, user, json)).statusCode();
    }

    /** The path for messages of a stream that is ready for calls. */
    private static String initialize(EventStream stream, User user) {
        String messages = stream.messagesPath();
        assertThat(postMessage(messages, user, Streamable.initialize("2024-11-05")))
                .isEqualTo(202);
        assertThat(stream.nextMessage()).startsWith("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{");
        assertThat(postMessage(messages, user, Streamable.INITIALIZED)).isEqualTo(202);
        return messages;
    }

    /** The id of a new Streamable HTTP session that is ready for calls. */
    private static String openSession(User user) {
        HttpResponse<String> opened =
                Server.send(nginx.through(Streamable.post(token(user), Streamable.initialize("2025-11-25"))));
        assertThat(opened.statusCode()).isEqualTo(200);
        String session = Server.header(opened, "Mcp-Session-Id");
        assertThat(post(user, session, Streamable.INITIALIZED).statusCode()).isEqualTo(202);
        return session;
    }

    private static HttpRequest.Builder request(User user, String session, String json) {
        return nginx.through(Streamable.post(token(user), json)).header("Mcp-Session-Id", session);
    }

    private static HttpResponse<String> post(User user, String session, String json) {
        return Server.send(request(user, session, json));
    }

    private static EventStream listen(User user, String session) {
        return EventStream.open(nginx.through(Streamable.get(token(user), session)));
    }

    private static int delete(User user, String session) {
        return Server.send(nginx.through(Streamable.delete(token(user), session)))
                .statusCode();
    }

    private static String said(int number) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"logger\":"
                + "\"server\",\"data\":\"" + number + "\"}}";
    }

    private static String result(int id, String text) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}],\"isError\":false}}";
    }

    @Test
    void endpointEventArrivesAlthoughNginxBuffers() {
        try (EventStream stream = openSse(User.ALICE)) {
            assertThat(Server.header(stream.response(), "Server")).startsWith("nginx/");
            assertThat(Server.header(stream.response(), "Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.messagesPath()).matches("/messages\\?sessionId=[0-9a-f-]{36}");
        }
    }

    @Test
    void eventsOfACallArriveInTheStreamWhileItRuns() {
        try (EventStream stream = openSse(User.ALICE)) {
            String messages = initialize(stream, User.ALICE);
            CompletableFuture<HttpResponse<String>> call = Server.HTTP.sendAsync(
                    message(messages, User.ALICE, Streamable.call(1, "steps")).build(), BodyHandlers.ofString());
            assertThat(stream.nextMessage()).isEqualTo(said(1));
            for (int step = 1; step <= 3; step++) {
                assertThat(postMessage(messages, User.ALICE, Streamable.call(10 + step, "step")))
                        .isEqualTo(202);
                assertThat(List.of(stream.nextMessage(), stream.nextMessage()))
                        .containsExactlyInAnyOrder(
                                result(10 + step, "stepped"), step < 3 ? said(step + 1) : result(1, "done"));
            }
            assertThat(call.join().statusCode()).isEqualTo(202);
        }
    }

    @Test
    void clientsOfTheSdkCallWhoami() {
        try (McpSyncClient client = McpClients.connect(nginx.url("/sse"), token(User.BOB))) {
            assertCalls(client);
        }
        try (McpSyncClient client = McpClients.connectStreamable(nginx.url("/mcp"), token(User.BOB))) {
            assertCalls(client);
        }
    }

    static void assertCalls(McpSyncClient client) {
        assertThat(client.callTool(CallToolRequest.builder("whoami").build())
                        .content()
                        .toString())
                .contains("\"username\":\"bob\"");
    }

    @Test
    void silentSseStreamOutlivesTheReadTimeoutOfNginx() throws InterruptedException {
        try (EventStream stream = openSse(User.ALICE)) {
            String messages = stream.messagesPath();
            assertThat(stream.next()).isEqualTo(": keep-alive");
            Thread.sleep(LONGER_THAN_THE_READ_TIMEOUT);
            assertThat(postMessage(messages, User.ALICE, Streamable.PING)).isEqualTo(202);
            assertThat(stream.nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
    }

    @Test
    void silentListeningStreamOutlivesTheReadTimeoutOfNginx() throws InterruptedException {
        String session = openSession(User.ALICE);
        try (EventStream stream = listen(User.ALICE, session)) {
            assertThat(stream.next()).isEqualTo(": open");
            assertThat(stream.next()).isEqualTo(": keep-alive");
            assertThat(stream.endsWithin(LONGER_THAN_THE_READ_TIMEOUT)).isFalse();
            assertThat(stream.next()).isEqualTo(": keep-alive");
            assertThat(delete(User.ALICE, session)).isEqualTo(204);
        }
    }

    @Test
    void callThatTakesLongerThanTheReadTimeoutOfNginxIsAnswered() {
        String session = openSession(User.ALICE);
        HttpResponse<String> answer = post(
                User.ALICE, session, Streamable.call(1, "sleep", "milliseconds", (int) LONGER_THAN_THE_READ_TIMEOUT));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith(": keep-alive\n\n")
                .endsWith("event: message\ndata: " + result(1, "awake") + "\n\n");
    }

    /** Shows that the timeout of the tests above would cut, and what an operator finds. */
    @Test
    void nginxCutsAStreamThatIsSilentForLongerThanItsReadTimeout() throws InterruptedException {
        try (Nginx impatient = Nginx.start(Nginx.Site.atTheRoot().readTimeout("500ms"));
                EventStream stream = EventStream.open(impatient.through(Server.request("/sse", token(User.ALICE))))) {
            assertThat(stream.messagesPath()).startsWith("/messages?sessionId=");
            assertThat(stream.endsWithin(10_000)).isTrue();
            assertThat(impatient.errorLog())
                    .containsPattern("upstream timed out \\([^)]*\\) while reading upstream, .* \"GET /sse HTTP/1.1\"");
        }
    }

    @Test
    void callIsAnsweredInJson() {
        String session = openSession(User.ALICE);
        HttpResponse<String> answer = post(User.ALICE, session, Streamable.call("\"a\"", "sleep", "milliseconds", 1));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Server.header(answer, "Server")).startsWith("nginx/");
        assertThat(Server.header(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                        + "\"awake\"}],\"isError\":false}}");
    }

    @Test
    void notificationsArriveOneByOneWhileTheCallRuns() {
        String session = openSession(User.ALICE);
        try (EventStream answer = EventStream.open(request(User.ALICE, session, Streamable.call(1, "steps")))) {
            assertThat(Server.header(answer.response(), "Content-Type")).isEqualTo("text/event-stream");
            for (int number = 1; number <= 3; number++) {
                assertThat(answer.nextMessage()).isEqualTo(said(number));
                step(User.ALICE, session);
            }
            assertThat(answer.nextMessage()).isEqualTo(result(1, "done"));
        }
    }

    private static void step(User user, String session) {
        assertThat(post(user, session, Streamable.call(2, "step")).body()).isEqualTo(result(2, "stepped"));
    }

    @Test
    void sessionEndsWithDelete() throws InterruptedException {
        String session = openSession(User.ALICE);
        try (EventStream stream = listen(User.ALICE, session)) {
            assertThat(stream.next()).isEqualTo(": open");
            assertThat(post(User.ALICE, session, Streamable.PING).body())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            assertThat(delete(User.ALICE, session)).isEqualTo(204);
            assertThat(stream.endsWithin(5000)).isTrue();
            assertThat(post(User.ALICE, session, Streamable.PING).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void streamsOfTwoClientsDoNotMix() throws InterruptedException {
        String alices = openSession(User.ALICE);
        String bobs = openSession(User.BOB);
        try (EventStream toAlice = EventStream.open(request(User.ALICE, alices, Streamable.call(1, "steps")));
                EventStream toBob = EventStream.open(request(User.BOB, bobs, Streamable.call(1, "steps")))) {
            assertThat(toAlice.nextMessage()).isEqualTo(said(1));
            assertThat(toBob.nextMessage()).isEqualTo(said(1));
            step(User.ALICE, alices);
            assertThat(toAlice.nextMessage()).isEqualTo(said(2));
            assertThat(toBob.isSilentFor(500)).isTrue();
            step(User.ALICE, alices);
            step(User.ALICE, alices);
            assertThat(toAlice.nextMessage()).isEqualTo(said(3));
            assertThat(toAlice.nextMessage()).isEqualTo(result(1, "done"));
            for (int number = 2; number <= 3; number++) {
                step(User.BOB, bobs);
                assertThat(toBob.nextMessage()).isEqualTo(said(number));
            }
            step(User.BOB, bobs);
            assertThat(toBob.nextMessage()).isEqualTo(result(1, "done"));
        }
    }

    @Test
    void manyCallsOfTwoClientsAtOnceGetEachItsOwnAnswer() throws Exception {
        Map<User, String> sessions = Map.of(User.ALICE, openSession(User.ALICE), User.BOB, openSession(User.BOB));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
            for (int id = 0; id < 100; id++) {
                User user = caller(id);
                HttpRequest.Builder call = request(user, sessions.get(user), Streamable.whoami(id));
                calls.add(() -> Server.send(call));
            }
            int id = 0;
            for (Future<HttpResponse<String>> answer : threads.invokeAll(calls)) {
                assertThat(answer.get().body())
                        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{")
                        .contains("\"username\":\"" + caller(id).username() + "\"");
                id++;
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static User caller(int id) {
        return id % 2 == 0 ? User.ALICE : User.BOB;
    }

    @Test
    void sseSessionEndsWhenItsClientLeavesNginx() throws InterruptedException {
        EventStream stream = openSse(User.ALICE);
        String messages = stream.messagesPath();
        assertThat(postMessage(messages, User.ALICE, Streamable.PING)).isEqualTo(202);
        stream.close();
        // until keep-alives have found it out: a message would find it out by itself
        Thread.sleep(5000);
        assertThat(postMessage(messages, User.ALICE, Streamable.PING)).isEqualTo(404);
    }

    @Test
    void streamableSessionIsIdleWhenItsListenerHasLeftNginx() throws InterruptedException {
        String session = openSession(User.ALICE);
        EventStream stream = listen(User.ALICE, session);
        assertThat(stream.next()).isEqualTo(": open");
        Thread.sleep(6000);
        assertThat(post(User.ALICE, session, Streamable.PING).statusCode()).isEqualTo(200);
        stream.close();
        Thread.sleep(8000);
        assertThat(post(User.ALICE, session, Streamable.PING).statusCode()).isEqualTo(404);
    }

    @Test
    void refusalPassesUnchanged() {
        HttpResponse<String> refused = Server.send(nginx.through(Server.request("/mcp")));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(Server.header(refused, "WWW-Authenticate")).isEqualTo("Bearer scope=\"openid profile email\"");
        assertThat(refused.body()).isEqualTo(Server.get("/mcp").body());
    }

    private static boolean waitFor(BooleanSupplier condition) throws InterruptedException {
        for (int attempt = 0; attempt < 50; attempt++) {
            if (condition.getAsBoolean()) {
                return true;
            }
            Thread.sleep(100);
        }
        return false;
    }
}
