package mcpauth.transport;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The types of answers that a client takes: all if it names none. Of the weights only zero counts, which says that a type
 * is not acceptable.
 *
 * @param ranges whether a range, such as {@code text/*}, is acceptable
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1">RFC 9110 section 12.5.1</a>
 */
record Accepted(Map<String, Boolean> ranges) {
    private static final Pattern ZERO = Pattern.compile("q\\s*=\\s*0(\\.0{0,3})?");

    /** @param headers the values of all Accept headers */
    static Accepted of(List<String> headers) {
        Map<String, Boolean> ranges = new HashMap<>();
        headers.stream()
                .flatMap(header -> Arrays.stream(header.toLowerCase(Locale.ROOT).split(",", -1)))
                .map(range ->
                        Arrays.stream(range.split(";", -1)).map(String::strip).toList())
                .filter(range -> !range.get(0).isEmpty())
                .forEach(range -> ranges.merge(range.get(0), isAcceptable(range), Boolean::logicalOr));
        return new Accepted(ranges);
    }

    private static boolean isAcceptable(List<String> range) {
        return range.stream()
                .skip(1)
                .noneMatch(parameter -> ZERO.matcher(parameter).matches());
    }

    /** Whether the client takes the type; what is said of the type itself goes before what is said of a wider range. */
    boolean contains(String type) {
        return ranges.isEmpty()
                || Stream.of(type, type.substring(0, type.indexOf('/')) + "/*", "*/*")
                        .filter(ranges::containsKey)
                        .findFirst()
                        .map(ranges::get)
                        .orElse(false);
    }
}
