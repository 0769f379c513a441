package mcpauth.oidc;

import static java.util.Objects.requireNonNull;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import mcpauth.config.WebUrls;
import org.jspecify.annotations.Nullable;

/**
 * The provider's metadata, checked. See <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID
 * Connect Discovery 1.0 section 3</a> and <a href="https://www.rfc-editor.org/rfc/rfc8414#section-2">RFC 8414 section
 * 2</a>.
 */
public final class ProviderMetadata {
    private final JsonObject document;
    private final String text;

    /**
     * @param text the document as the provider sent it
     * @throws ProviderUnavailableException naming each thing about the document that keeps an MCP client or this server
     *     from using the provider
     */
    ProviderMetadata(URI issuer, JsonObject document, String text) throws ProviderUnavailableException {
        this.document = requireNonNull(document, "document is null");
        this.text = requireNonNull(text, "text is null");
        List<String> defects = defects(issuer.toString());
        if (!defects.isEmpty()) {
            throw new ProviderUnavailableException(
                    "The metadata of " + issuer + " cannot be used: " + String.join("; ", defects));
        }
    }

    /** The document as the provider sent it, members unknown to us included. */
    public String text() {
        return text;
    }

    /** Where the provider tells who a token belongs to. */
    URI userinfoEndpoint() {
        return URI.create(document.getString("userinfo_endpoint"));
    }

    /** What MCP clients may miss; nothing here stops them for good. Each is a sentence for the operator. */
    List<String> warnings() {
        if (document.get("registration_endpoint") instanceof JsonString) {
            return List.of();
        }
        return List.of("The provider has no registration_endpoint: MCP clients cannot register themselves. Register an"
                + " application at the provider and type its client id into each MCP client.");
    }

    private List<String> defects(String issuer) {
        List<String> defects = new ArrayList<>();
        String own = document.get("issuer") instanceof JsonString string ? string.getString() : "";
        if (!own.equals(issuer)) {
            defects.add(issuerDefect(issuer, own));
        }
        for (String endpoint : List.of("authorization_endpoint", "token_endpoint", "userinfo_endpoint")) {
            if (!isSecureUrl(endpoint)) {
                defects.add(endpoint + " is missing or no https URL");
            }
        }
        if (array("response_types_supported").stream().noneMatch(type -> type.equals("code"))) {
            defects.add("response_types_supported does not list \"code\"");
        }
        // RFC 8414 section 2: if omitted, the default is ["authorization_code", "implicit"]
        if (document.containsKey("grant_types_supported")
                && !array("grant_types_supported").contains("authorization_code")) {
            defects.add("grant_types_supported does not list \"authorization_code\"");
        }
        if (!array("code_challenge_methods_supported").contains("S256")) {
            defects.add("code_challenge_methods_supported does not list \"S256\", without which MCP clients refuse it");
        }
        return defects;
    }

    private static String issuerDefect(String configured, String own) {
        if (own.isEmpty()) {
            return "it has no issuer: check that mcp.auth.issuer is that of an OpenID provider";
        }
        if (own.equals(configured + "/") || configured.equals(own + "/")) {
            return "its issuer is \"%s\", mcp.auth.issuer is \"%s\": %s the slash at the end of the setting"
                    .formatted(own, configured, own.endsWith("/") ? "add" : "remove");
        }
        return "its issuer is \"%s\", mcp.auth.issuer is \"%s\": set it to exactly the provider's"
                .formatted(own, configured);
    }

    private boolean isSecureUrl(String member) {
        try {
            return WebUrls.isSecure(URI.create(document.getString(member, "")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private List<String> array(String member) {
        if (!(document.get(member) instanceof JsonArray array)) {
            return List.of();
        }
        return array.stream()
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).getString())
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProviderMetadata that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
