package mcpauth.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import mcpauth.oidc.ClientWalk.Step;

/** Says what a walk has found, in English or Japanese. */
final class WalkText {
    static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.JAPANESE);

    private final Properties texts = new Properties();

    WalkText(Locale language) {
        String name = "walk." + language.getLanguage() + ".properties";
        try (InputStream resource = WalkText.class.getResourceAsStream(name);
                InputStreamReader reader = new InputStreamReader(resource, StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first of what somebody reads that we write, else English. */
    static Locale language(List<Locale> read) {
        return read.stream()
                .map(locale -> Locale.forLanguageTag(locale.getLanguage()))
                .filter(LANGUAGES::contains)
                .findFirst()
                .orElse(Locale.ENGLISH);
    }

    String of(URI base, List<Step> steps) {
        StringBuilder text = new StringBuilder(text("title", base)).append("\n\n");
        for (Step step : steps) {
            text.append(text("outcome." + step.finding().outcome()))
                    .append(text("hop." + step.finding().hop()))
                    .append(text(step.finding().name(), step.values().toArray()))
                    .append('\n');
        }
        return text.append('\n').append(text("further", base)).append('\n').toString();
    }

    private String text(String key, Object... values) {
        return String.format(Locale.ROOT, texts.getProperty(key), values);
    }
}
