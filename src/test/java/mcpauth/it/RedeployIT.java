package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import mcpauth.it.ServerProcess.Heap;
import mcpauth.testing.OpenLibertyCacheAgent;
import mcpauth.transport.SessionCountServlet;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server on which the application is deployed anew many times keeps nothing of it. {@code ./mvnw -Psoak verify}. */
@Tag("soak")
@ExtendWith(ArquillianExtension.class)
final class RedeployIT {
    private static final int TIMES = 20;
    /**
     * What the servers keep, however often it is deployed. Both: one whose classes a method handle of the JDK has compared
     * last ({@code ObjectMethods.OBJECT_EQ}). Open Liberty: the first one, whose loggers the last one uses. WildFly: one
     * whose request was the last on a thread that waits for work.
     */
    private static final int MAY_REMAIN = 2;

    private static DevelopmentIssuer issuer;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "war", managed = false, testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(
                        "redeploy.war",
                        Map.of(
                                "mcp.auth.issuer",
                                issuer.issuer(),
                                // both share the machine: the issuer's first answer may take its time
                                "mcp.auth.request-timeout",
                                "PT20S"))
                .addClasses(SessionCountServlet.class, SessionCountServlet.ApplicationWitness.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void applicationThatIsUndeployedLeavesNothing() throws Exception {
        ServerProcess server = deployUseAndUndeploy();
        Map<String, Integer> threadsBefore = server.threads();
        for (int time = 1; time < TIMES; time++) {
            assertThat(deployUseAndUndeploy()).isEqualTo(server);
        }
        int keptByAll = applications(server.heap());
        server.loadAgent(OpenLibertyCacheAgent.class);
        Heap heap = server.heap();
        Map<String, Integer> threads = server.threads();
        // threads of java.net.http end a minute after their work at the latest
        for (int attempt = 0; attempt < 50 && !isGivenBack(heap, threadsBefore, threads); attempt++) {
            Thread.sleep(2000);
            heap = server.heap();
            threads = server.threads();
        }
        System.out.println("Redeploy on " + System.getProperty("arquillian.launch") + ": of " + TIMES
                + " applications " + keptByAll + " alive at once, " + applications(heap) + " in the end; threads "
                + ServerProcess.total(threadsBefore) + " -> " + ServerProcess.total(threads));
        assertThat(applications(heap)).isLessThanOrEqualTo(MAY_REMAIN);
        assertThat(ServerProcess.extraThreads(threadsBefore, threads)).isEmpty();
        assertThat(httpClients(threads)).isLessThanOrEqualTo(applications(heap));
    }

    private static boolean isGivenBack(Heap heap, Map<String, Integer> threadsBefore, Map<String, Integer> threads) {
        return applications(heap) <= MAY_REMAIN
                && ServerProcess.extraThreads(threadsBefore, threads).isEmpty()
                && httpClients(threads) <= applications(heap);
    }

    /** A client of java.net.http has such a thread for as long as anything refers to it. */
    private static int httpClients(Map<String, Integer> threads) {
        return threads.getOrDefault("HttpClient-#-SelectorManager", 0);
    }

    /** How many class loaders of the application are alive. */
    private static int applications(Heap heap) {
        return heap.instances(SessionCountServlet.ApplicationWitness.class.getName());
    }

    /** Each stream is open, and each kind of thread of ours has had something to do, when the application goes. */
    private ServerProcess deployUseAndUndeploy() {
        deployer.deploy("war");
        String token = issuer.token(User.ALICE);
        ServerProcess server = ServerProcess.find(token);
        String session = Streamable.open(token);
        assertThat(Streamable.post(token, session, Streamable.whoami(1)).statusCode())
                .isEqualTo(200);
        try (EventStream sse = EventStream.open(token);
                EventStream listening = EventStream.open(Streamable.get(token, session))) {
            String messages = sse.messagesPath();
            Server.post(messages, token, Streamable.initialize("2024-11-05"));
            Server.post(messages, token, Streamable.INITIALIZED);
            assertThat(Server.post(messages, token, Streamable.whoami(1)).statusCode())
                    .isEqualTo(202);
            assertThat(listening.next()).isEqualTo(": open");
            deployer.undeploy("war");
        }
        return server;
    }
}
