package mcpauth.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mcpauth.testing.LogtoDouble;
import mcpauth.testing.LogtoDouble.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is remembered of tokens, and who pays for a provider that is slow. */
@ExtendWith(ArquillianExtension.class)
final class CacheIT {
    private static final long TTL = 3000;
    private static final long OUTAGE_TTL = 4000;

    private static LogtoDouble logto;

    @Deployment(testable = false)
    static WebArchive war() {
        logto = LogtoDouble.start();
        return Server.war(Map.of(
                "mcp.auth.issuer", logto.issuer(),
                "mcp.auth.cache.ttl", Duration.ofMillis(TTL).toString(),
                "mcp.auth.cache.outage-ttl", Duration.ofMillis(OUTAGE_TTL).toString(),
                "mcp.auth.request-timeout", "PT5S",
                "mcp.auth.max-concurrent-requests", "2"));
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    @BeforeEach
    void providerIsWell() {
        logto.recover();
        // the metadata, too, is there
        assertThat(status(logto.signIn(User.ALICE))).isEqualTo(400);
        logto.recover();
    }

    /** 400 is the servlet's: the token was good. */
    private static int status(String token) {
        return Server.post("/messages", token, "{}").statusCode();
    }

    private static CompletableFuture<HttpResponse<String>> later(String token) {
        return Server.HTTP.sendAsync(
                Server.request("/messages", token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private static List<Integer> statuses(List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream().map(answer -> answer.join().statusCode()).toList();
    }

    @Test
    void crowdWithOneTokenAsksTheProviderOnce() {
        logto.userinfoTakes(Duration.ofMillis(300));
        String token = logto.signIn(User.ALICE);
        assertThat(statuses(Stream.generate(() -> later(token)).limit(200).toList()))
                .containsOnly(400);
        assertThat(logto.userinfoRequests()).hasSize(1);
    }

    @Test
    void crowdWithManyTokensAsksTheProviderAboutFewAtOnce() {
        Duration delay = Duration.ofMillis(30);
        logto.userinfoTakes(delay);
        List<String> tokens =
                Stream.generate(() -> logto.signIn(User.BOB)).limit(200).toList();
        assertThat(statuses(tokens.stream().map(CacheIT::later).toList())).containsOnly(400);
        assertThat(logto.userinfoRequests()).hasSize(200);
        assertThat(logto.userinfoRequestsAtOnce(delay)).isBetween(1, 2);
    }

    @Test
    void eachCallerOfACrowdIsTheOneItIs() {
        List<String> tokens = IntStream.range(0, 40)
                .mapToObj(i -> logto.signIn(i % 2 == 0 ? User.ALICE : User.BOB))
                .toList();
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 120)
                .mapToObj(i -> Server.HTTP.sendAsync(
                        Streamable.post(tokens.get(i % 40), Streamable.initialize("2025-11-25"))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        for (int i = 0; i < 120; i++) {
            // a session is its owner's alone: it tells whom the server took the caller for
            String session =
                    answers.get(i).join().headers().firstValue("Mcp-Session-Id").orElse("");
            String other = tokens.get((i + 1) % 40);
            assertThat(Streamable.post(other, session, Streamable.PING).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void revokedTokenIsRefusedWhenItsTimeIsOver() throws InterruptedException {
        String token = logto.signIn(User.ALICE);
        long begin = System.nanoTime();
        assertThat(status(token)).isEqualTo(400);
        logto.revoke(token);
        int status = status(token);
        if (System.nanoTime() - begin < Duration.ofMillis(TTL).toNanos()) {
            assertThat(status).isEqualTo(400);
        }
        Thread.sleep(TTL);
        assertThat(status(token)).isEqualTo(401);
    }

    @Test
    void refusalIsRememberedOnlyAsRefusal() {
        String token = logto.signIn(User.ALICE);
        for (int i = 0; i < 5; i++) {
            assertThat(status(token)).isEqualTo(400);
            assertThat(status("wrong" + token)).isEqualTo(401);
        }
        assertThat(logto.userinfoRequests()).hasSize(2);
    }

    @Test
    void providerThatIsDownIsAskedAgainByEachUnknownCaller() {
        String token = logto.signIn(User.ALICE);
        logto.userinfoAnswers(aResponse().withStatus(500));
        assertThat(status(token)).isEqualTo(503);
        logto.recover();
        assertThat(status(token)).isEqualTo(400);
    }

    @Test
    void knownCallerIsBelievedABoundedTimeLongerWhileTheProviderIsDown() throws InterruptedException {
        String token = logto.signIn(User.ALICE);
        assertThat(status(token)).isEqualTo(400);
        logto.userinfoAnswers(aResponse().withStatus(500));
        assertThat(status(logto.signIn(User.ALICE))).isEqualTo(503);
        Thread.sleep(TTL);
        assertThat(status(token)).isEqualTo(400);
        Thread.sleep(OUTAGE_TTL);
        assertThat(status(token)).isEqualTo(503);
    }

    /** A stranger with tokens that are made up gets us a 429: who is known is served, and nobody asks before the time. */
    @Test
    void providerThatIsAskedTooOftenIsLeftAloneAndWhoIsKnownIsServed() throws InterruptedException {
        String known = logto.signIn(User.ALICE);
        assertThat(status(known)).isEqualTo(400);
        logto.recover();
        logto.userinfoAnswers(aResponse().withStatus(429).withHeader("Retry-After", "9"));
        HttpResponse<String> first = later("made-up-0").join();
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("Retry-After")).contains("9");
        logto.userinfoAnswers(aResponse().withStatus(200));
        for (int i = 1; i < 20; i++) {
            HttpResponse<String> refused = later("made-up-" + i).join();
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9]");
        }
        Thread.sleep(TTL);
        assertThat(status(known)).isEqualTo(400);
        assertThat(logto.userinfoRequests()).hasSize(1);
        logto.recover();
        Thread.sleep(9000 - TTL);
        assertThat(status(logto.signIn(User.BOB))).isEqualTo(400);
    }

    private static long waiting(List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream().filter(answer -> !answer.isDone()).count();
    }

    /** The thread pools are those that the servers have by default. */
    @Test
    void providerThatHangsHarmsNobodyWhoIsKnown() throws InterruptedException {
        String known = logto.signIn(User.ALICE);
        assertThat(status(known)).isEqualTo(400);
        logto.userinfoTakes(Duration.ofSeconds(60));
        List<CompletableFuture<HttpResponse<String>>> strangers =
                Stream.generate(() -> later(logto.signIn(User.BOB))).limit(300).toList();
        long begin = System.nanoTime();
        while (waiting(strangers) > 4
                && System.nanoTime() - begin < Duration.ofSeconds(20).toNanos()) {
            Thread.sleep(50);
        }
        // two are asked about, and one may wait for longer than a moment
        assertThat(waiting(strangers)).isLessThanOrEqualTo(4);
        // one after the other: each would wait for a thread, were there none
        for (int i = 0; i < 50; i++) {
            assertThat(status(known)).isEqualTo(400);
        }
        assertThat(statuses(strangers)).containsOnly(503);
        assertThat(strangers.get(0).join().headers().firstValue("Retry-After")).contains("5");
        assertThat(logto.userinfoRequests()).hasSizeLessThanOrEqualTo(20);
        assertThat(Server.log()).contains("MCPAUTH-106 " + logto.issuer() + "/me has not answered in time");
    }
}
