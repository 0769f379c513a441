package mcpauth.config;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One OpenID provider: the keys {@code mcp.auth.*}, for further ones {@code mcp.auth.provider.<name>.*}.
 *
 * @param family what its keys begin with, for messages
 * @param issuer {@code issuer}: compared byte for byte with what the provider says; https, or http on loopback
 * @param verification {@code verification}: how its tokens are judged, never {@link Verification#AUTO} in the delegated
 *     mode
 * @param audience {@code audience}: audiences accepted beside our own resources; for tokens without an audience, the ids
 *     of the clients they may have been issued to
 * @param client {@code client-id} and the keys beside it: as whom the server asks for introspection; null for nobody
 * @param userinfoClaims {@code userinfo-claims}: whether claims that a token lacks are asked for at userinfo
 * @param algorithms {@code algorithms}: of signatures; asymmetric ones only
 * @param jwtTypes {@code jwt-types}: the header {@code typ} of access tokens, {@code none} for one that is not there
 */
public record Provider(
        String family,
        URI issuer,
        Verification verification,
        Set<String> audience,
        @Nullable Client client,
        boolean userinfoClaims,
        Set<String> algorithms,
        Set<String> jwtTypes) {
    /** What a provider may sign with: RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2. */
    static final List<String> ALGORITHMS = List.of(
            "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA", "Ed25519");

    /** Stands for a missing {@code typ}. */
    public static final String NO_TYPE = "none";

    private static final String FAMILY = "mcp.auth.";
    private static final List<String> TYPES = List.of("at+jwt", "JWT", NO_TYPE);

    /** Copies the sets; refuses null. */
    public Provider {
        requireNonNull(family, "family is null");
        requireNonNull(issuer, "issuer is null");
        requireNonNull(verification, "verification is null");
        audience = Set.copyOf(audience);
        algorithms = Set.copyOf(algorithms);
        jwtTypes = Set.copyOf(jwtTypes);
    }

    /** How the server proves who it is: RFC 6749 section 2.3, RFC 7523. */
    public enum ClientAuthentication {
        /** The secret in the Authorization header. */
        CLIENT_SECRET_BASIC,
        /** The secret in the body. */
        CLIENT_SECRET_POST,
        /** A JWT signed with the client's own key. */
        PRIVATE_KEY_JWT;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The server as a client of the provider.
     *
     * @param id {@code client-id}
     * @param secret {@code client-secret}; null with {@link ClientAuthentication#PRIVATE_KEY_JWT}
     * @param authentication {@code client-authentication}
     * @param key {@code client-key}: a private key as JWK in JSON; null but with
     *     {@link ClientAuthentication#PRIVATE_KEY_JWT}
     */
    public record Client(
            String id,
            @Nullable String secret,
            ClientAuthentication authentication,
            @Nullable String key) {
        /** Refuses null where there may be none. */
        public Client {
            requireNonNull(id, "id is null");
            requireNonNull(authentication, "authentication is null");
        }

        /** Neither the secret nor the key. */
        @Override
        public String toString() {
            return "Client[id=" + id + ", authentication=" + authentication + "]";
        }
    }

    /** The whole name of one of its keys. */
    public String key(String name) {
        return family + name;
    }

    /** Whether nothing but userinfo judges its tokens, which does not tell their scopes. */
    boolean knowsNoScopes() {
        return verification == Verification.USERINFO;
    }

    static List<Provider> readAll(SettingsReader settings, boolean protectedResource) {
        List<Provider> providers = new ArrayList<>();
        providers.add(read(settings, FAMILY, protectedResource));
        List<String> names = settings.names("mcp.auth.providers");
        if (!names.isEmpty() && !protectedResource) {
            throw settings.wrong(
                    "mcp.auth.providers",
                    "none without mcp.auth.resource: the delegated mode passes the metadata of one provider on",
                    "mcp.auth.resource=https://mcp.example.com/mcp");
        }
        for (String name : names) {
            Provider further = read(settings, FAMILY + "provider." + name + ".", true);
            if (providers.stream().anyMatch(other -> other.issuer().equals(further.issuer()))) {
                throw settings.wrong(
                        FAMILY + "provider." + name + ".issuer",
                        "the issuer of another provider",
                        "https://partner.example.com");
            }
            providers.add(further);
        }
        return providers;
    }

    private static Provider read(SettingsReader settings, String prefix, boolean protectedResource) {
        URI issuer = settings.issuer(prefix + "issuer");
        Client client = client(settings, prefix);
        Set<String> audience = Set.copyOf(settings.words(prefix + "audience", List.of()));
        Verification verification = verification(settings, prefix, protectedResource, client, audience);
        boolean userinfoClaims = settings.flag(prefix + "userinfo-claims");
        if (userinfoClaims && verification == Verification.USERINFO) {
            throw settings.wrong(
                    prefix + "userinfo-claims", "false, as tokens are judged at userinfo already", "false");
        }
        return new Provider(
                prefix,
                issuer,
                verification,
                audience,
                client,
                userinfoClaims,
                Set.copyOf(settings.wordsOf(prefix + "algorithms", ALGORITHMS, ALGORITHMS)),
                Set.copyOf(settings.wordsOf(prefix + "jwt-types", TYPES, List.of("at+jwt", "JWT"))));
    }

    private static Verification verification(
            SettingsReader settings,
            String prefix,
            boolean protectedResource,
            @Nullable Client client,
            Set<String> audience) {
        String key = prefix + "verification";
        List<String> words =
                Stream.of(Verification.values()).map(Verification::word).toList();
        Verification verification =
                Verification.valueOf(settings.wordOf(key, words, "auto").toUpperCase(Locale.ROOT));
        if (verification == Verification.INTROSPECTION && client == null) {
            throw ConfigurationException.missing(
                    prefix + "client-id", "the id of a client that may introspect tokens", "2k8jswqiorhr");
        }
        if (verification == Verification.JWT && !protectedResource && audience.isEmpty()) {
            throw settings.wrong(
                    key,
                    "jwt only beside mcp.auth.resource or mcp.auth.audience: else tokens for anybody would be accepted",
                    "mcp.auth.resource=https://mcp.example.com/mcp");
        }
        return verification == Verification.AUTO && !protectedResource ? Verification.USERINFO : verification;
    }

    private static @Nullable Client client(SettingsReader settings, String prefix) {
        String id = settings.text(prefix + "client-id");
        String secret = settings.text(prefix + "client-secret");
        String key = settings.text(prefix + "client-key");
        List<String> words = Arrays.stream(ClientAuthentication.values())
                .map(ClientAuthentication::word)
                .toList();
        ClientAuthentication authentication =
                ClientAuthentication.valueOf(settings.wordOf(prefix + "client-authentication", words, words.get(0))
                        .toUpperCase(Locale.ROOT));
        if (id == null) {
            return null;
        }
        boolean byKey = authentication == ClientAuthentication.PRIVATE_KEY_JWT;
        if (byKey) {
            ClientKeys.check(prefix + "client-key", key);
        } else if (secret == null) {
            throw ConfigurationException.missing(
                    prefix + "client-secret", "the secret of the client " + id, "the one that the provider shows");
        }
        return new Client(id, byKey ? null : secret, authentication, byKey ? key : null);
    }
}
