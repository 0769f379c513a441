package mcpauth.development;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import no.nav.security.mock.oauth2.token.RequestMapping;
import no.nav.security.mock.oauth2.token.RequestMappingTokenCallback;

/**
 * An OpenID provider for development and tests, on loopback: a sign-in page without passwords, users with claims, any
 * client id. Never part of the WAR.
 */
public final class DevelopmentIssuer implements AutoCloseable {
    /** Whom one may sign in as; another name has the claim {@code sub} alone, or what is typed on the sign-in page. */
    public enum User {
        /** Has every claim of the scopes {@code openid profile email}. */
        ALICE("alice", "Alice Smith"),
        /** The other user. */
        BOB("bob", "Bob Brown");

        private final String username;
        private final String fullName;

        User(String username, String fullName) {
            this.username = username;
            this.fullName = fullName;
        }

        /** What to type on the sign-in page. */
        public String username() {
            return username;
        }

        /** The claims the provider adds to its own. */
        public Map<String, Object> claims() {
            return Map.of(
                    "sub", username,
                    "username", username,
                    "name", fullName,
                    "email", username + "@example.com");
        }

        private Map<String, Object> claims(List<String> audience) {
            Map<String, Object> claims = new LinkedHashMap<>(claims());
            claims.put("aud", audience);
            return claims;
        }
    }

    private static final String ISSUER_ID = "oidc";

    private final MockOAuth2Server server;
    private final List<String> audience;

    private DevelopmentIssuer(MockOAuth2Server server, List<String> audience) {
        this.server = server;
        this.audience = audience;
    }

    /**
     * Starts the provider, whose tokens are for a resource that nobody is.
     *
     * @param port on loopback; 0 for any free one
     */
    public static DevelopmentIssuer start(int port) throws IOException {
        return start(port, List.of("mcp-auth-jakarta"));
    }

    /**
     * Starts the provider.
     *
     * @param port on loopback; 0 for any free one
     * @param audience the resources that its access tokens are for, whatever {@code resource} a client sends
     */
    public static DevelopmentIssuer start(int port, List<String> audience) throws IOException {
        List<RequestMapping> users = Arrays.stream(User.values())
                .map(user -> new RequestMapping("subject", user.username(), user.claims(audience), "JWT"))
                .toList();
        MockOAuth2Server server = new MockOAuth2Server(new OAuth2Config(
                true,
                null,
                null,
                false,
                new OAuth2TokenProvider(),
                Set.of(new RequestMappingTokenCallback(ISSUER_ID, users, 3600))));
        server.start(InetAddress.getByName("localhost"), port);
        warmUp(server);
        return new DevelopmentIssuer(server, List.copyOf(audience));
    }

    /** Its first answer takes seconds on a busy machine, longer than a server may want to wait for it. */
    private static void warmUp(MockOAuth2Server server) throws IOException {
        try (InputStream metadata =
                server.wellKnownUrl(ISSUER_ID).url().openConnection().getInputStream()) {
            metadata.readAllBytes();
        }
    }

    /** The issuer identifier. */
    public String issuer() {
        return server.issuerUrl(ISSUER_ID).toString();
    }

    /** An access token as a sign-in of the user would give. */
    public String token(User user) {
        return server.issueToken(ISSUER_ID, user.username(), "mcp-inspector", user.claims(audience), 3600)
                .serialize();
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
