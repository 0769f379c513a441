package mcpauth.page;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Resource;
import mcpauth.oidc.ProviderMetadata;
import mcpauth.oidc.ProviderMetadataService;
import mcpauth.oidc.ProviderUnavailableException;
import mcpauth.oidc.Providers;
import mcpauth.oidc.SignInCheck;
import org.jspecify.annotations.Nullable;

/**
 * The JSON document behind the page: what the server is, and how its providers are. All of it is public: what clients are
 * told in challenges and metadata, the provider's own metadata, and a client id that is no secret. Called by the container
 * only.
 */
@WebServlet(name = "page-state", urlPatterns = StateServlet.PATH)
public class StateServlet extends PublicServlet {
    static final String PATH = "/page/state.json";

    private static final long serialVersionUID = 1L;

    private final transient Providers providers;
    private final transient SignInCheck signIn;

    /** Called by the container only. */
    @Inject
    public StateServlet(McpAuthConfig config, Providers providers, SignInCheck signIn) {
        super(config);
        this.providers = providers;
        this.signIn = signIn;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        String state = state(base(request)).toString();
        send(request, response, "application/json", state.getBytes(StandardCharsets.UTF_8));
    }

    private JsonObject state(URI base) {
        McpAuthConfig config = config();
        @Nullable Resource resource = config.auth().resource();
        JsonObjectBuilder state = Json.createObjectBuilder()
                .add("name", resource == null ? "MCP server" : resource.name())
                .add("mode", resource == null ? "delegated" : "protected-resource")
                .add("stateless", config.server().stateless())
                .add("scopes", Json.createArrayBuilder(config.auth().scopes()))
                .add("requiredScopes", Json.createArrayBuilder(config.auth().requiredScopes()));
        if (resource != null && resource.documentation() != null) {
            state.add("documentation", resource.documentation().toString());
        }
        if (config.server().publicUrl() != null) {
            state.add("url", config.server().publicUrl().toString());
        }
        if (config.page().clientId() != null) {
            state.add("clientId", config.page().clientId());
        }
        var all = Json.createArrayBuilder();
        providers.metadata().forEach(provider -> all.add(provider(provider)));
        return state.add("providers", all)
                .add(
                        "signIn",
                        Json.createObjectBuilder()
                                .add(
                                        "verdict",
                                        signIn.verdict(base)
                                                .name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', '-'))
                                .add("redirectUri", SignInCheck.redirectUri(base)))
                .build();
    }

    private static JsonObjectBuilder provider(ProviderMetadataService service) {
        JsonObjectBuilder provider =
                Json.createObjectBuilder().add("issuer", service.issuer().toString());
        ProviderMetadata metadata;
        try {
            metadata = service.notOlderThan(SignInCheck.TTL);
        } catch (ProviderUnavailableException e) {
            // why not is for the operator: MCPAUTH-103 in the log
            return provider.add("available", false);
        }
        metadata.authorizationEndpoint().ifPresent(url -> provider.add("authorizationEndpoint", url.toString()));
        metadata.tokenEndpoint().ifPresent(url -> provider.add("tokenEndpoint", url.toString()));
        return provider.add("available", true)
                .add("offersS256", metadata.offersS256())
                .add("namesItselfInAnswers", metadata.namesItselfInAnswers())
                .add("registersClients", metadata.registersClients())
                .add("takesClientIdMetadataDocuments", metadata.takesClientIdMetadataDocuments())
                .add("gaps", Json.createArrayBuilder(metadata.gaps()));
    }
}
