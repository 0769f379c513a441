package mcpauth.oidc;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Resource;
import mcpauth.oidc.ProviderClient.Answer;
import org.jspecify.annotations.Nullable;

/**
 * The way of an MCP client that has no token, walked from the public URL on: what it finds at each hop. It asks this
 * server and the providers as anybody could, sends no token, and follows no redirect. What was found is remembered for
 * some seconds, and one walk is on its way: asking for it again and again asks nobody else. Injectable; safe for use by
 * many threads.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization">MCP, Authorization</a>
 */
public class ClientWalk {
    private static final Duration TTL = SignInCheck.TTL;
    /** While a walk is on its way, the one before is good enough for others. */
    private static final Duration MEANWHILE = Duration.ofMinutes(1);

    private static final Pattern RESOURCE_METADATA = Pattern.compile("resource_metadata=\"([^\"]*)\"");

    private final McpAuthConfig config;
    private final Providers providers;
    private final SignInCheck signIn;
    private final ProviderClient client;
    private final Waiters waiters;
    private final Map<URI, Remembered<List<Step>>> walks = new ConcurrentHashMap<>();

    ClientWalk(McpAuthConfig config, Providers providers, SignInCheck signIn, ProviderClient client) {
        this.config = config;
        this.providers = providers;
        this.signIn = signIn;
        this.client = client;
        this.waiters = Waiters.of(config.auth());
    }

    /** Where something was found. */
    public enum Hop {
        /** A request without a token is refused, and told where to go. */
        CHALLENGE,
        /** The document that names the provider. */
        RESOURCE_METADATA,
        /** The provider's own document. */
        PROVIDER_METADATA,
        /** The provider knows the client. */
        REGISTRATION,
        /** Tokens are issued for this server. */
        AUDIENCE,
        /** The tool is called. */
        WHOAMI
    }

    /** How good it is. */
    public enum Outcome {
        /** As it should be. */
        OK,
        /** Not found out, or something that somebody has to know. */
        NOTE,
        /** Something has to be changed. */
        CHANGE
    }

    /** What can be found; the values of the {@link Step} are named in brackets. */
    public enum Finding {
        /** 401 with a challenge [URL of the endpoint]. */
        CHALLENGED(Hop.CHALLENGE, Outcome.OK),
        /** Nothing answered [URL]. */
        SERVER_UNREACHABLE(Hop.CHALLENGE, Outcome.CHANGE),
        /** The host name is none of ours [URL]. */
        HOST_REFUSED(Hop.CHALLENGE, Outcome.CHANGE),
        /** Something else answered [URL, status]. */
        ANOTHER_SERVER(Hop.CHALLENGE, Outcome.CHANGE),
        /** 401 without what ours says [URL]. */
        CHALLENGE_LOST(Hop.CHALLENGE, Outcome.CHANGE),
        /** The document is right [URL of it]. */
        RESOURCE_NAMED(Hop.RESOURCE_METADATA, Outcome.OK),
        /** The document is not there [URL of it]. */
        RESOURCE_METADATA_MISSING(Hop.RESOURCE_METADATA, Outcome.CHANGE),
        /** The document is somebody else's [URL of it, the resource that is expected]. */
        RESOURCE_METADATA_FOREIGN(Hop.RESOURCE_METADATA, Outcome.CHANGE),
        /** The delegated mode: the provider's document is at our origin [URL of it]. */
        PASSED_ON(Hop.RESOURCE_METADATA, Outcome.OK),
        /** The delegated mode: the provider's document is not at our origin [URL of it]. */
        NOT_PASSED_ON(Hop.RESOURCE_METADATA, Outcome.CHANGE),
        /** The metadata can be used [issuer]. */
        PROVIDER_WELL(Hop.PROVIDER_METADATA, Outcome.OK),
        /** The metadata cannot be had or used [issuer]. */
        PROVIDER_UNAVAILABLE(Hop.PROVIDER_METADATA, Outcome.CHANGE),
        /** Clients miss something in the metadata [issuer, the gaps]. */
        PROVIDER_GAPS(Hop.PROVIDER_METADATA, Outcome.CHANGE),
        /** Clients register themselves [issuer]. */
        REGISTERS_CLIENTS(Hop.REGISTRATION, Outcome.OK),
        /** Clients may use a document of their own as id [issuer]. */
        TAKES_CLIENT_DOCUMENTS(Hop.REGISTRATION, Outcome.OK),
        /** People type the client id [issuer, client id]. */
        TYPE_CLIENT_ID(Hop.REGISTRATION, Outcome.NOTE),
        /** People type a client id that we do not know [issuer]. */
        CREATE_CLIENT(Hop.REGISTRATION, Outcome.CHANGE),
        /** The sign-in of the page is accepted [client id, redirect URI]. */
        SIGN_IN_ACCEPTED(Hop.REGISTRATION, Outcome.OK),
        /** A page came, the sign-in most likely [client id]. */
        SIGN_IN_PAGE(Hop.REGISTRATION, Outcome.NOTE),
        /** The provider does not know it [client id]. */
        CLIENT_UNKNOWN(Hop.REGISTRATION, Outcome.CHANGE),
        /** The provider does not know it [client id, redirect URI]. */
        REDIRECT_URI_UNKNOWN(Hop.REGISTRATION, Outcome.CHANGE),
        /** The client may not ask for one of them [client id, scopes]. */
        SCOPE_REFUSED(Hop.REGISTRATION, Outcome.CHANGE),
        /** The provider refused for a reason of its own [client id, redirect URI]. */
        SIGN_IN_REFUSED(Hop.REGISTRATION, Outcome.CHANGE),
        /** The provider takes the resource [resource]. */
        RESOURCE_TAKEN(Hop.AUDIENCE, Outcome.OK),
        /** The provider does not know it [resource]. */
        RESOURCE_UNKNOWN(Hop.AUDIENCE, Outcome.CHANGE),
        /** Only a sign-in tells [resource]. */
        AUDIENCE_NOT_SEEN(Hop.AUDIENCE, Outcome.NOTE),
        /** The delegated mode: tokens say for nobody that they are for him. */
        NO_AUDIENCE(Hop.AUDIENCE, Outcome.NOTE),
        /** There is no token here [URL of the endpoint]. */
        NO_TOKEN(Hop.WHOAMI, Outcome.NOTE);

