package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PausesTest {
    private static final Instant SENT = Instant.parse("2026-11-27T12:00:00Z");
    private static final URI USERINFO = URI.create("https://provider.example/oidc/me");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final Pauses pauses = new Pauses(nanos::get);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | 7 | PT7S",
                "503 | ' 120 ' | PT2M",
                "429 | 300 | PT5M",
                "429 | 301 | PT5M",
                "429 | 999999999999999999 | PT5M",
                "503 | Fri, 27 Nov 2026 12:00:30 GMT | PT30S",
                "503 | Friday, 27-Nov-26 12:00:30 GMT | PT30S",
                "503 | Fri Nov 27 12:00:30 2026 | PT30S",
                "503 | Fri, 27 Nov 2099 12:00:30 GMT | PT5M"
            })
    void endpointIsLeftAloneForAsLongAsItSaysAndNoLongerThanTheBound(int status, String retryAfter, Duration length) {
        assertThat(Pauses.asked(status, retryAfter, SENT)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.5",
                "+7",
                "0x10",
                "9999999999999999999999",
                "soon",
                "",
                "Fri, 27 Nov 2026 11:59:59 GMT",
                "Fri, 99 Foo 2026 12:00:30 GMT",
                "2026-11-27T12:00:30Z"
            })
    void whatSaysNothingIsNoWish(String retryAfter) {
        assertThat(Pauses.asked(429, retryAfter, SENT)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 400, 401, 403, 404, 500, 502})
    void answersOfOtherKindsAskForNoPause(int status) {
        assertThat(Pauses.asked(status, "7", SENT)).isNull();
    }

    @Test
    void onlyTheEndpointThatAskedIsLeftAlone() {
        pauses.begin(USERINFO, Duration.ofSeconds(7), true);
        assertThat(pauses.at(URI.create("https://provider.example/oidc/jwks"))).isEmpty();
        assertThat(pauses.at(URI.create("https://other.example/oidc/me"))).isEmpty();
        assertThat(pauses.at(URI.create(USERINFO + "?prompt=none")))
                .contains(new Pauses.Pause(Duration.ofSeconds(7), true));
    }

    @Test
    void pauseEndsAndWhatIsLeftIsRoundedUp() {
        pauses.begin(USERINFO, Duration.ofSeconds(7), false);
        nanos.addAndGet(Duration.ofSeconds(6).plusNanos(1).toNanos());
        assertThat(pauses.at(USERINFO)).contains(new Pauses.Pause(Duration.ofSeconds(1), false));
        nanos.addAndGet(Duration.ofSeconds(1).minusNanos(2).toNanos());
        assertThat(pauses.at(USERINFO)).contains(new Pauses.Pause(Duration.ofSeconds(1), false));
        nanos.incrementAndGet();
        assertThat(pauses.at(USERINFO)).isEmpty();
    }
}
