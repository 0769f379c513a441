package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one client may use, and what happens at the bounds. */
@ExtendWith(ArquillianExtension.class)
final class LimitsIT {
    private static final String TOO_MANY = "{\"error\":\"too_many_sessions\",\"error_description\":"
            + "\"You have 3 sessions in use (mcp.server.max-sessions-per-user). Close one.\"}";

    private static DevelopmentIssuer issuer;
    private final List<EventStream> streams = new ArrayList<>();
    /** Of the sessions that end with their streams. */
    private final Map<String, User> messagesPaths = new HashMap<>();

    private final Map<String, User> sessions = new HashMap<>();

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                        "mcp.auth.issuer", issuer.issuer(),
                        "mcp.server.keep-alive", "PT0.3S",
                        "mcp.server.max-sessions", "5",
                        "mcp.server.max-sessions-per-user", "3",
                        "mcp.server.session-idle-timeout", "PT2S",
                        "mcp.server.max-event-bytes", "200000",
                        "mcp.server.max-buffered-bytes", "300000"))
                .addClass(ExtraTools.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    /** The next test begins with no session. */
    @AfterEach
    void everySessionIsGivenBack() throws InterruptedException {
        streams.forEach(EventStream::close);
        sessions.forEach((session, user) -> Server.send(Streamable.delete(token(user), session)));
        for (Map.Entry<String, User> opened : messagesPaths.entrySet()) {
            assertThat(waitFor(() -> isGone(opened.getKey(), opened.getValue())))
                    .isTrue();
        }
    }

    private static boolean isGone(String messages, User user) {
        return Server.post(messages, token(user), Streamable.PING).statusCode() == 404;
    }

    private static String token(User user) {
        return issuer.token(user);
    }

    private EventStream open(User user) {
        EventStream stream = EventStream.open(token(user));
        streams.add(stream);
        if (stream.response().statusCode() == 200) {
            messagesPaths.put(stream.messagesPath(), user);
        }
        return stream;
    }

    private String openSession(User user) {
        String session = Streamable.open(token(user));
        sessions.put(session, user);
        return session;
    }

    private EventStream listen(User user, String session) {
        EventStream stream = EventStream.open(Streamable.get(token(user), session));
        streams.add(stream);
        return stream;
    }

    @Test
    void userHasSoManyStreams() throws InterruptedException {
        EventStream first = open(User.ALICE);
        assertThat(first.response().statusCode()).isEqualTo(200);
        open(User.ALICE);
        open(User.ALICE);
        assertTooMany(Server.send(Server.request("/sse", token(User.ALICE))));
        assertThat(open(User.BOB).response().statusCode()).isEqualTo(200);
        first.close();
        assertThat(waitFor(() -> open(User.ALICE).response().statusCode() == 200))
                .isTrue();
    }

    @Test
    void userLosesTheSessionThatWasIdleForLongestAndThenNone() {
        String first = openSession(User.ALICE);
        String second = openSession(User.ALICE);
        String third = openSession(User.ALICE);
        String fourth = openSession(User.ALICE);
        assertThat(ping(first)).isEqualTo(404);
        assertThat(ping(second)).isEqualTo(200);
        for (String session : List.of(second, third, fourth)) {
            assertThat(listen(User.ALICE, session).next()).isEqualTo(": open");
        }
        assertTooMany(Server.send(Streamable.post(token(User.ALICE), Streamable.initialize("2025-11-25"))));
        for (String session : List.of(second, third, fourth)) {
            assertThat(ping(session)).isEqualTo(200);
        }
    }

    @Test
    void allTogetherHaveSoManySessions() {
        open(User.ALICE);
        open(User.ALICE);
        open(User.ALICE);
        openSession(User.BOB);
        openSession(User.BOB);
        HttpResponse<String> refused =
                Server.send(Streamable.post(token(User.BOB), Streamable.initialize("2025-11-25")));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Server.header(refused, "Retry-After")).isEqualTo("60");
        assertThat(refused.body())
                .isEqualTo("{\"error\":\"temporarily_unavailable\",\"error_description\":\"The server has all the"
                        + " sessions it may have (mcp.server.max-sessions). Try again later.\"}");
    }

    @Test
    void idleSessionEndsAndOneThatListensOrHasACallRunningDoesNot() {
        String idle = openSession(User.ALICE);
        String listening = openSession(User.ALICE);
        assertThat(listen(User.ALICE, listening).next()).isEqualTo(": open");
        String calling = openSession(User.ALICE);
        HttpResponse<String> answer =
                Streamable.post(token(User.ALICE), calling, Streamable.call(1, "sleep", "milliseconds", 4000));
        assertThat(Server.header(answer, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(answer.body()).startsWith(": keep-alive\n\n");
        // one may come behind the answer, too
        assertThat(answer.body().replace(": keep-alive\n\n", ""))
                .isEqualTo(
                        "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\","
                                + "\"text\":\"awake\"}],\"isError\":false}}\n\n");
        assertThat(ping(idle)).isEqualTo(404);
        assertThat(ping(listening)).isEqualTo(200);
        assertThat(ping(calling)).isEqualTo(200);
    }

    @Test
    void answerThatIsTooLargeIsAnError() {
        String session = openSession(User.ALICE);
        assertThat(Streamable.post(token(User.ALICE), session, Streamable.call(1, "large", "bytes", 200_000))
                        .body())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"The answer has more"
                        + " than 200000 bytes (mcp.server.max-event-bytes)\"}}");
        assertThat(Server.log()).contains("MCPAUTH-202 An answer has more than 200000 bytes");
    }

    /** The system's buffers take some megabytes, the server's the bound; then the client has to be given up. */
    @Test
    void clientThatDoesNotReadLosesItsStreamAndHoldsUpNobody() throws Exception {
        try (Socket slow = new Socket("localhost", Server.BASE.getPort())) {
            slow.setReceiveBufferSize(4096);
            send(
                    slow,
                    "GET /sse HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token(User.ALICE) + "\r\n\r\n");
            String messages = messagesPath(slow);
            Server.post(messages, token(User.ALICE), Streamable.initialize("2024-11-05"));
            Server.post(messages, token(User.ALICE), Streamable.INITIALIZED);
            for (int call = 0; call < 100; call++) {
                // one of them may wait for the client that does not read
                unread(Server.HTTP.sendAsync(
                        Server.request(messages, token(User.ALICE))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(Streamable.call(call, "large", "bytes", 150_000)))
                                .build(),
                        BodyHandlers.discarding()));
            }
            assertThat(waitFor(() -> isGone(messages, User.ALICE))).isTrue();
            try (EventStream other = EventStream.open(token(User.BOB))) {
                String path = other.messagesPath();
                messagesPaths.put(path, User.BOB);
                Server.post(path, token(User.BOB), Streamable.PING);
                assertThat(other.nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            }
        }
    }

    private static void unread(CompletableFuture<?> answer) {
        assertThat(answer).isNotNull();
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream stream = socket.getOutputStream();
        stream.write(text.getBytes(StandardCharsets.US_ASCII));
        stream.flush();
    }

    private static String messagesPath(Socket socket) throws IOException {
        StringBuilder read = new StringBuilder();
        Pattern path = Pattern.compile("data: (/messages\\?sessionId=[0-9a-f-]{36})");
        Matcher found = path.matcher(read);
        while (!found.find()) {
            read.append((char) socket.getInputStream().read());
            found = path.matcher(read);
        }
        return found.group(1);
    }

    private static int ping(String session) {
        return Streamable.post(token(User.ALICE), session, Streamable.PING).statusCode();
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

    private static void assertTooMany(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(Server.header(response, "Retry-After")).isEqualTo("60");
        assertThat(response.body()).isEqualTo(TOO_MANY);
    }
}
