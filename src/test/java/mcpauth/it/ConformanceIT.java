package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mcpauth.conformance.ConformanceFixtures;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The official conformance suite of MCP, through the real authentication: {@code ./mvnw -Pconformance verify}. Needs npm,
 * which brings the suite and its Node.js into {@code target/conformance}.
 */
@Tag("conformance")
@ExtendWith(ArquillianExtension.class)
final class ConformanceIT {
    private static final Path HOME = Path.of("target", "conformance");

    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer()))
                .addPackage(ConformanceFixtures.class.getPackage());
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @Test
    void allChecksOfTheRevisionPass() throws Exception {
        install();
        // The suite's time-outs are for a server whose classes have been loaded
        Streamable.open(issuer.token(User.ALICE));
        Path output =
                HOME.resolve(System.getProperty("arquillian.launch") + ".txt").toAbsolutePath();
        int status;
        try (TokenProxy proxy = TokenProxy.start(() -> issuer.token(User.ALICE))) {
            status = run(
                    output,
                    "node_modules/.bin/node",
                    "node_modules/@modelcontextprotocol/conformance/dist/index.js",
                    "server",
                    "--requirements",
                    "2025-11-25",
                    "--url",
                    "http://localhost:" + proxy.port() + "/mcp");
        }
        String text = Files.readString(output);
        Matcher total = Pattern.compile("Total: (\\d+) passed, (\\d+) failed").matcher(text);
        assertThat(total.find()).as(text).isTrue();
        System.out.println("Conformance on " + System.getProperty("arquillian.launch") + ": " + total.group());
        assertThat(total.group(2)).as(text).isEqualTo("0");
        assertThat(Integer.parseInt(total.group(1))).isGreaterThanOrEqualTo(77);
        assertThat(status).as(text).isZero();
    }

    private static void install() throws IOException, InterruptedException {
        if (Files.exists(HOME.resolve("node_modules/.package-lock.json"))) {
            return;
        }
        Files.createDirectories(HOME);
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(Path.of("src/test/conformance", file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        Path output = HOME.resolve("npm.txt").toAbsolutePath();
        assertThat(run(output, windows ? "npm.cmd" : "npm", "ci", "--no-audit", "--no-fund"))
                .as("npm ci failed: it needs npm and the npm registry; see " + output)
                .isZero();
    }

    private static int run(Path output, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } finally {
            process.destroy();
        }
    }
}
