package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of calls and streams when the application is stopped. */
@ExtendWith(ArquillianExtension.class)
final class StopIT {
    private static DevelopmentIssuer issuer;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "war", managed = false, testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer())).addClass(WaitingTool.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void callThatRunsIsAnsweredAndStreamsEnd() throws Exception {
        deployer.deploy("war");
        String token = issuer.token(User.ALICE);
        String session = Streamable.open(token);
        // Open Liberty deletes the WAR first: a class that no call has needed before would be missing
        Streamable.post(token, session, Streamable.call(0, "waiting", "port", 0));
        try (EventStream sse = EventStream.open(token);
                EventStream listening = EventStream.open(Streamable.get(token, session));
                ServerSocket release = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            sse.messagesPath();
            CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(() ->
                    Streamable.post(token, session, Streamable.call(1, "waiting", "port", release.getLocalPort())));
            Socket running = release.accept();
            // Arquillian knows its servers on this thread only
            CompletableFuture<Integer> refusal = CompletableFuture.supplyAsync(() -> firstRefusal(token))
                    .whenComplete((status, failure) -> end(running));
            deployer.undeploy("war");
            // The servers answer by themselves, as if the application had never been there, or as WildFly's UT010051
            // does;
            // a request that was on its way when Open Liberty began to stop is answered by us
            assertThat(refusal.join())
                    .isIn(404, System.getProperty("arquillian.launch").equals("wildfly") ? 500 : 503);
            assertThat(call.join().statusCode()).isEqualTo(200);
            assertThat(call.join().body()).contains("\"text\":\"awake\"");
            assertThat(sse.endsWithin(5000)).isTrue();
            assertThat(listening.endsWithin(5000)).isTrue();
        }
    }

    private static void end(Socket connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of attempts to open a session, from the time on when the server is told to stop. */
    private static int firstRefusal(String token) {
        int status = 200;
        while (status == 200) {
            status = Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")))
                    .statusCode();
        }
        return status;
    }
}
