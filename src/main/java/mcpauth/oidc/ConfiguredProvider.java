package mcpauth.oidc;

import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Provider;
import mcpauth.config.Resource;
import mcpauth.token.TokenVerifier;
import org.jspecify.annotations.Nullable;

/** One provider as its settings have it: its metadata, and what judges its tokens. */
final class ConfiguredProvider {
    private final Provider provider;
    private final McpAuthConfig.Auth config;
    private final ProviderClient client;
    private final Waiters waiters;
    private final ProviderCalls calls;
    private final ProviderMetadataService metadata;

    ConfiguredProvider(Provider provider, McpAuthConfig.Auth config, ProviderClient client) {
        this.provider = provider;
        this.config = config;
        this.client = client;
        this.waiters = Waiters.of(config);
        this.calls = new ProviderCalls(client, config, waiters, System::nanoTime);
        ProviderMetadata.Use use = new ProviderMetadata.Use(endpoints(provider), config.resource() == null);
        Discovery discovery = new Discovery(client, provider, use);
        this.metadata = new ProviderMetadataService(
                provider.issuer(), discovery::discover, config.timing().metadataTtl(), waiters, System::nanoTime);
    }

    ProviderMetadataService metadata() {
        return metadata;
    }

    private static Set<String> endpoints(Provider provider) {
        Set<String> endpoints = new LinkedHashSet<>();
        switch (provider.verification()) {
            case USERINFO -> endpoints.add(ProviderMetadata.USERINFO_ENDPOINT);
            case JWT -> endpoints.add(ProviderMetadata.JWKS_URI);
            case INTROSPECTION -> endpoints.add(ProviderMetadata.INTROSPECTION_ENDPOINT);
            case AUTO -> {
                endpoints.add(ProviderMetadata.JWKS_URI);
                if (provider.client() != null) {
                    endpoints.add(ProviderMetadata.INTROSPECTION_ENDPOINT);
                }
            }
        }
        if (provider.userinfoClaims()) {
            endpoints.add(ProviderMetadata.USERINFO_ENDPOINT);
        }
        return endpoints;
    }

    TokenVerifier verifier() {
        TokenVerifier userInfo = new UserInfoTokenVerifier(calls, metadata, provider.issuer());
        return switch (provider.verification()) {
            case USERINFO -> userInfo;
            case JWT -> withClaims(jwt(), userInfo);
            case INTROSPECTION -> withClaims(introspection(), userInfo);
            case AUTO ->
                new AutoTokenVerifier(
                        withClaims(jwt(), userInfo),
                        provider.client() == null ? userInfo : withClaims(introspection(), userInfo));
        };
    }

    private TokenVerifier withClaims(TokenVerifier verifier, TokenVerifier userInfo) {
        return provider.userinfoClaims() ? new UserInfoClaims(verifier, userInfo) : verifier;
    }

    private TokenVerifier jwt() {
        ProviderKeys keys = ProviderKeys.of(client, metadata, config.timing(), waiters);
        return new JwtTokenVerifier(provider, audiences(), keys, config.timing().clockSkew(), InstantSource.system());
    }

    private TokenVerifier introspection() {
        return new IntrospectionTokenVerifier(
                provider, audiences(), calls, metadata, config.timing().clockSkew(), InstantSource.system());
    }

    private Set<String> audiences() {
        Set<String> audiences = new LinkedHashSet<>(provider.audience());
        @Nullable Resource resource = config.resource();
        if (resource != null) {
            audiences.add(resource.identifier(Resource.MCP_PATH));
            audiences.add(resource.identifier(Resource.SSE_PATH));
        }
        return audiences;
    }
}
