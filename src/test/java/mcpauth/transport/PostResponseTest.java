package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class PostResponseTest {
    private static final McpJsonMapper JSON = new JacksonMcpJsonMapper(JsonMapper.shared());
    private static final Duration PERIOD = Duration.ofSeconds(25);
    private static final String KEEP_ALIVE = ": keep-alive\n\n";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final TestServletResponse response = new TestServletResponse(written);
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    private final PostResponse answer =
            new PostResponse(response.response(), JSON, new MessageEncoder(JSON, 1 << 20), false, 1 << 20, now::get);

    private String body() {
        return written.toString(StandardCharsets.UTF_8);
    }

    /** As the common tick of all calls does. */
    private void passes(Duration time) {
        now.addAndGet(time.toNanos());
        if (answer.isSilentFor(PERIOD)) {
            answer.keepAlive(PERIOD);
        }
    }

    @Test
    void keepAliveComesEachPeriodFromTheStartOfTheCall() throws IOException {
        passes(PERIOD.minusMillis(1));
        assertThat(body()).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(body()).isEqualTo(KEEP_ALIVE);
        passes(PERIOD.minusMillis(1));
        assertThat(body()).isEqualTo(KEEP_ALIVE);
        passes(Duration.ofMillis(1));
        assertThat(body()).isEqualTo(KEEP_ALIVE + KEEP_ALIVE);
        answer.write(JSONRPCResponse.result(1, Map.of()));
        answer.finish();
        assertThat(body())
                .isEqualTo(KEEP_ALIVE + KEEP_ALIVE
                        + "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n");
        assertThat(response.headers).containsEntry("Content-Type", "text/event-stream");
    }

    @Test
    void whatIsSaidMeanwhileStandsForAKeepAlive() {
        passes(PERIOD.minusMillis(1));
        answer.write(new JSONRPCNotification("notifications/message", Map.of()));
        written.reset();
        passes(PERIOD.minusMillis(1));
        assertThat(body()).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(body()).isEqualTo(KEEP_ALIVE);
    }

    @Test
    void callThatHasEndedIsNotKeptAlive() throws IOException {
        answer.write(JSONRPCResponse.result(1, Map.of()));
        answer.finish();
        written.reset();
        passes(PERIOD);
        assertThat(body()).isEmpty();
    }

    @Test
    void cancelledCallIsNotAnswered() throws IOException {
        RunningCall call = new RunningCall(1);
        answer.handle(call, () -> {
            call.cancel();
            answer.send(JSONRPCResponse.result(1, Map.of()));
        });
        answer.finish();
        assertThat(response.status).isEqualTo(200);
        assertThat(response.headers).containsEntry("Content-Type", "text/event-stream");
        assertThat(body()).isEqualTo(": cancelled\n\n");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void callWhoseClientHasGoneIsCancelledAndTheNextDoesNotBegin() throws IOException {
        PostResponse gone = new PostResponse(
                new TestServletResponse(broken()).response(),
                JSON,
                new MessageEncoder(JSON, 1 << 20),
                true,
                1 << 20,
                now::get);
        RunningCall call = new RunningCall(1);
        gone.handle(call, () -> {
            now.addAndGet(PERIOD.toNanos());
            gone.keepAlive(PERIOD);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        assertThat(call.isCancelled()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        RunningCall next = new RunningCall(2);
        gone.handle(next, () -> {
            throw new AssertionError("it begins");
        });
        assertThat(next.isCancelled()).isTrue();
        gone.finish();
    }

    private static OutputStream broken() {
        return new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
    }
}
