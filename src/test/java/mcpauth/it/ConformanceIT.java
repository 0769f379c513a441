package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mcpauth.conformance.ConformanceFixtures;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import mcpauth.interop.NpmRoom;
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
        NpmRoom room = NpmRoom.install("conformance");
        // The suite's time-outs are for a server whose classes have been loaded
        Streamable.open(issuer.token(User.ALICE));
        Path output = room.home().resolve(System.getProperty("arquillian.launch") + ".txt");
        int status;
        try (TokenProxy proxy = TokenProxy.start(() -> issuer.token(User.ALICE))) {
            status = room.run(
                    output,
                    5,
                    Map.of(),
                    room.node(),
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
}
