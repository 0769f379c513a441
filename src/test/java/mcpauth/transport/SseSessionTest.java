package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpRequestHandler;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
final class SseSessionTest {
    private static final McpJsonMapper JSON = new JacksonMcpJsonMapper(JsonMapper.shared());
    private static final Caller ALICE = new Caller("https://issuer.example", "alice");
    private static final String NOT_YET = "Send initialize, then notifications/initialized, before any other request";
    private static final String INITIALIZE_RESULT =
            "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{},\"serverInfo\":{\"name\":\"test\",\"version\":\"1\"}}";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicInteger completions = new AtomicInteger();
    private final AtomicInteger closings = new AtomicInteger();
    private final SseSession session = session(written);

    /** A client that has gone: nothing can be written to it. */
    private static final class BrokenStream extends OutputStream {
        private int attempts;

        @Override
        public void write(int single) throws IOException {
            attempts++;
            throw new IOException("Broken pipe");
        }
    }

    /** Takes one byte at a time and pauses within each event, so that other threads would get in between. */
    private static final class PausingStream extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int single) {
            bytes.write(single);
            if (single == ',') {
                LockSupport.parkNanos(1);
            }
        }
    }

    private SseSession session(OutputStream stream) {
        EventOutput output =
                new EventOutput(TestServletOutput.asyncContext(completions), new TestServletOutput(stream), 1 << 20);
        output.whenEnded(closings::incrementAndGet);
        return new SseSession(ALICE, output, JSON, new MessageEncoder(JSON, 1 << 20), new Parameters(JSON));
    }

    private static McpServerSession protocol(McpServerTransport transport) {
        McpSchema.InitializeResult initialized = McpSchema.InitializeResult.builder(
                        "2024-11-05",
                        McpSchema.ServerCapabilities.builder().build(),
                        McpSchema.Implementation.builder("test", "1").build())
                .build();
        McpRequestHandler<Object> echo = (exchange, params) -> Mono.just(params);
        McpRequestHandler<Object> broken =
                (exchange, params) -> Mono.error(new IllegalStateException("password is hunter2"));
        return new McpServerSession(
                "test",
                Duration.ofSeconds(10),
                transport,
                request -> Mono.just(initialized),
                Map.of("echo", echo, "broken", broken),
                Map.of(McpSchema.METHOD_NOTIFICATION_INITIALIZED, (exchange, params) -> Mono.empty()));
    }

    private static JSONRPCRequest initializeRequest() {
        return new JSONRPCRequest(
                McpSchema.METHOD_INITIALIZE,
                "init",
                Map.of(
                        "protocolVersion", "2024-11-05",
                        "capabilities", Map.of(),
                        "clientInfo", Map.of("name", "client", "version", "1")));
    }

    private static void receive(SseSession session, JSONRPCMessage message) {
        session.receive(message, acceptance(new TestServletResponse(new ByteArrayOutputStream())));
    }

    private static Acceptance acceptance(TestServletResponse response) {
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                SseSessionTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, values) -> "HTTP/1.1");
        return new Acceptance(request, response.response());
    }

    private static void initialize(SseSession session) {
        receive(session, initializeRequest());
        receive(session, new JSONRPCNotification(McpSchema.METHOD_NOTIFICATION_INITIALIZED));
    }

    private static String event(String json) {
        return "event: message\ndata: " + json + "\n\n";
    }

    private static String result(String id, String result) {
        return event("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":" + result + "}");
    }

    private static String refusal(String id, String reason) {
        return event("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"error\":{\"code\":-32600,\"message\":\"" + reason
                + "\"}}");
    }

    private String stream() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private void started() {
        session.start(SseSessionTest::protocol, "/messages");
        written.reset();
    }

    @Test
    void firstEventNamesThePathForMessages() {
        session.start(SseSessionTest::protocol, "/context/messages");
        assertThat(stream()).isEqualTo("event: endpoint\ndata: /context/messages?sessionId=" + session.id() + "\n\n");
    }

    @Test
    void idsAreNotRepeated() {
        assertThat(session(written).id()).isNotEqualTo(session.id());
    }

    @Test
    void sessionBelongsToItsOwnerOnly() {
        assertThat(session.owner()).isEqualTo(new Caller("https://issuer.example", "alice"));
        assertThat(session.owner()).isNotEqualTo(new Caller("https://issuer.example", "bob"));
        assertThat(session.owner()).isNotEqualTo(new Caller("https://other.example", "alice"));
    }

    @Test
    void pingBeforeInitializeIsAnswered() {
        started();
        receive(session, new JSONRPCRequest(McpSchema.METHOD_PING, "1"));
        assertThat(stream()).isEqualTo(result("1", "{}"));
    }

    @Test
    void requestBeforeInitializeIsRefusedAtOnce() {
        started();
        receive(session, new JSONRPCRequest(McpSchema.METHOD_TOOLS_LIST, "1"));
        assertThat(stream()).isEqualTo(refusal("1", NOT_YET));
    }

    @Test
    void requestWithoutInitializedIsRefused() {
        started();
        receive(session, initializeRequest());
        receive(session, new JSONRPCRequest("echo", "1", Map.of("a", 1)));
        assertThat(stream()).isEqualTo(result("init", INITIALIZE_RESULT) + refusal("1", NOT_YET));
    }

    @Test
    void requestThatOvertakesInitializedWaitsForIt() throws InterruptedException {
        started();
        receive(session, initializeRequest());
        Thread overtaking = new Thread(() -> receive(session, new JSONRPCRequest("echo", "1", Map.of("a", 1))));
        overtaking.start();
        while (overtaking.getState() != Thread.State.TIMED_WAITING && overtaking.isAlive()) {
            Thread.onSpinWait();
        }
        receive(session, new JSONRPCNotification(McpSchema.METHOD_NOTIFICATION_INITIALIZED));
        overtaking.join();
        assertThat(stream()).isEqualTo(result("init", INITIALIZE_RESULT) + result("1", "{\"a\":1}"));
    }

    @Test
    void initializedWithoutInitializeOpensNothing() {
        started();
        receive(session, new JSONRPCNotification(McpSchema.METHOD_NOTIFICATION_INITIALIZED));
        receive(session, new JSONRPCRequest("echo", "1", Map.of("a", 1)));
        assertThat(stream()).isEqualTo(refusal("1", NOT_YET));
    }

    @Test
    void secondInitializeIsRefused() {
        started();
        initialize(session);
        written.reset();
        receive(session, new JSONRPCRequest(McpSchema.METHOD_INITIALIZE, "again", Map.of()));
        assertThat(stream()).isEqualTo(refusal("again", "The session is initialized already"));
    }

    @Test
    void answerIsInTheStreamWhenTheRequestReturns() {
        started();
        initialize(session);
        written.reset();
        receive(session, new JSONRPCRequest("echo", "1", Map.of("text", "line\nbreak é")));
        assertThat(stream()).isEqualTo(result("1", "{\"text\":\"line\\nbreak é\"}"));
    }

    @Test
    void messageOfAnInternalErrorIsReplacedByTheIncident() {
        started();
        initialize(session);
        written.reset();
        receive(session, new JSONRPCRequest("broken", "1", Map.of()));
        assertThat(stream())
                .matches("event: message\ndata: \\Q{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"error\":{\"code\":-32603,"
                        + "\"message\":\"Something went wrong in the server. Its log tells more under incident \\E"
                        + "[0-9a-f-]{36}\\Q.\"}}\\E\n\n");
    }

    @Test
    void keepAliveIsAComment() {
        started();
        session.keepAlive();
        assertThat(stream()).isEqualTo(": keep-alive\n\n");
    }

    @Test
    void eventsOfManyThreadsStayWhole() throws Exception {
        PausingStream pausing = new PausingStream();
        SseSession shared = session(pausing);
        shared.start(SseSessionTest::protocol, "/messages");
        initialize(shared);
        pausing.bytes.reset();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<? extends Future<?>> senders = IntStream.range(0, 8)
                    .mapToObj(thread -> threads.submit(() -> {
                        for (int number = 0; number < 100; number++) {
                            receive(shared, new JSONRPCRequest("echo", thread + "-" + number, Map.of("n", number)));
                        }
                    }))
                    .toList();
            for (Future<?> sender : senders) {
                sender.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Stream<String> expected =
                IntStream.range(0, 800).mapToObj(i -> result(i / 100 + "-" + i % 100, "{\"n\":" + i % 100 + "}"));
        assertThat(Arrays.stream(pausing.bytes.toString(StandardCharsets.UTF_8).split("(?<=\n\n)", -1))
                        .filter(event -> !event.isEmpty()))
                .containsExactlyInAnyOrderElementsOf(expected.toList());
    }

    @Test
    void clientThatHasGoneClosesTheSessionOnce() {
        BrokenStream broken = new BrokenStream();
        SseSession gone = session(broken);
        gone.start(SseSessionTest::protocol, "/messages");
        gone.keepAlive();
        gone.close();
        assertThat(broken.attempts).isEqualTo(1);
        assertThat(closings).hasValue(1);
        assertThat(completions).hasValue(1);
    }

    @Test
    void closedSessionWritesNothing() {
        started();
        session.close();
        session.keepAlive();
        receive(session, new JSONRPCRequest(McpSchema.METHOD_PING, "1"));
        assertThat(stream()).isEmpty();
        assertThat(closings).hasValue(1);
    }

    @Test
    void postIsAnsweredOnceWhetherSoonerOrAtTheEnd() {
        TestServletResponse early = new TestServletResponse(new ByteArrayOutputStream());
        Acceptance acceptance = acceptance(early);
        acceptance.sendNow();
        assertThat(early.headers)
                .isEqualTo(Map.of("Cache-Control", "no-store", "Connection", "close", "Content-Length", "0"));
        assertThat(early.status).isEqualTo(202);
        assertThat(early.flushes).hasValue(1);
        early.headers.clear();
        acceptance.sendNow();
        acceptance.finish();
        assertThat(early.headers).isEmpty();
        assertThat(early.flushes).hasValue(1);
        assertThat(acceptance.isDue(Duration.ZERO)).isFalse();
        assertThat(acceptance.isOpen()).isFalse();

        TestServletResponse quick = new TestServletResponse(new ByteArrayOutputStream());
        Acceptance handled = acceptance(quick);
        assertThat(handled.isDue(Duration.ZERO)).isTrue();
        handled.finish();
        handled.sendNow();
        assertThat(quick.headers).isEqualTo(Map.of("Cache-Control", "no-store"));
        assertThat(quick.flushes).hasValue(0);
    }
}
