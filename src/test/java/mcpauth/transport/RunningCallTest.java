package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RunningCallTest {
    private final RunningCalls calls = new RunningCalls();
    private final AtomicInteger written = new AtomicInteger();

    @AfterEach
    void leaveNoInterrupt() {
        Thread.interrupted();
    }

    private void cancel(Object id) {
        calls.take(new JSONRPCNotification("notifications/cancelled", Map.of("requestId", id)));
    }

    @Test
    void cancelledCallIsInterruptedUntilItsEnd() {
        RunningCall call = calls.begin(7);
        cancel(7);
        assertThat(call.isCancelled()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThatThrownBy(call::throwIfCancelled).isInstanceOf(CancellationException.class);
        assertThat(call.end()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        calls.end(call);
    }

    @Test
    void callThatAnswersIsNotCancelledAnyMore() {
        RunningCall call = calls.begin(7);
        assertThat(call.end()).isTrue();
        cancel(7);
        calls.cancelAll();
        assertThat(call.isCancelled()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        call.throwIfCancelled();
    }

    @Test
    void interruptOfSomebodyElseIsLeft() {
        RunningCall call = calls.begin(7);
        Thread.currentThread().interrupt();
        call.say(() -> assertThat(Thread.currentThread().isInterrupted()).isFalse(), false);
        calls.end(call);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatIsBeingWrittenIsNotInterrupted() {
        RunningCall call = calls.begin(7);
        call.say(
                () -> {
                    cancel(7);
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                },
                false);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        calls.end(call);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void cancelledCallSaysNothing() {
        RunningCall call = calls.begin(7);
        call.say(written::incrementAndGet, false);
        cancel(7);
        call.say(written::incrementAndGet, false);
        assertThatThrownBy(() -> call.say(written::incrementAndGet, true)).isInstanceOf(CancellationException.class);
        assertThat(written).hasValue(1);
        calls.end(call);
    }

    @Test
    void numbersAndStringsAreDifferentIds() {
        RunningCall call = calls.begin(7);
        cancel("7");
        cancel(7.5);
        cancel(Map.of("id", 7));
        calls.take(new JSONRPCNotification("notifications/cancelled", Map.of()));
        calls.take(new JSONRPCNotification("notifications/cancelled"));
        calls.take(new JSONRPCNotification("notifications/other", Map.of("requestId", 7)));
        assertThat(call.isCancelled()).isFalse();
        cancel(7L);
        assertThat(call.isCancelled()).isTrue();
        calls.end(call);
    }

    @Test
    void callThatBeginsWhenTheSessionHasEndedIsCancelled() {
        calls.close();
        RunningCall call = calls.begin(7);
        assertThat(call.isCancelled()).isTrue();
        calls.end(call);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void callThatHasEndedIsForgotten() {
        RunningCall call = calls.begin(7);
        assertThat(calls.ofThisThread()).isSameAs(call);
        calls.end(call);
        assertThat(calls.ofThisThread()).isNull();
        cancel(7);
        assertThat(call.isCancelled()).isFalse();
    }

    @Test
    void failureOfACallThatWasNotCancelledIsThrownOn() {
        RunningCall call = calls.begin(7);
        IllegalStateException failure = new IllegalStateException("defect");
        assertThatThrownBy(() -> call.throwUnlessCancelled(failure)).isSameAs(failure);
        cancel(7);
        call.throwUnlessCancelled(failure);
        calls.end(call);
    }

    @Test
    void callIsFoundInWhatTheSdkPassesOn() {
        RunningCall call = calls.begin(7);
        assertThat(RunningCall.of(call.context())).isSameAs(call);
        assertThat(RunningCall.of(McpTransportContext.EMPTY)).isNull();
        calls.end(call);
    }
}
