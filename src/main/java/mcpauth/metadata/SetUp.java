package mcpauth.metadata;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Provider;
import mcpauth.config.Resource;
import mcpauth.config.Verification;
import mcpauth.oidc.ProviderMetadata;
import mcpauth.oidc.ProviderMetadataService;
import mcpauth.oidc.ProviderUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * How the application is set up, in sentences for an operator.
 *
 * @param contextPath under which the server has the application; empty for the root
 */
record SetUp(McpAuthConfig config, String contextPath) {

    /** Why no client could find the provider, and what to change; empty if clients can. */
    Optional<String> defect() {
        if (config.auth().resource() != null || config.server().publicUrl() != null || contextPath.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                ("The application is at the context path %s, but MCP clients look for /.well-known at the root of"
                                + " the host. Deploy it at /, or set mcp.auth.resource to the public URL of its endpoint, for"
                                + " example https://mcp.example.com%s/mcp, or let a proxy pass the root's /.well-known on and set"
                                + " mcp.server.public-url; for nginx: location /.well-known/ { proxy_pass"
                                + " http://127.0.0.1:<port>%s/.well-known/; }")
                        .formatted(contextPath, contextPath, contextPath));
    }

    /** The whole set-up, line by line; asks the providers for their metadata. */
    String notice(List<ProviderMetadataService> providers) {
        List<String> lines = new ArrayList<>();
        @Nullable Resource resource = config.auth().resource();
        if (resource == null) {
            lines.add("How this MCP server is set up");
            lines.add("mode      delegated: clients find the provider's metadata at our own origin");
            lines.add("metadata  " + root() + "/.well-known/oauth-authorization-server");
        } else {
            lines.add("How this MCP server is set up");
            lines.add("mode      protected resource (RFC 9728)");
            lines.add("resource  " + resource.identifier(Resource.MCP_PATH) + " (Streamable HTTP), "
                    + resource.identifier(Resource.SSE_PATH) + " (HTTP+SSE): clients send one of them as \"resource\"");
            lines.add("metadata  " + resource.metadataUrl(Resource.MCP_PATH) + ", …" + Resource.SSE_PATH);
            proxyRule(resource).ifPresent(lines::add);
        }
        for (int i = 0; i < providers.size(); i++) {
            addProvider(lines, config.auth().providers().get(i), providers.get(i));
        }
        lines.add("scopes    " + String.join(" ", config.auth().scopes())
                + (config.auth().requiredScopes().isEmpty()
                        ? ""
                        : "; every call needs " + String.join(" ", config.auth().requiredScopes())));
        return String.join(System.lineSeparator() + "    ", lines);
    }

    private String root() {
        URI publicUrl = config.server().publicUrl();
        return publicUrl == null ? "" : publicUrl.getScheme() + "://" + publicUrl.getRawAuthority();
    }

    private Optional<String> proxyRule(Resource resource) {
        String publicPath = URI.create(resource.base()).getRawPath();
        return publicPath.equals(contextPath)
                ? Optional.empty()
                : Optional.of(
                        "proxy     has to change the path; for nginx: location %s/ { proxy_pass http://127.0.0.1:<port>%s/; }"
                                .formatted(publicPath, contextPath));
    }

    private void addProvider(List<String> lines, Provider provider, ProviderMetadataService service) {
        lines.add("issuer    " + provider.issuer());
        lines.add("tokens    " + judged(provider));
        try {
            ProviderMetadata metadata = service.get();
            lines.add("clients   " + clients(metadata));
            metadata.gaps().forEach(gap -> lines.add("gap       " + gap));
        } catch (ProviderUnavailableException e) {
            lines.add("clients   not known yet: the provider's metadata cannot be had, MCPAUTH-103 says why");
        }
        @Nullable Resource resource = config.auth().resource();
        if (resource != null && provider.issuer().getRawPath().equals("/oidc")) {
            lines.add("          In Logto, register " + resource.identifier(Resource.MCP_PATH) + " and "
                    + resource.identifier(Resource.SSE_PATH) + " as API resources, byte for byte: else invalid_target");
        }
    }

    private static String judged(Provider provider) {
        String audience =
                "no token of this kind says for whom it was issued, one that another application of the provider"
                        + " got is accepted";
        return switch (provider.verification()) {
            case USERINFO -> "asked for at userinfo: " + audience;
            case JWT -> "JWTs, by the provider's keys and for this server alone; no others";
            case INTROSPECTION -> "by introspection";
            case AUTO ->
                "JWTs, by the provider's keys and for this server alone; others "
                        + (provider.client() != null
                                ? "by introspection, which has to say for whom they were issued"
                                : "asked for at userinfo: " + audience);
        };
    }

    private static String clients(ProviderMetadata metadata) {
        List<String> ways = new ArrayList<>();
        if (metadata.registersClients()) {
            ways.add("register themselves (dynamic client registration)");
        }
        if (metadata.takesClientIdMetadataDocuments()) {
            ways.add("use a client id metadata document");
        }
        return ways.isEmpty()
                ? "only those registered at the provider: type the id of the application there (in Logto: a Native"
                        + " application's App ID) into each client; the README has the redirect URIs"
                : "can " + String.join(", or ", ways) + ", or have the id of an application at the provider";
    }

    /** What weakens the set-up; each is a sentence. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (config.auth().resource() == null) {
            warnings.add("The delegated mode is refused by clients that compare the issuer with the URL they asked: MCP"
                    + " Inspector 2.x, Claude, ChatGPT, Codex, Goose, Zed and others. Set mcp.auth.resource to the public"
                    + " URL of /mcp to serve them.");
        } else if (config.auth().providers().stream()
                .anyMatch(provider -> provider.verification() == Verification.USERINFO)) {
            warnings.add(
                    "mcp.auth.verification=userinfo proves for no token that it was issued for mcp.auth.resource. Set"
                            + " it to auto, jwt or introspection.");
        }
        return warnings;
    }
}
