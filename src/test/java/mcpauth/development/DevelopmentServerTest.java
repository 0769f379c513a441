package mcpauth.development;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the start tells a developer. */
final class DevelopmentServerTest {
    private static final String ISSUER = "https://logto.example/oidc";

    private static String help(boolean embedded, String resource) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        DevelopmentServer.printHelp(out, "http://localhost:9080", ISSUER, embedded, resource);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void ownProviderIsToldBothResources() {
        assertThat(help(false, "https://mcp.example.com/tools/mcp").lines())
                .containsSequence(
                        "    Register    https://mcp.example.com/tools/mcp",
                        "                https://mcp.example.com/tools/sse",
                        "                as resources at the provider, byte for byte (in Logto: API resources)");
    }

    @Test
    void nothingIsRegisteredInTheDelegatedModeOrAtTheEmbeddedIssuer() {
        assertThat(help(false, "")).contains("Issuer      " + ISSUER).doesNotContain("Register");
        assertThat(help(true, "http://localhost:9080/mcp")).contains("User  ").doesNotContain("Register");
    }
}
