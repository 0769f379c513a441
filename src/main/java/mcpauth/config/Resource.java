package mcpauth.config;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The server as an OAuth 2.0 protected resource: {@code mcp.auth.resource} and what is said of it. Each endpoint is a
 * resource of its own, the identifier of which is the URL that a person types into a client.
 *
 * @param mcp {@code mcp.auth.resource}: the public URL of {@code /mcp}
 * @param name {@code mcp.auth.resource-name}: for people
 * @param documentation {@code mcp.auth.resource-documentation}: a page for developers; null for none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-2">RFC 9728 section 2</a>
 */
public record Resource(URI mcp, String name, @Nullable URI documentation) {
    /** The path of the Streamable HTTP endpoint, with which the resource's identifier ends. */
    public static final String MCP_PATH = "/mcp";

    /** The path of the HTTP+SSE endpoint. */
    public static final String SSE_PATH = "/sse";

    /** Below it, at the application's public URL, stand the documents of the endpoints. */
    public static final String METADATA_PATH = "/.well-known/oauth-protected-resource";

    private static final String KEY = "mcp.auth.resource";
    private static final String EXPECTED = "the public URL of the endpoint " + MCP_PATH + ", as people type it";
    private static final String EXAMPLE = "https://mcp.example.com/mcp";

    /** Refuses null. */
    public Resource {
        requireNonNull(mcp, "mcp is null");
        requireNonNull(name, "name is null");
    }

    static @Nullable Resource read(SettingsReader settings) {
        URI mcp = settings.url(KEY, EXPECTED, EXAMPLE);
        String name = settings.text("mcp.auth.resource-name");
        URI documentation = settings.url(
                "mcp.auth.resource-documentation", "the URL of a page for developers", "https://example.com/docs");
        if (mcp == null) {
            return null;
        }
        if (!mcp.getRawPath().endsWith(MCP_PATH)) {
            throw settings.wrong(KEY, EXPECTED + ": it has to end in " + MCP_PATH, EXAMPLE);
        }
        if (!isNormal(mcp)) {
            throw settings.wrong(
                    KEY,
                    EXPECTED
                            + ": clients write host names in lower case, no default port, and no empty or dot path segments",
                    EXAMPLE);
        }
        return new Resource(mcp, name == null ? "MCP server" : name, documentation);
    }

    /** Whether clients that parse the URL write it the same way: identifiers are compared as text. */
    private static boolean isNormal(URI url) {
        int defaultPort = url.getScheme().equals("https") ? 443 : 80;
        return url.equals(url.normalize())
                && url.toString().equals(url.normalize().toString())
                && url.getPort() != defaultPort
                && !url.getRawPath().contains("//")
                && (url.getScheme() + url.getRawAuthority())
                        .equals((url.getScheme() + url.getRawAuthority()).toLowerCase(Locale.ROOT));
    }

    /** The URL of the application, which {@code mcp.server.public-url} may repeat. */
    URI publicUrl(SettingsReader settings) {
        URI set = settings.publicUrl("mcp.server.public-url");
        URI own = URI.create(base());
        if (set != null && !set.equals(own)) {
            throw settings.wrong("mcp.server.public-url", "nothing, as " + KEY + " is set, or " + own, own.toString());
        }
        return own;
    }

    /** The public URL of the application, without a trailing slash. */
    public String base() {
        String url = mcp.toString();
        return url.substring(0, url.length() - MCP_PATH.length());
    }

    /**
     * The identifier of an endpoint.
     *
     * @param path {@link #MCP_PATH} or {@link #SSE_PATH}
     */
    public String identifier(String path) {
        return base() + path;
    }

    /**
     * Where the endpoint's document is: within the application, so that a proxy in front of it needs no rule for it.
     *
     * @param path {@link #MCP_PATH} or {@link #SSE_PATH}
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-5.1">RFC 9728 section 5.1</a>
     */
    public String metadataUrl(String path) {
        return base() + METADATA_PATH + path;
    }
}
