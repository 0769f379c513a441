package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventOutputTest {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final TestServletOutput client = new TestServletOutput(read);
    private final AtomicInteger completions = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final EventOutput output = new EventOutput(TestServletOutput.asyncContext(completions), client, 20);

    {
        output.whenEnded(ends::incrementAndGet);
    }

    private void send(String event) {
        output.send(event.getBytes(StandardCharsets.UTF_8));
    }

    private String read() {
        return read.toString(StandardCharsets.UTF_8);
    }

    @Test
    void eventsWaitForASlowClientInTheirOrder() {
        client.ready = false;
        send("first");
        send("second");
        assertThat(read()).isEmpty();
        client.ready = true;
        output.onWritePossible();
        assertThat(read()).isEqualTo("firstsecond");
        assertThat(ends).hasValue(0);
    }

    @Test
    void streamEndsAtTheBound() {
        client.ready = false;
        send("0123456789");
        send("0123456789");
        assertThat(output.hasEnded()).isFalse();
        send("x");
        assertThat(output.hasEnded()).isTrue();
        assertThat(ends).hasValue(1);
        assertThat(completions).hasValue(1);
        client.ready = true;
        output.onWritePossible();
        assertThat(read()).isEmpty();
    }

    @Test
    void whatTheClientHasReadMakesRoom() {
        for (int event = 0; event < 100; event++) {
            send("0123456789012345678");
        }
        assertThat(read()).hasSize(1900);
        assertThat(output.hasEnded()).isFalse();
    }

    @Test
    void keepAliveDoesNotPileUp() {
        client.ready = false;
        for (int tick = 0; tick < 100; tick++) {
            output.keepAlive();
        }
        assertThat(output.hasEnded()).isFalse();
        client.ready = true;
        output.keepAlive();
        assertThat(read()).isEqualTo(": keep-alive\n\n");
    }

    @Test
    void finishedStreamEndsWhenTheClientHasReadAll() {
        client.ready = false;
        send("last");
        output.finish();
        send("too late");
        assertThat(output.hasEnded()).isFalse();
        client.ready = true;
        output.onWritePossible();
        assertThat(read()).isEqualTo("last");
        assertThat(output.hasEnded()).isTrue();
        assertThat(completions).hasValue(1);
    }

    @Test
    void errorOfTheConnectionEndsTheStreamOnce() {
        output.onError(new java.io.IOException("Broken pipe"));
        output.end();
        assertThat(ends).hasValue(1);
        assertThat(completions).hasValue(1);
    }

    @Test
    void actionForTheEndRunsEvenIfItCameTooLate() {
        AtomicInteger late = new AtomicInteger();
        output.end();
        output.whenEnded(late::incrementAndGet);
        assertThat(late).hasValue(1);
    }
}
