package mcpauth.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keycloak, as it is on Maven Central, in development mode with a database in memory and the realm of
 * {@code src/test/keycloak}. The Maven profile {@code interop} unpacks it.
 *
 * <p>Keycloak does not heed the parameter {@code resource}, unless an experimental feature is switched on, which it is not
 * here: a client scope that every client has puts the MCP server's address into the audience.
 */
public final class KeycloakServer implements Provider {
    private static final Path REALM = Path.of("src/test/keycloak/realm.json");
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://localhost:\\d+)");

    private final ServerProcess process;
    private final String issuer;

    private KeycloakServer(ServerProcess process) throws IOException {
        this.process = process;
        this.issuer = process.awaitOutput(LISTENING) + "/realms/mcp";
    }

    /**
     * Starts at a free port. The first start in a directory takes a minute more than the next: Keycloak builds itself for
     * the options it is given.
     *
     * @param resource the address of the MCP server, which access tokens are for
     */
    public static KeycloakServer start(String resource) throws IOException {
        Path home = Path.of(System.getProperty("interop.keycloak.home")).toAbsolutePath();
        Path imports = Files.createDirectories(home.resolve("data/import"));
        String realm = Files.readString(REALM, StandardCharsets.UTF_8).replace("@RESOURCE@", resource);
        Files.writeString(imports.resolve("realm.json"), realm, StandardCharsets.UTF_8);
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return new KeycloakServer(ServerProcess.start(
                home,
                Path.of("target", "interop", "keycloak.txt"),
                List.of(
                        home.resolve("bin")
                                .resolve(windows ? "kc.bat" : "kc.sh")
                                .toString(),
                        "start-dev",
                        "--import-realm",
                        "--db=dev-mem",
                        // health and metrics are off, so there is no second port
                        "--http-host=localhost",
                        "--http-port=0")));
    }

    @Override
    public String issuer() {
        return issuer;
    }

    @Override
    public void close() {
        process.close();
    }
}
