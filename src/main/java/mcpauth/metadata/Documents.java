package mcpauth.metadata;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Provider;
import mcpauth.config.Resource;
import mcpauth.oidc.ProviderMetadataService;
import mcpauth.oidc.ProviderUnavailableException;
import mcpauth.oidc.Providers;
import org.jspecify.annotations.Nullable;

/**
 * Which document is where, below {@code /.well-known/}. The modes are never mixed: a protected resource has documents of
 * its own, made of settings and never of what a request says; the delegated mode has the provider's, byte for byte.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-3">RFC 9728 section 3</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 section 3</a>
 * @see <a href="https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization">MCP 2025-03-26,
 *     Authorization, section 2.3</a>
 */
@ApplicationScoped
class Documents {
    private static final String PROTECTED_RESOURCE = "oauth-protected-resource";
    private static final List<String> PROVIDER = List.of("oauth-authorization-server", "openid-configuration");
    private static final List<String> ENDPOINTS = List.of(Resource.MCP_PATH, Resource.SSE_PATH);

    private final @Nullable ProviderMetadataService provider;
    private final Map<String, Document> own;
    private final List<String> providerPaths;
    private volatile @Nullable Document latest;

    @Inject
    Documents(McpAuthConfig config, Providers providers) {
        Resource resource = config.auth().resource();
        this.provider = resource == null ? providers.metadata().get(0) : null;
        this.own = resource == null ? Map.of() : ownDocuments(resource, config);
        this.providerPaths = resource == null ? providerPaths(config.server().publicUrl()) : List.of();
    }

    /** Used by the CDI client proxy only. */
    @SuppressWarnings("NullAway")
    protected Documents() {
        this.provider = null;
        this.own = null;
        this.providerPaths = null;
    }

    /**
     * The document there; empty if there is none.
     *
     * @param path behind {@code /.well-known/}
     * @throws ProviderUnavailableException if it is the provider's, which cannot be had
     */
    Optional<Document> at(String path) throws ProviderUnavailableException {
        if (provider != null && providerPaths.contains(path)) {
            return Optional.of(providersOwn(provider.get().text()));
        }
        return Optional.ofNullable(own.get(path));
    }

    private Document providersOwn(String text) {
        Document document = latest;
        if (document == null || !document.isOf(text)) {
            document = new Document(text);
            latest = document;
        }
        return document;
    }

    /** RFC 8414 section 3.1 has the path of what clients take for the issuer behind the name. */
    private static List<String> providerPaths(@Nullable URI publicUrl) {
        String prefix = publicUrl == null ? "" : publicUrl.getRawPath();
        return PROVIDER.stream()
                .flatMap(name -> Stream.concat(
                        Stream.of(name, name + prefix),
                        ENDPOINTS.stream().flatMap(endpoint -> Stream.of(name + endpoint, name + prefix + endpoint))))
                .distinct()
                .toList();
    }

    /** The document without a path is that of {@code /mcp}; a public path may stand before the endpoint's. */
    private static Map<String, Document> ownDocuments(Resource resource, McpAuthConfig config) {
        Map<String, Document> documents = new HashMap<>();
        String prefix = URI.create(resource.base()).getRawPath();
        for (String endpoint : ENDPOINTS) {
            Document document = protectedResource(resource, endpoint, config);
            documents.put(PROTECTED_RESOURCE + endpoint, document);
            documents.putIfAbsent(PROTECTED_RESOURCE + prefix + endpoint, document);
        }
        Document root = protectedResource(resource, Resource.MCP_PATH, config);
        documents.put(PROTECTED_RESOURCE, root);
        documents.putIfAbsent(PROTECTED_RESOURCE + prefix, root);
        return documents;
    }

    /** RFC 9728 section 2. */
    private static Document protectedResource(Resource resource, String endpoint, McpAuthConfig config) {
        JsonObjectBuilder document = Json.createObjectBuilder()
                .add("resource", resource.identifier(endpoint))
                .add(
                        "authorization_servers",
                        Json.createArrayBuilder(config.auth().providers().stream()
                                .map(Provider::issuer)
                                .map(URI::toString)
                                .toList()))
                .add("scopes_supported", Json.createArrayBuilder(config.auth().scopes()))
                .add("bearer_methods_supported", Json.createArrayBuilder().add("header"))
                .add("resource_name", resource.name());
        if (resource.documentation() != null) {
            document.add("resource_documentation", resource.documentation().toString());
        }
        return new Document(document.build().toString());
    }
}
