package mcpauth.config;

import static java.lang.System.Logger.Level.WARNING;
import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of the application, read once when it is deployed. Injectable.
 *
 * @param auth whom the server trusts, the {@code mcp.auth} family
 * @param server how the server serves, the {@code mcp.server} family
 * @param page what is at the root for people, the {@code mcp.page} family
 */
public record McpAuthConfig(Auth auth, Server server, Page page) {
    private static final System.Logger LOGGER = System.getLogger(McpAuthConfig.class.getName());

    /** Refuses null. */
    public McpAuthConfig {
        requireNonNull(auth, "auth is null");
        requireNonNull(server, "server is null");
        requireNonNull(page, "page is null");
    }

    /**
     * The page for people.
     *
     * @param enabled {@code mcp.page.enabled}: whether there is one
     * @param clientId {@code mcp.page.client-id}: the public client as which it signs people in, and which it names to
     *     them; null for none
     */
    public record Page(boolean enabled, @Nullable String clientId) {}

    /**
     * Whom the server trusts, and what it asks of callers.
     *
     * @param providers the OpenID providers, {@code mcp.auth.issuer} first; not empty
     * @param resource {@code mcp.auth.resource}: what access tokens have to be issued for; null in the delegated mode
     * @param scopes what clients are told to ask for: {@code mcp.auth.scopes}, then those of
     *     {@code mcp.auth.required-scopes} that it lacks; not empty
     * @param requiredScopes {@code mcp.auth.required-scopes}: what every token has to allow
     * @param roleClaims {@code mcp.auth.role-claims}: claims whose values become roles, each a name or a path of names
     *     with slashes between them
     * @param timing how long the server waits, and believes
     * @param cache how long verified tokens are believed
     * @param maxConcurrentRequests {@code mcp.auth.max-concurrent-requests}: how many tokens one provider is asked about
     *     at once; positive
     */
    public record Auth(
            List<Provider> providers,
            @Nullable Resource resource,
            List<String> scopes,
            List<String> requiredScopes,
            List<String> roleClaims,
            Timing timing,
            Cache cache,
            int maxConcurrentRequests) {
        /** Copies the lists; refuses null, and having no provider. */
        public Auth {
            providers = List.copyOf(providers);
            if (providers.isEmpty()) {
                throw new IllegalArgumentException("there is no provider");
            }
            scopes = List.copyOf(scopes);
            requiredScopes = List.copyOf(requiredScopes);
            roleClaims = List.copyOf(roleClaims);
            requireNonNull(timing, "timing is null");
            requireNonNull(cache, "cache is null");
        }
    }

    /**
     * The {@code mcp.auth.cache} family.
     *
     * @param ttl {@code mcp.auth.cache.ttl}: how long a verified token is believed before it is verified again, never
     *     longer than it says itself; zero to verify it with each request
     * @param outageTtl {@code mcp.auth.cache.outage-ttl}: how much longer it is believed while the provider cannot be
     *     asked; zero for not at all
     * @param maxEntries {@code mcp.auth.cache.max-entries}: how many tokens are remembered, those with claims of more than
     *     a kilobyte counting for more; positive
     */
    public record Cache(Duration ttl, Duration outageTtl, int maxEntries) {
        /** Refuses null. */
        public Cache {
            requireNonNull(ttl, "ttl is null");
            requireNonNull(outageTtl, "outageTtl is null");
        }
    }

