package mcpauth.bench;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.CallerPrincipal;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/**
 * What Jakarta Security itself costs: lets everybody in as the same caller, without a look at anything. With it before the
 * {@link BareServlet}, what is left of a call of ours is ours, and the MCP SDK's.
 */
@ApplicationScoped
public class OpenMechanism implements HttpAuthenticationMechanism {
    private static final CallerPrincipal CALLER = new CallerPrincipal("somebody");

    /** Called by the container only. */
    public OpenMechanism() {}

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        return context.notifyContainerAboutLogin(CALLER, Set.of());
    }
}
