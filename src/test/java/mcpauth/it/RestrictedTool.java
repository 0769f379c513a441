package mcpauth.it;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import mcpauth.tool.Tool;

/** Tools for some callers only, as a user writes them. */
@ApplicationScoped
@RolesAllowed("admin")
public class RestrictedTool {
    @Inject
    SecurityContext securityContext;

    /** For administrators. */
    @Tool(description = "Resets.")
    public String reset() {
        return "reset by " + securityContext.getCallerPrincipal().getName();
    }

    /** For everybody. */
    @Tool(description = "Greets.")
    @PermitAll
    public String greet() {
        return "hello";
    }
}
