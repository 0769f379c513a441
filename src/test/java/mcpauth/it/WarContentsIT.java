package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is in the WAR, and what is not. */
final class WarContentsIT {
    private final File war = new File(System.getProperty("it.war"));

    @Test
    void librariesAreThoseOfTheReadmeAndNoOther() throws IOException {
        assertThat(entries("WEB-INF/lib/"))
                .map(entry -> entry.replaceAll(".*/|-\\d.*", ""))
                .containsExactlyInAnyOrder(
                        "caffeine",
                        "itu",
                        "jackson-annotations",
                        "jackson-core",
                        "jackson-databind",
                        "jackson-dataformat-yaml",
                        "json-schema-validator",
                        "jspecify",
                        "mcp",
                        "mcp-core",
                        "mcp-json-jackson3",
                        "microprofile-jwt-auth-api",
                        "nimbus-jose-jwt",
                        "reactive-streams",
                        "reactor-core",
                        "slf4j-api",
                        "slf4j-jdk14",
                        "snakeyaml-engine");
    }

    @Test
    void noJakartaApiIsInside() throws IOException {
        assertThat(entries("WEB-INF/lib/jakarta.")).isEmpty();
        assertThat(entries("WEB-INF/classes/jakarta/")).isEmpty();
    }

    @Test
    void classesAreOursAndNoTestIsAmongThem() throws IOException {
        assertThat(entries("WEB-INF/classes/").stream()
                        .filter(entry -> entry.endsWith(".class"))
                        .map(entry -> entry.replaceAll("WEB-INF/classes/|/[^/]*$", ""))
                        .distinct())
                .containsExactlyInAnyOrder(
                        "mcpauth/config",
                        "mcpauth/http",
                        "mcpauth/metadata",
                        "mcpauth/oidc",
                        "mcpauth/page",
                        "mcpauth/security",
                        "mcpauth/token",
                        "mcpauth/tool",
                        "mcpauth/transport",
                        "mcpauth/whoami");
        assertThat(entries("")).noneMatch(entry -> entry.matches(".*(Test|IT|mockoauth2|mock-oauth2|Development).*"));
    }

    @Test
    void sizeIsUnderFifteenMegabytes() {
        assertThat(war.length()).isBetween(1_000_000L, 15_000_000L);
    }

    private List<String> entries(String prefix) throws IOException {
        try (ZipFile zip = new ZipFile(war)) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> entry.getName())
                    .filter(entry -> entry.startsWith(prefix))
                    .toList();
        }
    }
}
