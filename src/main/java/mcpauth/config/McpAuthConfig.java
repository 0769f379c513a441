package mcpauth.config;

import static java.lang.System.Logger.Level.WARNING;
import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of the application, read once when it is deployed. Injectable.
 *
 * @param auth whom the server trusts, the {@code mcp.auth} family
 * @param server how the server serves, the {@code mcp.server} family
 */
public record McpAuthConfig(Auth auth, Server server) {
    private static final System.Logger LOGGER = System.getLogger(McpAuthConfig.class.getName());

    /** Refuses null. */
    public McpAuthConfig {
        requireNonNull(auth, "auth is null");
        requireNonNull(server, "server is null");
    }

    /**
     * The OpenID provider, and how it is asked.
     *
     * @param issuer {@code mcp.auth.issuer}: the provider's issuer, compared byte for byte with what the provider says;
     *     https, or http on loopback
     * @param scopes {@code mcp.auth.scopes}: what clients are told to ask for, in that order; not empty
     * @param connectTimeout {@code mcp.auth.connect-timeout}: for one connection to the provider; positive
     * @param requestTimeout {@code mcp.auth.request-timeout}: total time of one call to the provider, connection and
     *     body included; positive
     * @param metadataTtl {@code mcp.auth.metadata-ttl}: how long the provider's metadata is believed before it is asked
     *     for again; positive
     */
    public record Auth(
            URI issuer, List<String> scopes, Duration connectTimeout, Duration requestTimeout, Duration metadataTtl) {
        /** Copies the scopes; refuses null. */
        public Auth {
            requireNonNull(issuer, "issuer is null");
            scopes = List.copyOf(scopes);
            requireNonNull(connectTimeout, "connectTimeout is null");
            requireNonNull(requestTimeout, "requestTimeout is null");
            requireNonNull(metadataTtl, "metadataTtl is null");
        }
    }

    /**
     * The MCP server.
     *
     * @param publicUrl {@code mcp.server.public-url}: the URL under which clients reach the application, without a
     *     trailing slash, where a proxy changes it; null where they reach the server itself
     * @param maxRequestBytes {@code mcp.server.max-request-bytes}: the largest request body that is read; positive
     * @param keepAlive {@code mcp.server.keep-alive}: the time after which an open stream gets a comment; positive
     */
    public record Server(@Nullable URI publicUrl, int maxRequestBytes, Duration keepAlive) {
        /** Refuses null. */
        public Server {
            requireNonNull(keepAlive, "keepAlive is null");
        }

        /**
         * The path in front of every path of the application, as a client has to send it.
         *
         * @param contextPath the path under which the server itself knows the application; empty for the root
         * @return empty, or a path that starts and does not end with a slash
         */
        public String externalPath(String contextPath) {
            return publicUrl == null ? contextPath : publicUrl.getRawPath();
        }
    }

    /**
     * Reads and checks all settings; a name of our families that is no setting is reported in the log.
     *
     * @throws ConfigurationException if one is missing or wrong
     */
    public static McpAuthConfig read(Config config) {
        SettingsReader settings = new SettingsReader(key -> config.getOptionalValue(key, String.class));
        McpAuthConfig read = read(settings);
        SettingNames.mistyped(config.getPropertyNames(), settings.keysRead())
                .forEach(sentence -> LOGGER.log(WARNING, sentence));
        return read;
    }

    private static McpAuthConfig read(SettingsReader settings) {
        Auth auth = new Auth(
                settings.issuer("mcp.auth.issuer"),
                settings.words("mcp.auth.scopes", List.of("openid", "profile", "email")),
                settings.duration("mcp.auth.connect-timeout", Duration.ofSeconds(2)),
                settings.duration("mcp.auth.request-timeout", Duration.ofSeconds(5)),
                settings.duration("mcp.auth.metadata-ttl", Duration.ofMinutes(10)));
        Server server = new Server(
                settings.publicUrl("mcp.server.public-url"),
                settings.positiveInt("mcp.server.max-request-bytes", 1 << 20),
                settings.duration("mcp.server.keep-alive", Duration.ofSeconds(25)));
        return new McpAuthConfig(auth, server);
    }
}
