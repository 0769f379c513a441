package mcpauth.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The library oidc-provider from npm, set up as Logto sets it up ({@code src/test/oidc-provider}): tokens are opaque, and
 * JWTs where a registered {@code resource} is named. Needs npm, which also brings the Node.js it runs on.
 */
public final class OidcProvider implements Provider {
    private static final Path HOME = Path.of("target", "oidc-provider");
    private static final Pattern ISSUER = Pattern.compile("(?m)^(http://localhost:\\d+/oidc)$");

    private final ServerProcess process;
    private final String issuer;

    private OidcProvider(ServerProcess process) throws IOException {
        this.process = process;
        this.issuer = process.awaitOutput(ISSUER);
    }

    /**
     * Starts at a free port.
     *
     * @param resources which are registered, as exact strings
     */
    public static OidcProvider start(String... resources) throws IOException, InterruptedException {
        install();
        return new OidcProvider(ServerProcess.start(
                HOME,
                Path.of("target", "interop", "oidc-provider.txt"),
                Stream.concat(
                                Stream.of(
                                        HOME.resolve("node_modules/.bin/node")
                                                .toAbsolutePath()
                                                .toString(),
                                        "server.mjs"),
                                Stream.of(resources))
                        .toList()));
    }

    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(HOME);
        for (String file : List.of("package.json", "package-lock.json", "server.mjs")) {
            Files.copy(
                    Path.of("src/test/oidc-provider", file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.exists(HOME.resolve("node_modules/.package-lock.json"))) {
            return;
        }
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        Path output = HOME.resolve("npm.txt").toAbsolutePath();
        Process npm = new ProcessBuilder(windows ? "npm.cmd" : "npm", "ci", "--no-audit", "--no-fund")
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
            npm.destroy();
            throw new IOException("npm ci failed: it needs npm and the npm registry; see " + output);
        }
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
