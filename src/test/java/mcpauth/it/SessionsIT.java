package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
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

/** The HTTP+SSE transport as it stands on the wire, and to whom its sessions belong. */
@ExtendWith(ArquillianExtension.class)
final class SessionsIT {
    private static final String NOT_FOUND =
            "{\"error\":\"not_found\",\"error_description\":\"No transport found for sessionId\"}";
    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},\
            "clientInfo":{"name":"test","version":"1"}}}""";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String CALL =
            "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}";

    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                "mcp.auth.issuer", issuer.issuer(),
                "mcp.server.keep-alive", "PT1S",
                "mcp.server.max-request-bytes", "2000"));
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    private static String alice() {
        return issuer.token(User.ALICE);
    }

    private static String bob() {
        return issuer.token(User.BOB);
    }

    @Test
    void streamStartsWithTheEndpointAndIsKeptAlive() {
        try (EventStream stream = EventStream.open(alice())) {
            assertThat(stream.response().statusCode()).isEqualTo(200);
            assertThat(Server.header(stream.response(), "Content-Type")).isEqualTo("text/event-stream");
            assertThat(Server.header(stream.response(), "Cache-Control")).isEqualTo("no-store");
            assertThat(Server.header(stream.response(), "X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.messagesPath()).matches("/messages\\?sessionId=[0-9a-f-]{36}");
            assertThat(stream.next()).isEqualTo(": keep-alive");
            assertThat(stream.next()).isEqualTo(": keep-alive");
        }
    }

    @Test
    void messageIsAnsweredAcceptedAndInTheStream() {
        try (EventStream stream = EventStream.open(alice())) {
            String messages = stream.messagesPath();
            HttpResponse<String> accepted = Server.post(messages, alice(), PING);
            assertThat(accepted.statusCode()).isEqualTo(202);
            assertThat(accepted.body()).isEmpty();
            assertThat(stream.nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
    }

    @Test
    void refreshedTokenOfTheSameUserGoesOn() {
        try (EventStream stream = EventStream.open(alice())) {
            String other = alice();
            assertThat(Server.post(stream.messagesPath(), other, PING).statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void anotherUsersSessionIsAnsweredAsOneThatNeverWas() throws InterruptedException {
        try (EventStream stream = EventStream.open(alice())) {
            String messages = stream.messagesPath();
            HttpResponse<String> foreign = Server.post(messages, bob(), PING);
            HttpResponse<String> never = Server.post("/messages?sessionId=" + UUID.randomUUID(), bob(), PING);
            assertThat(foreign.statusCode()).isEqualTo(404);
            assertThat(foreign.body()).isEqualTo(NOT_FOUND);
            assertThat(never.statusCode()).isEqualTo(404);
            assertThat(never.body()).isEqualTo(NOT_FOUND);
            assertThat(Server.header(never, "Content-Type")).isEqualTo("application/json");
            assertThat(stream.isSilentFor(500)).isTrue();
        }
    }

    @Test
    void messageWithoutSessionIdIsRefused() {
        HttpResponse<String> response = Server.post("/messages", alice(), PING);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo("{\"error\":\"invalid_request\",\"error_description\":\"Missing sessionId parameter\"}");
    }

    @Test
    void bodyThatIsNotJsonIsRefused() {
        try (EventStream stream = EventStream.open(alice())) {
            assertRefused(
                    Server.post(stream.messagesPath(), alice(), "{\"jsonrpc\":"),
                    400,
                    "{\"code\":-32700,\"message\":\"The body is not one JSON object\"}");
        }
    }

    @Test
    void bodyThatIsNoMessageIsRefused() {
        try (EventStream stream = EventStream.open(alice())) {
            assertRefused(
                    Server.post(stream.messagesPath(), alice(), "{\"hello\":\"world\"}"),
                    400,
                    "{\"code\":-32600,\"message\":\"The body is not a JSON-RPC 2.0 message\"}");
        }
    }

    @Test
    void anotherContentTypeIsRefused() {
        try (EventStream stream = EventStream.open(alice())) {
            HttpResponse<String> response = Server.send(Server.request(stream.messagesPath(), alice())
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString(PING)));
            assertRefused(response, 415, "{\"code\":-32600,\"message\":\"Content-Type must be application/json\"}");
        }
    }

    @Test
    void bodyOverTheLimitIsRefused() {
        try (EventStream stream = EventStream.open(alice())) {
            HttpResponse<String> response =
                    Server.post(stream.messagesPath(), alice(), PING + " ".repeat(2001 - PING.length()));
            assertRefused(
                    response,
                    413,
                    "{\"code\":-32600,\"message\":\"The body has more than 2000 bytes"
                            + " (mcp.server.max-request-bytes)\"}");
        }
    }

    @Test
    void callBeforeInitializedIsAnsweredAnErrorAtOnce() {
        try (EventStream stream = EventStream.open(alice())) {
            assertThat(Server.post(stream.messagesPath(), alice(), CALL.formatted(7))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(stream.nextMessage())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32600,\"message\":\"Send initialize,"
                            + " then notifications/initialized, before any other request\"}}");
        }
    }

    @Test
    void otherMethodsAreNotAllowed() {
        HttpResponse<String> streamable = Server.post("/sse", alice(), INITIALIZE);
        assertThat(streamable.statusCode()).isEqualTo(405);
        assertThat(Server.header(streamable, "Allow")).isEqualTo("GET");
        assertThat(streamable.body())
                .isEqualTo("{\"error\":\"method_not_allowed\",\"error_description\":"
                        + "\"This is the HTTP+SSE transport: open the stream with GET.\"}");
        HttpResponse<String> get = Server.send(Server.request("/messages", alice()));
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(Server.header(get, "Allow")).isEqualTo("POST");
    }

    @Test
    void pathsThatDoNotExistAreNotFoundWithAToken() {
        HttpResponse<String> response = Server.send(Server.request("/sse/nothing", alice()));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo("{\"error\":\"not_found\",\"error_description\":"
                        + "\"There is nothing here. The MCP endpoints are /mcp and /sse.\"}");
    }

    @Test
    void parallelCallsOnOneSessionGiveWholeEvents() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (EventStream stream = EventStream.open(alice())) {
            String messages = stream.messagesPath();
            Server.post(messages, alice(), INITIALIZE);
            assertThat(stream.nextMessage()).contains("\"protocolVersion\":\"2024-11-05\"");
            Server.post(messages, alice(), INITIALIZED);

            List<Callable<Integer>> calls = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (int id = 1; id <= 200; id++) {
                String call = CALL.formatted(id);
                ids.add("\"id\":" + id + ",");
                calls.add(() -> Server.post(messages, alice(), call).statusCode());
            }
            for (Future<Integer> status : threads.invokeAll(calls)) {
                assertThat(status.get()).isEqualTo(202);
            }
            for (int answer = 0; answer < 200; answer++) {
                String message = stream.nextMessage();
                assertThat(message).contains("\"username\":\"alice\"").endsWith("}");
                assertThat(ids.removeIf(message::contains)).isTrue();
            }
            assertThat(ids).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void sessionIsGivenBackWhenItsClientHasGone() throws InterruptedException {
        String messages;
        try (EventStream stream = EventStream.open(alice())) {
            messages = stream.messagesPath();
        }
        // The next keep-alive, at the latest the one after it, finds the connection closed
        int status = 0;
        for (int attempt = 0; attempt < 50 && status != 404; attempt++) {
            Thread.sleep(200);
            status = Server.post(messages, alice(), PING).statusCode();
        }
        assertThat(status).isEqualTo(404);
    }

    /** Undertow's own ERROR, UT005088, was one for each of them. */
    @Test
    void clientsThatHaveGoneAreNoErrorsInTheLog() throws InterruptedException {
        long errors = errors();
        List<String> messages = new ArrayList<>();
        for (int client = 0; client < 20; client++) {
            try (EventStream stream = EventStream.open(bob())) {
                messages.add(stream.messagesPath());
            }
        }
        for (int attempt = 0; attempt < 100 && !messages.isEmpty(); attempt++) {
            Thread.sleep(200);
            messages.removeIf(path -> Server.post(path, bob(), PING).statusCode() == 404);
        }
        assertThat(messages).isEmpty();
        assertThat(errors()).isEqualTo(errors);
    }

    private static long errors() {
        return Server.log()
                .lines()
                .filter(line -> line.matches("\\[\\S+ \\S+ \\S+\\] \\w+ .* E .*|\\S+ \\S+ ERROR .*"))
                .count();
    }

    private static void assertRefused(HttpResponse<String> response, int status, String error) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(Server.header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(response.body()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":" + error + "}");
    }
}
