package mcpauth.whoami;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.security.enterprise.SecurityContext;
import java.util.LinkedHashMap;
import java.util.Map;
import mcpauth.tool.Tool;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Answers who is calling. */
@ApplicationScoped
public class WhoamiTool {
    @Inject
    SecurityContext securityContext;

    /** The caller's claims, as the OpenID provider states them. */
    @Tool(
            description = "Tells who the signed-in user is: their claims at the OpenID provider (sub, username, name,"
                    + " email, …). Call it when you need to know whom you are talking to, or on whose behalf you act.",
            structuredContent = true)
    public JsonObject whoami() {
        JsonWebToken caller = securityContext
                .getPrincipalsByType(JsonWebToken.class)
                .iterator()
                .next();
        Map<String, Object> claims = new LinkedHashMap<>();
        caller.getClaimNames().forEach(name -> claims.put(name, caller.getClaim(name)));
        return Json.createObjectBuilder(claims).build();
    }
}
