package mcpauth.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads single settings as text, checks them, and remembers which keys there are. */
final class SettingsReader {
    private static final String ISSUER_EXAMPLE = "https://my-tenant.logto.app/oidc";
    private static final String HOST = "[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]";
    private static final int MAX_NUMBER = 1 << 30;
    private static final String ISSUER_EXPECTED = "the issuer of your OpenID provider, an https URL";

    private final Function<String, Optional<String>> lookup;
    private final Set<String> keysRead = new LinkedHashSet<>();

    SettingsReader(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    Set<String> keysRead() {
        return Set.copyOf(keysRead);
    }

    URI issuer(String key) {
        String value =
                value(key).orElseThrow(() -> ConfigurationException.missing(key, ISSUER_EXPECTED, ISSUER_EXAMPLE));
        int wellKnown = value.indexOf("/.well-known/");
        if (wellKnown >= 0) {
            throw wrongIssuer(key, value, "the issuer alone; remove \"" + value.substring(wellKnown) + "\"");
        }
        // A slash at its end may be right (Auth0, Authentik, Entra ID): discovery compares exactly, and says which it
        // is
        return webUrl(key, value, ISSUER_EXPECTED, ISSUER_EXAMPLE);
    }

    @Nullable URI publicUrl(String key) {
        String expected = "the URL under which clients reach the application, without a slash at its end";
        String example = "https://mcp.example.com/tools";
        Optional<String> value = value(key);
        if (value.isEmpty()) {
            return null;
        }
        URI url = webUrl(key, value.get(), expected, example);
        if (value.get().endsWith("/")) {
            throw ConfigurationException.wrong(key, value.get(), expected + "; remove that slash", example);
        }
        return url;
    }

    List<String> words(String key, List<String> defaultWords) {
        return value(key).map(value -> words(key, value)).orElse(defaultWords);
    }

    Duration duration(String key, Duration defaultDuration) {
        return value(key).map(value -> duration(key, value)).orElse(defaultDuration);
    }

    int positiveInt(String key, int defaultValue) {
        return value(key).map(value -> positiveInt(key, value)).orElse(defaultValue);
    }

    int intAtLeast(String key, int minimum, int defaultValue) {
        int value = positiveInt(key, defaultValue);
        if (value < minimum) {
            throw ConfigurationException.wrong(
                    key,
                    Integer.toString(value),
                    "a whole number of at least mcp.server.max-event-bytes, which is " + minimum,
                    Integer.toString(defaultValue));
        }
        return value;
    }

    boolean flag(String key) {
        return flag(key, false);
    }

    boolean flag(String key, boolean defaultValue) {
        return value(key)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw ConfigurationException.wrong(key, value, "true or false", "false");
                })
                .orElse(defaultValue);
    }

    /** As RFC 6749 appendix A.1 has it, without spaces, which no provider gives; null for none. */
    @Nullable String clientId(String key) {
        return value(key)
                .map(value -> {
                    if (!value.matches("[\\x21-\\x7E]+")) {
                        throw ConfigurationException.wrong(
                                key, value, "the id of a public client at the provider", "2k8jswqiorhr");
                    }
                    return value;
                })
                .orElse(null);
    }

    /**
     * Origins as browsers send them, of any scheme (RFC 6454 section 6.1), or a star. A port that is the scheme's own is
     * taken away, as browsers do.
     */
    List<String> origins(String key) {
        return list(
                        key,
                        "[A-Za-z][A-Za-z0-9+.-]*://(" + HOST + ")(:\\d{1,5})?|\\*",
                        "origins as browsers send them, scheme://host or scheme://host:port with no path, slash or *"
                                + " in them, with spaces between them, or * alone for all",
                        "https://app.example.com chrome-extension://abcdefghijklmnopabcdefghijklmnop")
                .stream()
                .map(origin -> origin.replaceFirst("^(http://.*):80$", "$1").replaceFirst("^(https://.*):443$", "$1"))
                .distinct()
                .toList();
    }

    /** Host names, with or without a port, or a star. */
    List<String> hosts(String key) {
        return list(key, "(" + HOST + ")(:\\d+)?|\\*", "host names with spaces between them, or *", "mcp.example.com");
    }

    private List<String> list(String key, String pattern, String expected, String example) {
        return value(key)
                .map(value -> {
                    List<String> words = List.of(value.strip().split("[\\s,]+", -1));
                    if (!words.stream().allMatch(word -> word.matches(pattern))) {
                        throw ConfigurationException.wrong(key, value, expected, example);
                    }
                    return words.stream()
                            .map(word -> word.toLowerCase(Locale.ROOT))
                            .distinct()
                            .toList();
                })
                .orElse(List.of());
    }

    /** Names of claims, or paths of names with slashes between them. */
    List<String> claims(String key) {
        return value(key)
                .map(value -> List.of(value.strip().split("[\\s,]+", -1)))
                .orElse(List.of());
    }

    /** Names of further providers: each stands in keys. */
    List<String> names(String key) {
        return list(key, "[a-z][a-z0-9-]*", "names of a-z, 0-9 and - with spaces between them", "partner customers");
    }

    /** Some of the words; all of them if none is set. */
    List<String> wordsOf(String key, List<String> allowed, List<String> defaultWords) {
        return value(key)
                .map(value -> {
                    List<String> words = List.of(value.strip().split("[\\s,]+", -1));
                    if (!allowed.containsAll(words)) {
                        throw ConfigurationException.wrong(
                                key, value, "some of " + String.join(" ", allowed), String.join(" ", defaultWords));
                    }
                    return words;
                })
                .orElse(defaultWords);
    }

    /** One of the words. */
    String wordOf(String key, List<String> allowed, String defaultWord) {
        return value(key)
                .map(value -> {
                    if (!allowed.contains(value)) {
                        throw ConfigurationException.wrong(
                                key, value, "one of " + String.join(", ", allowed), defaultWord);
                    }
                    return value;
                })
                .orElse(defaultWord);
    }

    /** Zero to five minutes. */
    Duration clockSkew(String key) {
        return value(key)
                .map(value -> duration(
                        key,
                        value,
                        Duration.ZERO,
                        Duration.ofMinutes(5),
                        "an ISO-8601 duration of at most five minutes",
                        "PT30S (thirty seconds)"))
                .orElse(Duration.ofSeconds(30));
    }

    /** Zero for not at all, to an hour: how long something may be believed that may have become wrong. */
    Duration belief(String key, Duration defaultDuration) {
        return value(key)
                .map(value -> duration(
                        key,
                        value,
                        Duration.ZERO,
                        Duration.ofHours(1),
                        "an ISO-8601 duration of at most an hour, PT0S for not at all",
                        "PT30S (thirty seconds)"))
                .orElse(defaultDuration);
    }

    /** Null for none. */
    @Nullable URI url(String key, String expected, String example) {
        return value(key).map(value -> webUrl(key, value, expected, example)).orElse(null);
    }

    /** Null for none. */
    @Nullable String text(String key) {
        return value(key).orElse(null);
    }

    /** A value that is wrong beside others. */
    ConfigurationException wrong(String key, String expected, String example) {
        return ConfigurationException.wrong(key, value(key).orElse(""), expected, example);
    }

    private Optional<String> value(String key) {
        keysRead.add(key);
        return lookup.apply(key).filter(value -> !value.isEmpty());
    }

    private static List<String> words(String key, String value) {
        List<String> words = List.of(value.strip().split("[\\s,]+", -1));
        // RFC 6749 section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
        if (words.stream().anyMatch(word -> !word.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+"))) {
            throw ConfigurationException.wrong(
                    key, value, "scopes with spaces between them", "\"openid profile email\"");
        }
        return words.stream().distinct().toList();
    }

    private static Duration duration(String key, String value) {
        return duration(
                key,
                value,
                Duration.ofNanos(1),
                Duration.ofDays(1),
                "an ISO-8601 duration of more than nothing and at most a day",
                "PT5S (five seconds)");
    }

    private static Duration duration(
            String key, String value, Duration shortest, Duration longest, String expected, String example) {
        try {
            Duration duration = Duration.parse(value);
            if (duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // answered below, as any other value that is no such duration
        }
        throw ConfigurationException.wrong(key, value, expected, example);
    }

    private static int positiveInt(String key, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0 && number <= MAX_NUMBER) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, as any other value that is no such number
        }
        throw ConfigurationException.wrong(key, value, "a whole number between 1 and " + MAX_NUMBER, "1048576");
    }

    private static URI webUrl(String key, String value, String expected, String example) {
        if (!value.equals(value.strip())) {
            throw ConfigurationException.wrong(key, value, expected + "; remove the white space around it", example);
        }
        URI url;
        try {
            url = new URI(value);
        } catch (URISyntaxException e) {
            throw ConfigurationException.wrong(key, value, expected, example);
        }
        if (url.getScheme() == null
                || url.getHost() == null
                || url.getRawQuery() != null
                || url.getRawFragment() != null
                || url.getRawUserInfo() != null) {
            throw ConfigurationException.wrong(key, value, expected + ", without user, query or fragment", example);
        }
        if (!WebUrls.isSecure(url)) {
            throw ConfigurationException.wrong(
                    key, value, expected + " (http only for localhost, 127.0.0.1 or [::1])", example);
        }
        return url;
    }

    private static ConfigurationException wrongIssuer(String key, String value, String expected) {
        return ConfigurationException.wrong(key, value, expected, ISSUER_EXAMPLE);
    }
}
