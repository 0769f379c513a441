package mcpauth.oidc;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import mcpauth.config.McpAuthConfig;
import mcpauth.token.TokenVerifier;

/** Makes the beans with which the other rooms ask the configured provider. Called by the CDI container only. */
@ApplicationScoped
class ProviderBeans {
    @Resource
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    private ManagedScheduledExecutorService scheduler;

    @Produces
    @Singleton
    ProviderClient client(McpAuthConfig config) {
        return new ProviderClient(config.auth(), scheduler);
    }

    void close(@Disposes ProviderClient client) {
        client.close();
    }

    @Produces
    @Singleton
    ProviderMetadataService metadata(ProviderClient client, McpAuthConfig config) {
        Discovery discovery = new Discovery(client, config.auth().issuer());
        return new ProviderMetadataService(discovery::discover, config.auth().metadataTtl(), System::nanoTime);
    }

    @Produces
    @Singleton
    TokenVerifier verifier(ProviderClient client, ProviderMetadataService metadata, McpAuthConfig config) {
        return new UserInfoTokenVerifier(client, metadata, config.auth().issuer());
    }
}
