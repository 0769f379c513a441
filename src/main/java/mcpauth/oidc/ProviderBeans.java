package mcpauth.oidc;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import mcpauth.config.McpAuthConfig;
import mcpauth.token.TokenVerifier;

/** Makes the beans with which the other rooms ask the configured providers. Called by the CDI container only. */
@ApplicationScoped
class ProviderBeans {
    @Resource
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    private ManagedScheduledExecutorService scheduler;

    @Produces
    @Singleton
    ProviderClient client(McpAuthConfig config) {
        return new ProviderClient(config.auth().timing(), scheduler);
    }

    void close(@Disposes ProviderClient client) {
        client.close();
    }

    @Produces
    @Singleton
    Providers providers(ProviderClient client, McpAuthConfig config) {
        List<ConfiguredProvider> providers = config.auth().providers().stream()
                .map(provider -> new ConfiguredProvider(provider, config.auth(), client))
                .toList();
        return new Providers(providers);
    }

    @Produces
    @Singleton
    SignInCheck signInCheck(McpAuthConfig config, Providers providers, ProviderClient client) {
        return new SignInCheck(config, providers.metadata().get(0), client);
    }

    @Produces
    @Singleton
    ClientWalk clientWalk(McpAuthConfig config, Providers providers, SignInCheck signIn, ProviderClient client) {
        return new ClientWalk(config, providers, signIn, client);
    }

    @Produces
    @Singleton
    TokenVerifier verifier(Providers providers, McpAuthConfig config) {
        TokenVerifier verifier = new CanonicalTokenVerifier(providers.verifier());
        return config.auth().cache().ttl().isZero() ? verifier : CachingTokenVerifier.of(verifier, config.auth());
    }
}
