package mcpauth.config;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings while the container starts the application, so that a wrong one stops the deployment on every
 * server, and makes them an injectable bean. Called by the CDI container only.
 */
public final class ConfigurationExtension implements Extension {
    private @Nullable McpAuthConfig config;

    /** Called by the CDI container only. */
    public ConfigurationExtension() {}

    void addConfiguration(@Observes AfterBeanDiscovery event) {
        event.<McpAuthConfig>addBean()
                .addType(McpAuthConfig.class)
                .scope(Singleton.class)
                .createWith(context -> config());
    }

    void readConfiguration(@Observes AfterDeploymentValidation event) {
        try {
            config();
        } catch (ConfigurationException e) {
            event.addDeploymentProblem(e);
        }
    }

    private synchronized McpAuthConfig config() {
        if (config == null) {
            config = McpAuthConfig.read(ConfigProvider.getConfig());
        }
        return config;
    }
}
