package mcpauth.oidc;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints have asked not to be asked before a time, with 429 or 503 and {@code Retry-After}. No pause is longer than
 * {@link #LONGEST}: a value beyond is a mistake, or the wish of a stranger who has drawn a provider's anger upon us. Safe for
 * use by many threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110 section 10.2.3</a>
 */
final class Pauses {
    /** What a provider is granted at most. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVICE_UNAVAILABLE = 503;

    /**
     * One that goes on.
     *
     * @param left for how long yet, in whole seconds, at least one
     * @param tooMany whether the endpoint was asked too often, and is well
     */
    record Pause(Duration left, boolean tooMany) {}

    private record Until(long nanos, boolean tooMany) {}

    private final LongSupplier nanoTime;
    private final Map<String, Until> pauses = new ConcurrentHashMap<>();

    Pauses(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * How long an answer asks to be left alone, bounded; null if it does not, or not in a way that can be read.
     *
     * @param retryAfter the header's value: seconds, or a date in one of the three forms of HTTP
     * @param date when the answer was sent, by the clock of who sent it
     */
    static @Nullable Duration asked(int status, @Nullable String retryAfter, Instant date) {
        if (retryAfter == null || (status != TOO_MANY_REQUESTS && status != SERVICE_UNAVAILABLE)) {
            return null;
        }
        String value = retryAfter.strip();
        if (value.matches("\\d{1,18}")) {
            return bounded(Duration.ofSeconds(Long.parseLong(value)));
        }
        return date(value).map(until -> bounded(Duration.between(date, until))).orElse(null);
    }

    /** As {@code HttpURLConnection} reads the dates of other headers. */
    @SuppressWarnings({"deprecation", "JavaUtilDate"}) // what replaces it knows one of the three forms
    private static Optional<Instant> date(String value) {
        try {
            return value.endsWith("GMT") || value.matches("\\w{3} \\w{3} [ \\d]\\d [\\d:]{8} \\d{4}")
                    ? Optional.of(Instant.ofEpochMilli(Date.parse(value.endsWith("GMT") ? value : value + " GMT")))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Duration bounded(Duration asked) {
        if (asked.isNegative() || asked.isZero()) {
            return null;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }

    /** From now on the endpoint is left alone for that time. */
    void begin(URI uri, Duration length, boolean tooMany) {
        long now = nanoTime.getAsLong();
        pauses.values().removeIf(pause -> pause.nanos - now <= 0);
        pauses.put(endpoint(uri), new Until(now + length.toNanos(), tooMany));
    }

    /** The pause of the endpoint; empty if it may be asked. */
    Optional<Pause> at(URI uri) {
        if (pauses.isEmpty()) {
            return Optional.empty();
        }
        Until until = pauses.get(endpoint(uri));
        long left = until == null ? 0 : until.nanos - nanoTime.getAsLong();
        return until == null || left <= 0
                ? Optional.empty()
                : Optional.of(new Pause(
                        Duration.ofSeconds(Duration.ofNanos(left + 999_999_999).toSeconds()), until.tooMany));
    }

    private static String endpoint(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }
}