    /**
     * Durations of the {@code mcp.auth} family; each is positive but for the clock skew.
     *
     * @param connectTimeout {@code mcp.auth.connect-timeout}: for one connection to the provider
     * @param requestTimeout {@code mcp.auth.request-timeout}: total time of one call to the provider, connection and
     *     body included
     * @param metadataTtl {@code mcp.auth.metadata-ttl}: how long the provider's metadata is believed before it is asked
     *     for again
     * @param recheckInterval {@code mcp.auth.recheck-interval}: how often the token behind an open stream is verified
     *     again
     * @param clockSkew {@code mcp.auth.clock-skew}: by how much the provider's clock may differ from ours; at most five
     *     minutes, zero for not at all
     * @param jwksTtl {@code mcp.auth.jwks-ttl}: how long the provider's keys are believed before they are asked for again
     * @param jwksRefreshInterval {@code mcp.auth.jwks-refresh-interval}: keys are not asked for more often than that,
     *     whatever keys tokens name
     * @param jwksOutageTtl {@code mcp.auth.jwks-outage-ttl}: how long keys that are old are believed while the provider
     *     cannot be asked
     */
    public record Timing(
            Duration connectTimeout,
            Duration requestTimeout,
            Duration metadataTtl,
            Duration recheckInterval,
            Duration clockSkew,
            Duration jwksTtl,
            Duration jwksRefreshInterval,
            Duration jwksOutageTtl) {
        /** Refuses null. */
        public Timing {
            requireNonNull(connectTimeout, "connectTimeout is null");
            requireNonNull(requestTimeout, "requestTimeout is null");
            requireNonNull(metadataTtl, "metadataTtl is null");
            requireNonNull(recheckInterval, "recheckInterval is null");
            requireNonNull(clockSkew, "clockSkew is null");
            requireNonNull(jwksTtl, "jwksTtl is null");
            requireNonNull(jwksRefreshInterval, "jwksRefreshInterval is null");
            requireNonNull(jwksOutageTtl, "jwksOutageTtl is null");
        }
    }