        private final Hop hop;
        private final Outcome outcome;

        Finding(Hop hop, Outcome outcome) {
            this.hop = hop;
            this.outcome = outcome;
        }

        /** Where it is found. */
        public Hop hop() {
            return hop;
        }

        /** How good it is. */
        public Outcome outcome() {
            return outcome;
        }
    }

    /**
     * What was found.
     *
     * @param values what it is about, all of it public
     */
    public record Step(Finding finding, List<String> values) {
        /** Copies the list. */
        public Step {
            values = List.copyOf(values);
        }

        private static Step of(Finding finding, String... values) {
            return new Step(finding, List.of(values));
        }
    }

    /**
     * What a client finds, in the order of its way; not empty.
     *
     * @param base the URL of the application, which is never made of what a request says
     * @throws ProviderUnavailableException if a walk takes long, and enough callers wait for it already
     */
    public List<Step> steps(URI base) throws ProviderUnavailableException {
        return walks.computeIfAbsent(
                        base, url -> new Remembered<>(() -> walk(url), TTL, MEANWHILE, waiters, System::nanoTime))
                .get();
    }

    private List<Step> walk(URI base) {
        List<Step> steps = new ArrayList<>();
        @Nullable Resource resource = config.auth().resource();
        String endpoint = base + Resource.MCP_PATH;
        if (challenged(steps, endpoint, resource)) {
            steps.add(resource == null ? passedOn(base) : named(resource));
        }
        List<ProviderMetadataService> services = providers.metadata();
        services.forEach(service -> addProvider(steps, service));
        addSignIn(steps, base, resource);
        steps.add(Step.of(Finding.NO_TOKEN, endpoint));
        return List.copyOf(steps);
    }

    /** Whether the way goes on from here. */
    private boolean challenged(List<Step> steps, String endpoint, @Nullable Resource resource) {
        Optional<Answer> answer = get(endpoint);
        if (answer.isEmpty()) {
            steps.add(Step.of(Finding.SERVER_UNREACHABLE, endpoint));
            return false;
        }
        int status = answer.get().status();
        if (status != 401) {
            steps.add(
                    status == 403
                            ? Step.of(Finding.HOST_REFUSED, endpoint)
                            : Step.of(Finding.ANOTHER_SERVER, endpoint, Integer.toString(status)));
            return false;
        }
        String challenge = String.valueOf(answer.get().wwwAuthenticate());
        boolean whole = challenge.startsWith("Bearer ")
                && (resource == null
                        || documentOf(challenge).equals(Optional.of(resource.metadataUrl(Resource.MCP_PATH))));
        steps.add(Step.of(whole ? Finding.CHALLENGED : Finding.CHALLENGE_LOST, endpoint));
        return true;
    }

