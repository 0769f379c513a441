package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import mcpauth.testing.LogtoDouble;
import mcpauth.testing.LogtoDouble.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** To whom a session belongs: each transport, each method, each caller. */
@ExtendWith(ArquillianExtension.class)
final class OwnershipIT {
    private static LogtoDouble logto;

    @Deployment(testable = false)
    static WebArchive war() {
        logto = LogtoDouble.start();
        return Server.war(Map.of("mcp.auth.cache.ttl", "PT0S", "mcp.auth.issuer", logto.issuer()));
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    /** Who asks for Alice's session, and what that caller is answered where Alice would be answered {@code success}. */
    enum Asker {
        OTHER_USER(404),
        OTHER_USER_WITH_REFRESHED_TOKEN(404),
        SAME_USER_WITH_REFRESHED_TOKEN(0),
        NOBODY(401),
        EXPIRED_TOKEN(401);

        private final int status;

        Asker(int status) {
            this.status = status;
        }

        /** Empty for no token at all. */
        String token() {
            return switch (this) {
                case OTHER_USER -> logto.signIn(User.BOB);
                case OTHER_USER_WITH_REFRESHED_TOKEN -> refreshed(User.BOB);
                case SAME_USER_WITH_REFRESHED_TOKEN -> refreshed(User.ALICE);
                case NOBODY -> "";
                case EXPIRED_TOKEN -> expired();
            };
        }

        private static String refreshed(User user) {
            logto.revoke(logto.signIn(user));
            return logto.signIn(user);
        }

        private static String expired() {
            String token = logto.signIn(User.ALICE);
            logto.revoke(token);
            return token;
        }

        int status(int success) {
            return status == 0 ? success : status;
        }
    }

    static Stream<Arguments> streamable() {
        return Stream.of("POST", "GET", "DELETE")
                .flatMap(method -> Arrays.stream(Asker.values()).map(asker -> Arguments.of(method, asker)));
    }

    @ParameterizedTest
    @MethodSource("streamable")
    void streamableSessionBelongsToItsUser(String method, Asker asker) throws InterruptedException {
        String alice = logto.signIn(User.ALICE);
        String session = Streamable.open(alice);
        String token = asker.token();
        try (EventStream listening = EventStream.open(Streamable.get(alice, session))) {
            assertThat(listening.next()).isEqualTo(": open");
            int success = method.equals("DELETE") ? 204 : 200;
            int status = status(request(method, token, session));
            assertThat(status).isEqualTo(asker.status(success));
            if (status == 404) {
                String never = UUID.randomUUID().toString();
                assertThat(answer(request(method, token, session))).isEqualTo(answer(request(method, token, never)));
            }
            if (asker == Asker.SAME_USER_WITH_REFRESHED_TOKEN) {
                return;
            }
            assertThat(listening.isSilentFor(200)).isTrue();
            assertThat(listening.endsWithin(1)).isFalse();
            assertThat(Streamable.post(alice, session, Streamable.PING).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("askers")
    void sseSessionBelongsToItsUser(Asker asker) throws InterruptedException {
        String alice = logto.signIn(User.ALICE);
        try (EventStream stream = EventStream.open(alice)) {
            String messages = stream.messagesPath();
            String token = asker.token();
            HttpResponse<String> response = Server.send(message(messages, token));
            assertThat(response.statusCode()).isEqualTo(asker.status(202));
            if (asker == Asker.SAME_USER_WITH_REFRESHED_TOKEN) {
                assertThat(stream.nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
                return;
            }
            if (response.statusCode() == 404) {
                assertThat(answer(message(messages, token)))
                        .isEqualTo(answer(message("/messages?sessionId=" + UUID.randomUUID(), token)));
            }
            assertThat(stream.isSilentFor(200)).isTrue();
            assertThat(Server.post(messages, alice, Streamable.PING).statusCode())
                    .isEqualTo(202);
            assertThat(stream.nextMessage()).isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        }
    }

    static Stream<Asker> askers() {
        return Arrays.stream(Asker.values());
    }

    /** The other method of HTTP+SSE opens a session of the caller's own, whoever has one already. */
    @ParameterizedTest
    @MethodSource("askers")
    void sseStreamIsAlwaysTheCallersOwn(Asker asker) {
        try (EventStream first = EventStream.open(logto.signIn(User.ALICE))) {
            String messages = first.messagesPath();
            String token = asker.token();
            if (asker.status(200) == 401) {
                assertThat(status(withToken("/sse", token))).isEqualTo(401);
                return;
            }
            try (EventStream second = EventStream.open(token)) {
                assertThat(second.messagesPath()).isNotEqualTo(messages);
            }
        }
    }

    private static HttpRequest.Builder request(String method, String token, String session) {
        HttpRequest.Builder request = withToken("/mcp", token)
                .header("Accept", "application/json, text/event-stream")
                .header("Mcp-Session-Id", session);
        return method.equals("POST")
                ? request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(Streamable.PING))
                : request.method(method, BodyPublishers.noBody());
    }

    private static HttpRequest.Builder message(String path, String token) {
        return withToken(path, token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Streamable.PING));
    }

    private static HttpRequest.Builder withToken(String path, String token) {
        return token.isEmpty() ? Server.request(path) : Server.request(path, token);
    }

    /** A stream that opens is left at once. */
    private static int status(HttpRequest.Builder request) {
        try (EventStream stream = EventStream.open(request)) {
            return stream.response().statusCode();
        }
    }

    private static String answer(HttpRequest.Builder request) {
        HttpResponse<String> response = Server.send(request);
        return response.statusCode() + " " + Server.header(response, "Content-Type") + " " + response.body();
    }
}
