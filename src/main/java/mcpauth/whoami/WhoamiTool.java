package mcpauth.whoami;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.security.enterprise.SecurityContext;
import java.util.LinkedHashMap;
import mcpauth.tool.Tool;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Answers who is calling: the caller's claims, as the OpenID provider states them. */
@ApplicationScoped
public class WhoamiTool {
    @Inject
    SecurityContext securityContext;

    @Tool(
            description = "Tells who the signed-in user is (sub, username, name, email, …)."
                    + " Call it when you need to know whom you are talking to, or on whose behalf you act.",
            structuredContent = true,
            annotations = @Tool.Annotations(readOnlyHint = true))
    public JsonObject whoami() {
        JsonWebToken caller = securityContext
                .getPrincipalsByType(JsonWebToken.class)
                .iterator()
                .next();
        var claims = new LinkedHashMap<String, Object>();
        caller.getClaimNames().forEach(name -> claims.put(name, caller.getClaim(name)));
        return Json.createObjectBuilder(claims).build();
    }
}
