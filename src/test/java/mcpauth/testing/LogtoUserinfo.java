package mcpauth.testing;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logto's {@code /oidc/me}: shared/LOGTO.md sections 2 and 4. */
final class LogtoUserinfo implements ResponseDefinitionTransformerV2 {
    static final String NAME = "logto-userinfo";
    private static final String ETAG = "\"userinfo\"";

    private final Map<String, JsonObject> tokens;
    private final Supplier<String> issuer;

    /** @param tokens the claims of each valid token; none for one without the scope openid */
    LogtoUserinfo(Map<String, JsonObject> tokens, Supplier<String> issuer) {
        this.tokens = tokens;
        this.issuer = issuer;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean applyGlobally() {
        return false;
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        ResponseDefinitionBuilder answer = answer(event.getRequest())
                .withHeader("cache-control", "no-store")
                .withHeader("Content-Type", "application/json; charset=utf-8");
        Integer delay = event.getResponseDefinition().getFixedDelayMilliseconds();
        return (delay == null ? answer : answer.withFixedDelay(delay)).build();
    }

    private ResponseDefinitionBuilder answer(Request request) {
        if (request.queryParameter("access_token").isPresent()) {
            return refusal(400, "invalid_request", "access tokens must not be provided via query parameter", null);
        }
        String authorization = request.getHeader("Authorization");
        if (authorization == null) {
            return refusal(401, "invalid_token", "no access token provided", null)
                    .withHeader("WWW-Authenticate", realm());
        }
        String[] parts = authorization.split(" ", -1);
        if (!parts[0].equalsIgnoreCase("Bearer")) {
            return refusal(400, "invalid_request", "authorization header scheme must be `Bearer`", null);
        }
        if (parts.length != 2 || parts[1].isEmpty()) {
            return refusal(400, "invalid_request", "invalid authorization header value format", null);
        }
        return claims(request, tokens.get(parts[1]));
    }

    private ResponseDefinitionBuilder claims(Request request, @Nullable JsonObject claims) {
        if (claims == null) {
            return refusal(401, "invalid_token", "invalid token provided", null);
        }
        String origin = request.getHeader("Origin");
        if (origin != null) {
            return refusal(400, "invalid_request", "origin " + origin + " not allowed for client: 2k8jswqiorhr", null);
        }
        if (claims.isEmpty()) {
            return refusal(403, "insufficient_scope", "access token missing openid scope", "openid");
        }
        if (ETAG.equals(request.getHeader("If-None-Match"))) {
            return ResponseDefinitionBuilder.responseDefinition().withStatus(304);
        }
        return ResponseDefinitionBuilder.responseDefinition()
                .withStatus(200)
                .withHeader("ETag", ETAG)
                .withBody(claims.toString());
    }

    private ResponseDefinitionBuilder refusal(int status, String error, String description, @Nullable String scope) {
        JsonObjectBuilder body = Json.createObjectBuilder()
                .add("code", "oidc." + error)
                .add("message", description)
                .add("error", error)
                .add("error_description", description);
        String challenge = "%s, error=\"%s\", error_description=\"%s\"".formatted(realm(), error, description);
        if (scope != null) {
            body.add("scope", scope);
            challenge += ", scope=\"" + scope + "\"";
        }
        return ResponseDefinitionBuilder.responseDefinition()
                .withStatus(status)
                .withHeader("WWW-Authenticate", challenge)
                .withBody(body.build().toString());
    }

    private String realm() {
        return "Bearer realm=\"" + issuer.get() + "\"";
    }
}
