package mcpauth.whoami;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.security.enterprise.SecurityContext;
import java.util.LinkedHashMap;
import java.util.Map;
import mcpauth.tool.Tool;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Answers who is calling: the caller's claims, as the OpenID provider states them. */
@ApplicationScoped
public class WhoamiTool {
    /** Made once: to look the JSON library up costs more than to use it. */
    private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    static final String DESCRIPTION =
            "Tells who the signed-in user is (sub, name, email). Call it to know who asks you.";

    @Inject
    SecurityContext securityContext;

    // what is not said is assumed: clients would show this tool as destructive and open to the world
    @Tool(
            description = DESCRIPTION,
            structuredContent = true,
            annotations =
                    @Tool.Annotations(
                            readOnlyHint = true,
                            destructiveHint = false,
                            idempotentHint = true,
                            openWorldHint = false))
    public JsonObject whoami() {
        var callers = securityContext.getPrincipalsByType(JsonWebToken.class);
        JsonWebToken caller = callers.iterator().next();
        var claims = new LinkedHashMap<String, Object>();
        caller.getClaimNames().forEach(name -> claims.put(name, caller.getClaim(name)));
        return JSON.createObjectBuilder(claims).build();
    }
}
