package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecheckRoundsTest {
    private static final Map<String, String> SESSIONS = Map.of("a", "A", "b", "B", "c", "C");
    private static final Duration LONG = Duration.ofHours(1);

    private final RecheckRounds rounds = new RecheckRounds();
    private final List<String> checked = new ArrayList<>();

    @Test
    void eachSessionHasItsTurnOnceARound() {
        rounds.run(SESSIONS, checked::add, LONG);
        assertThat(checked).containsExactly("A", "B", "C");
        rounds.run(SESSIONS, checked::add, LONG);
        assertThat(checked).containsExactly("A", "B", "C", "A", "B", "C");
    }

    @Test
    void roundThatWasEndedGoesOnWhereItStopped() {
        Duration nothing = Duration.ZERO.minusNanos(1);
        rounds.run(SESSIONS, checked::add, nothing);
        assertThat(checked).isEmpty();
        // the time is over when the first has been checked
        for (int i = 0; i < 4; i++) {
            rounds.run(SESSIONS, this::checkSlowly, Duration.ofMillis(20));
        }
        assertThat(checked).containsExactly("A", "B", "C", "A");
    }

    private void checkSlowly(String session) {
        checked.add(session);
        try {
            Thread.sleep(25);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void sessionsThatComeAndGoMeanwhileKeepNobodyFromTheirTurn() {
        rounds.run(Map.of("b", "B"), checked::add, LONG);
        rounds.run(Map.of("a", "A", "c", "C"), checked::add, LONG);
        assertThat(checked).containsExactly("B", "C", "A");
        rounds.run(Map.<String, String>of(), checked::add, LONG);
        assertThat(checked).hasSize(3);
    }
}
