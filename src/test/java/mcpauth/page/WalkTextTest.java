package mcpauth.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import mcpauth.oidc.ClientWalk.Finding;
import mcpauth.oidc.ClientWalk.Hop;
import mcpauth.oidc.ClientWalk.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The walk in words. */
final class WalkTextTest {
    private static final URI BASE = URI.create("https://mcp.example.com");

    private static List<String> lines(String language, Finding finding) {
        return new WalkText(Locale.forLanguageTag(language))
                .of(BASE, List.of(new Step(finding, List.of("FIRST", "SECOND"))))
                .lines()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "ja"})
    void everyFindingIsOneLine(String language) {
        int further = lines(language, Finding.NO_TOKEN).size();
        for (Finding finding : Finding.values()) {
            List<String> lines = lines(language, finding);
            assertThat(lines).as(finding.name()).hasSize(further);
            assertThat(lines.get(2)).as(finding.name()).doesNotContain("null").hasSizeGreaterThan(30);
        }
    }

    @Test
    void valuesAreFilledIn() {
        assertThat(lines("en", Finding.TYPE_CLIENT_ID).get(2))
                .isEqualTo("note    registration: FIRST has no dynamic client registration: type the client id SECOND"
                        + " into each client, and register its redirect URI there.");
        assertThat(lines("ja", Finding.CHALLENGED).get(2)).isEqualTo("正常\u3000  401: FIRST はトークンのない要求を拒否し、行き先を示しています。");
    }

    @Test
    void everyHopHasAFinding() {
        assertThat(Arrays.stream(Finding.values()).map(Finding::hop).distinct())
                .containsExactlyInAnyOrder(Hop.values());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"ja-JP,en|ja", "de,fr|en", "de,ja|ja", "en-GB,ja|en", "''|en"})
    void languageIsTheFirstThatWeWrite(String read, String expected) {
        List<Locale> locales =
                Arrays.stream(read.split(",", -1)).map(Locale::forLanguageTag).toList();
        assertThat(WalkText.language(locales).getLanguage()).isEqualTo(expected);
    }
}