    private static Optional<String> documentOf(String challenge) {
        Matcher matcher = RESOURCE_METADATA.matcher(challenge);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private Step named(Resource resource) {
        String url = resource.metadataUrl(Resource.MCP_PATH);
        Optional<JsonObject> document = document(url);
        if (document.isEmpty()) {
            return Step.of(Finding.RESOURCE_METADATA_MISSING, url);
        }
        String identifier = resource.identifier(Resource.MCP_PATH);
        boolean ours = document.get().getString("resource", "").equals(identifier)
                && document.get().get("authorization_servers") instanceof JsonArray servers
                && servers.stream()
                        .map(server -> server instanceof JsonString issuer ? issuer.getString() : "")
                        .toList()
                        .equals(issuers());
        return ours
                ? Step.of(Finding.RESOURCE_NAMED, url)
                : Step.of(Finding.RESOURCE_METADATA_FOREIGN, url, identifier);
    }

    private Step passedOn(URI base) {
        String url = base.resolve("/.well-known/oauth-authorization-server").toString();
        boolean ours = document(url)
                .map(document -> issuers().contains(document.getString("issuer", "")))
                .orElse(false);
        return Step.of(ours ? Finding.PASSED_ON : Finding.NOT_PASSED_ON, url);
    }

    private List<String> issuers() {
        return config.auth().providers().stream()
                .map(provider -> provider.issuer().toString())
                .toList();
    }

    private Optional<JsonObject> document(String url) {
        return get(url).filter(answer -> answer.status() == 200).flatMap(answer -> JsonBody.parse(answer.body()));
    }

    private Optional<Answer> get(String url) {
        try {
            return Optional.of(client.get(URI.create(url), null));
        } catch (ProviderUnavailableException e) {
            return Optional.empty();
        }
    }

    private void addProvider(List<Step> steps, ProviderMetadataService service) {
        String issuer = service.issuer().toString();
        ProviderMetadata metadata;
        try {
            metadata = service.notOlderThan(TTL);
        } catch (ProviderUnavailableException e) {
            steps.add(Step.of(Finding.PROVIDER_UNAVAILABLE, issuer));
            return;
        }
        steps.add(
                metadata.gaps().isEmpty()
                        ? Step.of(Finding.PROVIDER_WELL, issuer)
                        : Step.of(Finding.PROVIDER_GAPS, issuer, String.join("; ", metadata.gaps())));
        if (metadata.registersClients()) {
            steps.add(Step.of(Finding.REGISTERS_CLIENTS, issuer));
        }
        if (metadata.takesClientIdMetadataDocuments()) {
            steps.add(Step.of(Finding.TAKES_CLIENT_DOCUMENTS, issuer));
        }
        if (!metadata.registersClients() && !metadata.takesClientIdMetadataDocuments()) {
            String clientId = config.page().clientId();
            boolean first = service == providers.metadata().get(0);
            steps.add(
                    clientId != null && first
                            ? Step.of(Finding.TYPE_CLIENT_ID, issuer, clientId)
                            : Step.of(Finding.CREATE_CLIENT, issuer));
        }
    }

    private void addSignIn(List<Step> steps, URI base, @Nullable Resource resource) {
        SignInCheck.Verdict verdict = signIn.verdict(base);
        String clientId = String.valueOf(config.page().clientId());
        String redirectUri = SignInCheck.redirectUri(base);
        switch (verdict) {
            case NO_CLIENT, UNAVAILABLE, UNKNOWN_RESOURCE -> {
                // what is known of them stands in other lines
            }
            case ACCEPTED -> steps.add(Step.of(Finding.SIGN_IN_ACCEPTED, clientId, redirectUri));
            case PAGE -> steps.add(Step.of(Finding.SIGN_IN_PAGE, clientId));
            case UNKNOWN_CLIENT -> steps.add(Step.of(Finding.CLIENT_UNKNOWN, clientId));
            case UNKNOWN_REDIRECT_URI -> steps.add(Step.of(Finding.REDIRECT_URI_UNKNOWN, clientId, redirectUri));
            case REFUSED_SCOPE ->
                steps.add(Step.of(
                        Finding.SCOPE_REFUSED,
                        clientId,
                        String.join(" ", config.auth().scopes())));
            case REFUSED -> steps.add(Step.of(Finding.SIGN_IN_REFUSED, clientId, redirectUri));
        }
        if (resource == null) {
            steps.add(Step.of(Finding.NO_AUDIENCE));
            return;
        }
        String identifier = resource.identifier(Resource.MCP_PATH);
        steps.add(Step.of(
                switch (verdict) {
                    case ACCEPTED -> Finding.RESOURCE_TAKEN;
                    case UNKNOWN_RESOURCE -> Finding.RESOURCE_UNKNOWN;
                    default -> Finding.AUDIENCE_NOT_SEEN;
                },
                identifier));
    }
}