    /**
     * The MCP server.
     *
     * @param publicUrl the URL under which clients reach the application, without a trailing slash: that of
     *     {@code mcp.auth.resource}, else {@code mcp.server.public-url}; null where neither is set
     * @param stateless {@code mcp.server.stateless}: whether Streamable HTTP is served without sessions, so that any node
     *     can answer any request; there is no HTTP+SSE then
     * @param keepAlive {@code mcp.server.keep-alive}: the time after which an open stream gets a comment; positive
     * @param shutdownTimeout {@code mcp.server.shutdown-timeout}: how long calls that run may go on when the application
     *     is stopped; positive
     * @param access who may ask from where
     * @param limits what one client, and all of them, may use
     */
    public record Server(
            @Nullable URI publicUrl,
            boolean stateless,
            Duration keepAlive,
            Duration shutdownTimeout,
            Access access,
            Limits limits) {
        /** Refuses null. */
        public Server {
            requireNonNull(keepAlive, "keepAlive is null");
            requireNonNull(shutdownTimeout, "shutdownTimeout is null");
            requireNonNull(access, "access is null");
            requireNonNull(limits, "limits is null");
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
     * Which web pages and host names are ours, beside those on loopback and that of the public URL: the guard against DNS
     * rebinding.
     *
     * @param allowedOrigins {@code mcp.server.allowed-origins}: further origins of web pages, extensions and apps, {@code *} for all
     * @param allowedHosts {@code mcp.server.allowed-hosts}: further host names, with or without a port, {@code *} for all
     */
    public record Access(List<String> allowedOrigins, List<String> allowedHosts) {
        /** Copies both; refuses null. */
        public Access {
            allowedOrigins = List.copyOf(allowedOrigins);
            allowedHosts = List.copyOf(allowedHosts);
        }
    }

    /**
     * Bounds; each is positive.
     *
     * @param maxHeaderBytes {@code mcp.server.max-header-bytes}: names and values of all headers of a request
     * @param maxRequestBytes {@code mcp.server.max-request-bytes}: the largest request body that is read
     * @param maxBatchMessages {@code mcp.server.max-batch-messages}: the messages in one request of MCP 2025-03-26
     * @param maxEventBytes {@code mcp.server.max-event-bytes}: the largest message that is sent
     * @param maxBufferedBytes {@code mcp.server.max-buffered-bytes}: what is kept for a stream whose client reads slower
     *     than it is written to; at least {@code maxEventBytes}
     * @param maxSessions {@code mcp.server.max-sessions}: of all users together
     * @param maxSessionsPerUser {@code mcp.server.max-sessions-per-user}: of one issuer and subject
     * @param sessionIdleTimeout {@code mcp.server.session-idle-timeout}: after that time without a request and without an
     *     open stream a session ends
     */
    public record Limits(
            int maxHeaderBytes,
            int maxRequestBytes,
            int maxBatchMessages,
            int maxEventBytes,
            int maxBufferedBytes,
            int maxSessions,
            int maxSessionsPerUser,
            Duration sessionIdleTimeout) {
        /** Refuses null. */
        public Limits {
            requireNonNull(sessionIdleTimeout, "sessionIdleTimeout is null");
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
        Resource resource = Resource.read(settings);
        Auth auth = auth(settings, resource);
        Server server = new Server(
                resource == null ? settings.publicUrl("mcp.server.public-url") : resource.publicUrl(settings),
                settings.flag("mcp.server.stateless"),
                settings.duration("mcp.server.keep-alive", Duration.ofSeconds(25)),
                settings.duration("mcp.server.shutdown-timeout", Duration.ofSeconds(10)),
                new Access(settings.origins("mcp.server.allowed-origins"), settings.hosts("mcp.server.allowed-hosts")),
                limits(settings));
        Page page = new Page(settings.flag("mcp.page.enabled", true), settings.clientId("mcp.page.client-id"));
        return new McpAuthConfig(auth, server, page);
    }

    private static Auth auth(SettingsReader settings, @Nullable Resource resource) {
        List<Provider> providers = Provider.readAll(settings, resource != null);
        List<String> requiredScopes = settings.words("mcp.auth.required-scopes", List.of());
        if (!requiredScopes.isEmpty() && providers.stream().anyMatch(Provider::knowsNoScopes)) {
            throw settings.wrong(
                    "mcp.auth.required-scopes",
                    "none, as userinfo does not tell the scopes of a token: set mcp.auth.verification to jwt or"
                            + " introspection, or mcp.auth.resource",
                    "mcp.auth.verification=introspection");
        }
        List<String> scopes = Stream.concat(
                        settings.words("mcp.auth.scopes", List.of("openid", "profile", "email")).stream(),
                        requiredScopes.stream())
                .distinct()
                // clients ask for it by themselves; it is no scope of a resource (MCP, Authorization)
                .filter(scope -> !scope.equals("offline_access"))
                .toList();
        return new Auth(
                providers,
                resource,
                scopes,
                requiredScopes,
                settings.claims("mcp.auth.role-claims"),
                timing(settings),
                new Cache(
                        settings.belief("mcp.auth.cache.ttl", Duration.ofSeconds(30)),
                        settings.belief("mcp.auth.cache.outage-ttl", Duration.ZERO),
                        settings.positiveInt("mcp.auth.cache.max-entries", 10_000)),
                settings.positiveInt(
                        "mcp.auth.max-concurrent-requests",
                        // Open Liberty begins with two threads for each: half of them are left to those who need no
                        // provider
                        Math.max(2, Runtime.getRuntime().availableProcessors())));
    }

    private static Timing timing(SettingsReader settings) {
        return new Timing(
                settings.duration("mcp.auth.connect-timeout", Duration.ofSeconds(2)),
                settings.duration("mcp.auth.request-timeout", Duration.ofSeconds(5)),
                settings.duration("mcp.auth.metadata-ttl", Duration.ofMinutes(10)),
                settings.duration("mcp.auth.recheck-interval", Duration.ofMinutes(5)),
                settings.clockSkew("mcp.auth.clock-skew"),
                settings.duration("mcp.auth.jwks-ttl", Duration.ofMinutes(10)),
                settings.duration("mcp.auth.jwks-refresh-interval", Duration.ofSeconds(30)),
                settings.duration("mcp.auth.jwks-outage-ttl", Duration.ofHours(1)));
    }

    private static Limits limits(SettingsReader settings) {
        int maxEventBytes = settings.positiveInt("mcp.server.max-event-bytes", 1 << 20);
        return new Limits(
                settings.positiveInt("mcp.server.max-header-bytes", 1 << 14),
                settings.positiveInt("mcp.server.max-request-bytes", 1 << 20),
                settings.positiveInt("mcp.server.max-batch-messages", 100),
                maxEventBytes,
                settings.intAtLeast("mcp.server.max-buffered-bytes", maxEventBytes, Math.max(maxEventBytes, 1 << 21)),
                settings.positiveInt("mcp.server.max-sessions", 10_000),
                settings.positiveInt("mcp.server.max-sessions-per-user", 32),
                settings.duration("mcp.server.session-idle-timeout", Duration.ofMinutes(30)));
    }
}
