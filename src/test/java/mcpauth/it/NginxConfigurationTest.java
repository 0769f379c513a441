package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page tells people to write is what is tested. */
final class NginxConfigurationTest {
    @ParameterizedTest
    @ValueSource(strings = {"at-the-root.conf", "below-a-path.conf"})
    void pageShowsTheTestedConfiguration(String file) throws IOException {
        assertThat(Files.readString(Path.of("docs", "behind-a-proxy.md")))
                .contains("```nginx\n" + Files.readString(Path.of("src", "test", "nginx", file)) + "```\n");
    }
}
