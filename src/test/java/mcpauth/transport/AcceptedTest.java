package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AcceptedTest {
    private static boolean accepts(String... headers) {
        return Accepted.of(List.of(headers)).contains("text/event-stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " , ",
                "text/event-stream",
                "TEXT/Event-Stream",
                "application/json, text/event-stream",
                "*/*",
                "text/*;q=0.5",
                "text/event-stream;q=0.001",
                "text/event-stream; q=1",
                "text/event-stream;charset=utf-8",
                "*/*;q=0, text/event-stream",
                "text/*;q=0, text/event-stream",
                "text/event-stream;level=1;q=0, text/event-stream;level=2",
                "application/json;q=0, */*",
            })
    void typeThatIsListedIsAccepted(String header) {
        assertThat(accepts(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/html",
                "application/*",
                "text/event-stream;q=0",
                "text/event-stream; Q = 0.000",
                "text/event-stream;q=0.",
                "text/event-stream;charset=utf-8;q=0",
                "*/*, text/event-stream;q=0",
                "*/*, text/*;q=0",
                "*/*;q=0",
                "application/json, */*;q=0.0",
            })
    void typeThatIsNotOrHasNoWeightIsNot(String header) {
        assertThat(accepts(header)).isFalse();
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(accepts("application/json", "text/event-stream")).isTrue();
        assertThat(accepts("*/*", "text/event-stream;q=0")).isFalse();
        assertThat(accepts()).isTrue();
    }
}
