package mcpauth.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The library oidc-provider from npm, set up as Logto sets it up ({@code src/test/oidc-provider}): tokens are opaque, and
 * JWTs where a registered {@code resource} is named. Needs npm, which also brings the Node.js it runs on.
 */
public final class OidcProvider implements Provider {
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
        NpmRoom room = NpmRoom.install("oidc-provider");
        return new OidcProvider(ServerProcess.start(
                room.home(),
                Path.of("target", "interop", "oidc-provider.txt"),
                Stream.concat(Stream.of(room.node(), "server.mjs"), Stream.of(resources))
                        .toList()));
    }

    /**
     * Starts at a free port, with the client {@code mcp-page}, and {@code mcp-page-without-cors}, which web pages may not
     * be.
     *
     * @param page the URL of the page that signs people in: a redirect URI of both clients
     * @param resources which are registered, as exact strings
     */
    public static OidcProvider startForPage(String page, String... resources) throws IOException, InterruptedException {
        return start(
                Stream.concat(Stream.of("--page=" + page), Stream.of(resources)).toArray(String[]::new));
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
