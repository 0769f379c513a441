package mcpauth.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import mcpauth.testing.LogtoDouble;
import mcpauth.testing.LogtoDouble.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An open stream does not outlive the token behind it. */
@ExtendWith(ArquillianExtension.class)
final class RecheckIT {
    private static LogtoDouble logto;

    @Deployment(testable = false)
    static WebArchive war() {
        logto = LogtoDouble.start();
        return Server.war(Map.of(
                        "mcp.auth.cache.ttl",
                        "PT0S",
                        "mcp.auth.issuer",
                        logto.issuer(),
                        "mcp.auth.recheck-interval",
                        "PT0.5S",
                        "mcp.auth.request-timeout",
                        "PT1S"))
                .addClasses(WatchedTool.class, WatchedTool.Visits.class);
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    @BeforeEach
    void providerIsWell() {
        logto.recover();
    }

    @Test
    void sseSessionEndsWithItsToken() throws InterruptedException {
        String token = logto.signIn(User.ALICE);
        try (EventStream stream = EventStream.open(token)) {
            String messages = stream.messagesPath();
            assertThat(stream.endsWithin(1500)).isFalse();
            logto.revoke(token);
            assertThat(stream.endsWithin(3000)).isTrue();
            assertThat(Server.post(messages, logto.signIn(User.ALICE), Streamable.PING)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void streamableStreamEndsWithItsTokenAndTheSessionGoesOn() throws InterruptedException {
        String token = logto.signIn(User.ALICE);
        String session = Streamable.open(token);
        try (EventStream stream = EventStream.open(Streamable.get(token, session))) {
            assertThat(stream.next()).isEqualTo(": open");
            assertThat(stream.endsWithin(1500)).isFalse();
            logto.revoke(token);
            assertThat(stream.endsWithin(3000)).isTrue();
            assertThat(Streamable.post(logto.signIn(User.ALICE), session, Streamable.PING)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void callEndsWithItsToken() {
        String token = logto.signIn(User.ALICE);
        String session = Streamable.open(token);
        try (Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(
                    () -> Streamable.post(token, session, Streamable.call(7, "watched", "port", watch.port())));
            assertThat(watch.begins()).startsWith("runs as ");
            logto.revoke(token);
            watch.assertInterrupted();
            assertThat(call.join().body()).isEqualTo(": cancelled\n\n");
        }
        assertThat(Streamable.post(logto.signIn(User.ALICE), session, Streamable.PING)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void callOfAnSseSessionEndsWithItsToken() throws InterruptedException {
        String token = logto.signIn(User.ALICE);
        try (SseClient client = SseClient.open(token);
                Watch watch = new Watch()) {
            CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(
                    () -> Server.post(client.messages(), token, Streamable.call(7, "watched", "port", watch.port())));
            assertThat(watch.begins()).startsWith("runs as ");
            logto.revoke(token);
            watch.assertInterrupted();
            assertThat(call.join().statusCode()).isEqualTo(202);
            assertThat(client.stream().endsWithin(3000)).isTrue();
        }
    }

    @Test
    void newestTokenOfTheOwnerCounts() throws InterruptedException {
        String old = logto.signIn(User.ALICE);
        try (EventStream stream = EventStream.open(old)) {
            String refreshed = logto.signIn(User.ALICE);
            Server.post(stream.messagesPath(), refreshed, Streamable.PING);
            logto.revoke(old);
            assertThat(stream.endsWithin(1500)).isFalse();
            logto.revoke(refreshed);
            assertThat(stream.endsWithin(3000)).isTrue();
        }
    }

    @Test
    void providerThatIsDownEndsNoStream() throws InterruptedException {
        String token = logto.signIn(User.ALICE);
        try (EventStream stream = EventStream.open(token)) {
            String messages = stream.messagesPath();
            logto.userinfoAnswers(aResponse().withStatus(500));
            assertThat(stream.endsWithin(2000)).isFalse();
            logto.recover();
            assertThat(Server.post(messages, token, Streamable.PING).statusCode())
                    .isEqualTo(202);
        }
    }
}
