package mcpauth.metadata;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import mcpauth.config.McpAuthConfig;
import mcpauth.oidc.Providers;

/**
 * Tells the operator, once, in the log, how the application is set up and who can use it. The provider is asked in the
 * background: an application starts whether or not it can be reached. Called by the container only.
 */
@WebListener
public class StartupNotice implements ServletContextListener {
    private static final System.Logger LOGGER = System.getLogger(StartupNotice.class.getName());

    private final McpAuthConfig config;
    private final Providers providers;

    @Resource
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    private ManagedExecutorService executor;

    /** Called by the container only. */
    @Inject
    public StartupNotice(McpAuthConfig config, Providers providers) {
        this.config = config;
        this.providers = providers;
    }

    /** Throws an IllegalStateException where no client could find the provider, which says what to change. */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        SetUp setUp = new SetUp(config, event.getServletContext().getContextPath());
        setUp.defect().ifPresent(defect -> {
            throw new IllegalStateException("MCPAUTH-403 " + defect);
        });
        executor.execute(() -> {
            LOGGER.log(INFO, "MCPAUTH-401 " + setUp.notice(providers.metadata()));
            setUp.warnings().forEach(warning -> LOGGER.log(WARNING, "MCPAUTH-402 " + warning));
        });
    }
}
