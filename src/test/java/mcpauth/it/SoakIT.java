package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import mcpauth.it.ServerProcess.Heap;
import mcpauth.it.ServerProcess.Sessions;
import mcpauth.transport.SessionCountServlet;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Thousands of clients that come and vanish: the server has everything back afterwards. {@code ./mvnw -Psoak verify}. */
@Tag("soak")
@ExtendWith(ArquillianExtension.class)
final class SoakIT {
    private static final int WARM_UP = 500;
    private static final int CYCLES = 5000;
    private static final int CLIENTS = 8;
    /** 400 bytes a client: a session that stays has 12,000, so one in thirty would be seen; caches need the rest. */
    private static final long HEAP_GROWTH = 400L * CYCLES;

    private static final List<String> SESSION = List.of(
            "mcpauth.transport.SseSession",
            "mcpauth.transport.StreamableSession",
            "mcpauth.transport.EventOutput",
            "mcpauth.transport.ListeningStream",
            "mcpauth.token.TokenRecheck",
            "io.modelcontextprotocol.spec.McpServerSession",
            "io.modelcontextprotocol.spec.McpStreamableServerSession");

    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                        "mcp.auth.issuer", issuer.issuer(),
                        // both share the machine: the issuer's first answer may take its time
                        "mcp.auth.request-timeout", "PT20S",
                        "mcp.server.keep-alive", "PT0.5S",
                        "mcp.server.session-idle-timeout", "PT2S",
                        "mcp.server.max-sessions", "20000",
                        "mcp.server.max-sessions-per-user", "20000"))
                .addClasses(SessionCountServlet.class, SessionCountServlet.ApplicationWitness.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void sseClientsThatVanishLeaveNothing() throws Exception {
        soak("HTTP+SSE", (token, cycle) -> openAndDrop("/sse", token, "", "event: endpoint\n", cycle));
    }

    /** They send no DELETE: their sessions end because nobody uses them. */
    @Test
    void streamableClientsThatVanishLeaveNothing() throws Exception {
        soak("Streamable HTTP", (token, cycle) -> {
            String session = Streamable.open(token);
            openAndDrop("/mcp", token, "Mcp-Session-Id: " + session + "\r\n", ": open\n", cycle);
        });
    }

    private interface Cycle {
        void run(String token, int number) throws IOException;
    }

    private static void soak(String transport, Cycle cycle) throws Exception {
        String token = issuer.token(User.ALICE);
        ServerProcess server = ServerProcess.find(token);
        run(WARM_UP, token, cycle);
        waitUntilNoSession(token);
        Map<String, Integer> threadsBefore = server.threads();
        Heap before = server.heap();

        long start = System.nanoTime();
        run(CYCLES, token, cycle);
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        Sessions sessions = waitUntilNoSession(token);
        Map<String, Integer> threadsAfter = server.threads();
        Heap after = server.heap();

        System.out.println("Soak on " + System.getProperty("arquillian.launch") + ": " + CYCLES + " cycles of "
                + transport + " in " + seconds + " s, then " + sessions + ", threads "
                + ServerProcess.total(threadsBefore) + " -> "
                + ServerProcess.total(threadsAfter) + ", heap " + before.bytes() + " -> " + after.bytes() + " bytes");
        assertSoftly(softly -> {
            softly.assertThat(sessions).isEqualTo(new Sessions(0, 0));
            softly.assertThat(ServerProcess.extraThreads(threadsBefore, threadsAfter))
                    .isEmpty();
            softly.assertThat(after.bytes() - before.bytes()).isLessThan(HEAP_GROWTH);
            for (String type : SESSION) {
                // a thread of WildFly that waits for work still has its last request and that one's session
                softly.assertThat(after.instances(type))
                        .as(type)
                        .isLessThanOrEqualTo(2 * threadsAfter.getOrDefault("default task-#", 0));
            }
        });
    }

    private static void run(int cycles, String token, Cycle cycle) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int number = 0; number < cycles; number++) {
                int current = number;
                running.add(clients.submit(() -> {
                    cycle.run(token, current);
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** Opens a stream and vanishes after its first event: one client in two closes its socket, the other resets it. */
    private static void openAndDrop(String path, String token, String header, String firstEvent, int cycle)
            throws IOException {
        try (Socket socket = new Socket(Server.BASE.getHost(), Server.BASE.getPort())) {
            socket.setSoTimeout(20_000);
            socket.setSoLinger(cycle % 2 == 0, 0);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                    + "Authorization: Bearer " + token + "\r\n" + header + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream input = socket.getInputStream();
            StringBuilder read = new StringBuilder();
            byte[] bytes = new byte[1024];
            while (read.indexOf(firstEvent) < 0) {
                int length = input.read(bytes);
                assertThat(length).as(read.toString()).isPositive();
                read.append(new String(bytes, 0, length, StandardCharsets.US_ASCII));
            }
            assertThat(read.toString()).startsWith("HTTP/1.1 200 ");
        }
    }

    /** What is counted after a time that is more than enough for idle sessions to end. */
    private static Sessions waitUntilNoSession(String token) throws InterruptedException {
        Sessions sessions = ServerProcess.sessions(token);
        for (int attempt = 0; sessions.count() > 0 && attempt < 60; attempt++) {
            Thread.sleep(500);
            sessions = ServerProcess.sessions(token);
        }
        return sessions;
    }
}
