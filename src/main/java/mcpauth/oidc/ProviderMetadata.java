package mcpauth.oidc;

import static java.util.Objects.requireNonNull;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mcpauth.config.Provider;
import mcpauth.config.WebUrls;
import org.jspecify.annotations.Nullable;

/**
 * The provider's metadata, checked. See <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID
 * Connect Discovery 1.0 section 3</a> and <a href="https://www.rfc-editor.org/rfc/rfc8414#section-2">RFC 8414 section
 * 2</a>.
 */
public final class ProviderMetadata {
    static final String USERINFO_ENDPOINT = "userinfo_endpoint";
    static final String INTROSPECTION_ENDPOINT = "introspection_endpoint";
    static final String JWKS_URI = "jwks_uri";

    private final JsonObject document;
    private final String text;
    private final List<String> gaps;

    /**
     * @param text the document as the provider sent it
     * @throws ProviderUnavailableException naming each thing about the document that keeps this server from using the
     *     provider, in the delegated mode also what keeps MCP clients from it
     */
    ProviderMetadata(Provider provider, Use use, JsonObject document, String text) throws ProviderUnavailableException {
        this.document = requireNonNull(document, "document is null");
        this.text = requireNonNull(text, "text is null");
        List<String> defects = new ArrayList<>(defects(provider, use.endpoints()));
        List<String> clientDefects = clientDefects();
        if (use.delegated()) {
            defects.addAll(clientDefects);
        }
        if (!defects.isEmpty()) {
            throw new ProviderUnavailableException(
                    "The metadata of " + provider.issuer() + " cannot be used: " + String.join("; ", defects));
        }
        this.gaps = clientDefects;
    }

    /**
     * What a provider is used for.
     *
     * @param endpoints the members that this server itself needs
     * @param delegated whether the document is passed on to clients, which then can do nothing without what they need
     */
    record Use(Set<String> endpoints, boolean delegated) {
        Use {
            endpoints = Set.copyOf(endpoints);
        }
    }

    /** The document as the provider sent it, members unknown to us included. */
    public String text() {
        return text;
    }

    /** Where the provider tells who a token belongs to; empty if nowhere. */
    Optional<URI> userinfoEndpoint() {
        return secureUrl(USERINFO_ENDPOINT);
    }

    /** Where the provider tells what a token is worth. */
    URI introspectionEndpoint() {
        return url(INTROSPECTION_ENDPOINT);
    }

    /** Where the provider's keys are. */
    URI jwksUri() {
        return url(JWKS_URI);
    }

    /** Where people sign in; empty if nowhere. */
    public Optional<URI> authorizationEndpoint() {
        return secureUrl("authorization_endpoint");
    }

    /** Where clients fetch tokens; empty if nowhere. */
    public Optional<URI> tokenEndpoint() {
        return secureUrl("token_endpoint");
    }

    /** Whether clients prove with S256 that they are the ones that asked: RFC 7636 section 4.2, which MCP clients need. */
    public boolean offersS256() {
        return array("code_challenge_methods_supported").contains("S256");
    }

    /** Whether its answer to a sign-in says whose it is: RFC 9207. */
    public boolean namesItselfInAnswers() {
        return document.get("authorization_response_iss_parameter_supported") == JsonValue.TRUE;
    }

    private Optional<URI> secureUrl(String member) {
        return isSecureUrl(member) ? Optional.of(url(member)) : Optional.empty();
    }

    private URI url(String member) {
        return URI.create(document.getString(member));
    }

    /** Whether MCP clients can register themselves: RFC 7591. */
    public boolean registersClients() {
        return document.get("registration_endpoint") instanceof JsonString;
    }

    /** Whether MCP clients can use the URL of a document of theirs as client id. */
    public boolean takesClientIdMetadataDocuments() {
        return document.get("client_id_metadata_document_supported") == JsonValue.TRUE;
    }

    /** What keeps MCP clients from signing users in there; each is a sentence for the operator. */
    public List<String> gaps() {
        return gaps;
    }

    /** What MCP clients may miss; nothing here stops them for good. Each is a sentence for the operator. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        gaps.forEach(gap -> warnings.add("In the provider's metadata, " + gap));
        if (!registersClients() && !takesClientIdMetadataDocuments()) {
            warnings.add(
                    "The provider has no registration_endpoint: MCP clients cannot register themselves. Register an"
                            + " application at the provider and type its client id into each MCP client.");
        }
        return warnings;
    }

    private List<String> defects(Provider provider, Set<String> endpoints) {
        String issuer = provider.issuer().toString();
        List<String> defects = new ArrayList<>();
        String own = document.get("issuer") instanceof JsonString string ? string.getString() : "";
        if (!own.equals(issuer)) {
            defects.add(issuerDefect(provider.key("issuer"), issuer, own));
        }
        endpoints.stream().sorted().forEach(endpoint -> checkUrl(endpoint, defects));
        return defects;
    }

    private List<String> clientDefects() {
        List<String> defects = new ArrayList<>();
        checkUrl("authorization_endpoint", defects);
        checkUrl("token_endpoint", defects);
        if (array("response_types_supported").stream().noneMatch(type -> type.equals("code"))) {
            defects.add("response_types_supported does not list \"code\"");
        }
        // RFC 8414 section 2: if omitted, the default is ["authorization_code", "implicit"]
        if (document.containsKey("grant_types_supported")
                && !array("grant_types_supported").contains("authorization_code")) {
            defects.add("grant_types_supported does not list \"authorization_code\"");
        }
        if (!offersS256()) {
            defects.add("code_challenge_methods_supported does not list \"S256\", without which MCP clients refuse it");
        }
        return List.copyOf(defects);
    }

    private void checkUrl(String endpoint, List<String> defects) {
        if (!isSecureUrl(endpoint)) {
            defects.add(endpoint + " is missing or no https URL");
        }
    }

    private static String issuerDefect(String key, String configured, String own) {
        if (own.isEmpty()) {
            return "it has no issuer: check that " + key + " is that of an OpenID provider";
        }
        if (own.equals(configured + "/") || configured.equals(own + "/")) {
            return "its issuer is \"%s\", %s is \"%s\": %s the slash at the end of the setting"
                    .formatted(own, key, configured, own.endsWith("/") ? "add" : "remove");
        }
        return "its issuer is \"%s\", %s is \"%s\": set it to exactly the provider's".formatted(own, key, configured);
    }

    private boolean isSecureUrl(String member) {
        try {
            return WebUrls.isSecure(URI.create(document.getString(member, "")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private List<String> array(String member) {
        if (!(document.get(member) instanceof JsonArray array)) {
            return List.of();
        }
        return array.stream()
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).getString())
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProviderMetadata that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
