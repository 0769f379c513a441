package mcpauth.security;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Stops the deployment on a server that would refuse every caller with a valid token, and says what to run. The callers
 * are known to the OpenID provider alone; a server that looks each one up in a realm of its own (WildFly's
 * {@code integrated-jaspi}) finds nobody. What the server is set to is read from its management beans, which know it only
 * when the server has started: an application that is deployed by then is stopped, one that is started with the server
 * gets its sentence into the log as an error. Where there are no such beans, nothing is said. Called by the container
 * only.
 *
 * @see <a href="https://jakarta.ee/specifications/authentication/3.0/jakarta-authentication-spec-3.0">Jakarta
 *     Authentication 3.0</a>
 */
@WebListener
public class LoginCheck implements ServletContextListener {
    private static final System.Logger LOGGER = System.getLogger(LoginCheck.class.getName());
    private static final String DEPLOYMENT_DESCRIPTOR = "/WEB-INF/jboss-web.xml";
    private static final String MANAGEMENT = "jboss.as";
    private static final String SERVER = MANAGEMENT + ":management-root=server";
    private static final String UNDERTOW = MANAGEMENT + ":subsystem=undertow";
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 300;

    @Resource
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    private ManagedScheduledExecutorService scheduler;

    private final AtomicInteger attempts = new AtomicInteger();
    private volatile @Nullable Future<?> retries;

    /** Called by the container only. */
    public LoginCheck() {}

    /** Throws an IllegalStateException, which stops the deployment, where no caller could be taken over. */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext application = event.getServletContext();
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        if (isReadable(beans)) {
            Optional<String> problem = problem(beans, application);
            if (problem.isPresent()) {
                throw new IllegalStateException(problem.get());
            }
        } else if (List.of(beans.getDomains()).contains(MANAGEMENT)) {
            // the server is starting
            retries = scheduler.scheduleWithFixedDelay(
                    () -> retry(beans, application), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        stopRetries();
    }

    private void retry(MBeanServer beans, ServletContext application) {
        if (isReadable(beans)) {
            problem(beans, application).ifPresent(problem -> LOGGER.log(ERROR, problem));
            stopRetries();
        } else if (attempts.incrementAndGet() == ATTEMPTS) {
            stopRetries();
        }
    }

    private void stopRetries() {
        Future<?> scheduled = retries;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    /** Asked first: to read what is not there yet would be an error in the server's log. */
    private static boolean isReadable(MBeanServer beans) {
        try {
            return !beans.getAttribute(new ObjectName(SERVER), "serverState").equals("starting");
        } catch (JMException e) {
            return false;
        }
    }

    private static Optional<String> problem(MBeanServer beans, ServletContext application) {
        try {
            Optional<String> own = ownSecurityDomain(application);
            String domain = own.isPresent()
                    ? own.get()
                    : String.valueOf(beans.getAttribute(new ObjectName(UNDERTOW), "defaultSecurityDomain"));
            ObjectName bean = new ObjectName(UNDERTOW + ",application-security-domain=" + domain);
            return Boolean.TRUE.equals(beans.getAttribute(bean, "integratedJaspi"))
                    ? Optional.of(remedy(domain))
                    : Optional.empty();
        } catch (JMException e) {
            LOGGER.log(DEBUG, "The server does not tell how it takes callers over", e);
            return Optional.empty();
        }
    }

    /** What to do on a server that refuses a caller whom the provider vouches for. */
    static String remedy(String domain) {
        return ("MCPAUTH-301 WildFly looks each caller up in a realm of its own and would refuse every valid token"
                        + " (ELY01177): run once jboss-cli.sh --connect"
                        + " --commands=\"/subsystem=undertow/application-security-domain=%s:write-attribute("
                        + "name=integrated-jaspi,value=false),reload\"")
                .formatted(domain);
    }

    /** What a fork of this project may have set. */
    private static Optional<String> ownSecurityDomain(ServletContext application) {
        try (InputStream descriptor = application.getResourceAsStream(DEPLOYMENT_DESCRIPTOR)) {
            if (descriptor == null) {
                return Optional.empty();
            }
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            NodeList elements =
                    factory.newDocumentBuilder().parse(descriptor).getElementsByTagNameNS("*", "security-domain");
            return elements.getLength() == 0
                    ? Optional.empty()
                    : Optional.of(elements.item(0).getTextContent().strip());
        } catch (IOException | ParserConfigurationException | SAXException e) {
            LOGGER.log(DEBUG, DEPLOYMENT_DESCRIPTOR + " cannot be read", e);
            return Optional.empty();
        }
    }
}
