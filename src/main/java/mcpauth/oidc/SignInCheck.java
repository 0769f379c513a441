package mcpauth.oidc;

import static java.util.Map.entry;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Resource;
import mcpauth.oidc.ProviderClient.Answer;
import org.jspecify.annotations.Nullable;

/**
 * Whether the first provider would let the client of the page sign somebody in: asks its authorization endpoint with
 * {@code prompt=none}, which shows nobody anything, changes nothing, and is checked as a real sign-in is. An answer is
 * remembered for some seconds, and one request is in flight. Injectable; safe for use by many threads.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest">OpenID Connect Core section 3.1.2.1</a>
 */
public class SignInCheck {
    /** How long an answer of a provider is good for a page: a crowd of visitors costs it four requests a minute. */
    public static final Duration TTL = Duration.ofSeconds(15);

    private static final int RANDOM_BYTES = 32;
    private static final Pattern CODES = Pattern.compile("\\binvalid_(client|redirect_uri|target|scope)\\b");

    private final McpAuthConfig config;
    private final ProviderMetadataService provider;
    private final ProviderClient client;
    private final Waiters waiters;
    private final SecureRandom random = new SecureRandom();
    private final Map<URI, Remembered<Verdict>> verdicts = new ConcurrentHashMap<>();

    SignInCheck(McpAuthConfig config, ProviderMetadataService provider, ProviderClient client) {
        this.config = config;
        this.provider = provider;
        this.client = client;
        this.waiters = Waiters.of(config.auth());
    }

    /** What the provider said. */
    public enum Verdict {
        /** Nothing, as no client is set. */
        NO_CLIENT,
        /** Nothing: it, or its metadata, cannot be had. */
        UNAVAILABLE,
        /** The request is good: only the person is missing. */
        ACCEPTED,
        /** It showed a page: its sign-in, most likely. */
        PAGE,
        /** It does not know the client. */
        UNKNOWN_CLIENT,
        /** It does not know the redirect URI of the page. */
        UNKNOWN_REDIRECT_URI,
        /** It does not know the resource. */
        UNKNOWN_RESOURCE,
        /** The client may not ask for one of the scopes. */
        REFUSED_SCOPE,
        /** It refused, and did not say why in a way that programs can read. */
        REFUSED
    }

    /** The redirect URI of a page that is below the URL. */
    public static String redirectUri(URI base) {
        return base + "/";
    }

    /**
     * What the provider says to a sign-in of the page's client.
     *
     * @param base the URL of the application, which is never made of what a request says
     */
    public Verdict verdict(URI base) {
        try {
            return verdicts.computeIfAbsent(
                            base, url -> new Remembered<>(() -> ask(url), TTL, TTL, waiters, System::nanoTime))
                    .get();
        } catch (ProviderUnavailableException e) {
            return Verdict.UNAVAILABLE;
        }
    }

    private Verdict ask(URI base) throws ProviderUnavailableException {
        String clientId = config.page().clientId();
        if (clientId == null) {
            return Verdict.NO_CLIENT;
        }
        Optional<URI> endpoint = provider.notOlderThan(TTL).authorizationEndpoint();
        return endpoint.isEmpty()
                ? Verdict.UNAVAILABLE
                : verdict(client.get(request(endpoint.get(), clientId, base), null), redirectUri(base));
    }

    private URI request(URI endpoint, String clientId, URI base) {
        Map<String, String> parameters = new LinkedHashMap<>(Map.ofEntries(
                entry("response_type", "code"),
                entry("client_id", clientId),
                entry("redirect_uri", redirectUri(base)),
                entry("scope", String.join(" ", config.auth().scopes())),
                entry("prompt", "none"),
                entry("state", random()),
                // 43 characters, as a hash has: nobody will ever redeem a code with it
                entry("code_challenge", random()),
                entry("code_challenge_method", "S256")));
        @Nullable Resource resource = config.auth().resource();
        if (resource != null) {
            parameters.put("resource", resource.identifier(Resource.MCP_PATH));
        }
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + query);
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static Verdict verdict(Answer answer, String redirectUri) throws ProviderUnavailableException {
        if (answer.status() >= 500 || answer.isTooMany()) {
            throw new ProviderUnavailableException("the authorization endpoint answered " + answer.status());
        }
        if (answer.status() >= 400) {
            String code = refusalCode(answer.body());
            return switch (code) {
                case "invalid_client" -> Verdict.UNKNOWN_CLIENT;
                case "invalid_redirect_uri" -> Verdict.UNKNOWN_REDIRECT_URI;
                default -> byCode(code).orElse(Verdict.REFUSED);
            };
        }
        String location = answer.location();
        if (location == null || !location.startsWith(redirectUri + "?")) {
            return Verdict.PAGE;
        }
        String error = parameter(location, "error");
        return error.isEmpty() ? Verdict.ACCEPTED : byCode(error).orElse(Verdict.REFUSED);
    }

    /** The codes of OpenID Connect Core section 3.1.2.6, RFC 6749 section 4.1.2.1 and RFC 8707 section 2. */
    private static Optional<Verdict> byCode(String error) {
        return switch (error) {
            case "login_required", "interaction_required", "consent_required", "account_selection_required" ->
                Optional.of(Verdict.ACCEPTED);
            case "invalid_target" -> Optional.of(Verdict.UNKNOWN_RESOURCE);
            case "invalid_scope" -> Optional.of(Verdict.REFUSED_SCOPE);
            default -> Optional.empty();
        };
    }

    /** In JSON, as Logto has it, or somewhere on a page for people, as oidc-provider has it; empty if nowhere. */
    private static String refusalCode(String body) {
        Optional<JsonObject> json = JsonBody.parse(body);
        if (json.isPresent()) {
            return json.get().getString("error", "");
        }
        Matcher matcher = CODES.matcher(body);
        return matcher.find() ? matcher.group() : "";
    }

    private static String parameter(String url, String name) {
        for (String pair : url.substring(url.indexOf('?') + 1).split("[&#]", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }
}
