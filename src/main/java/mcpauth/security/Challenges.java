package mcpauth.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mcpauth.config.McpAuthConfig;
import mcpauth.config.Resource;
import mcpauth.token.TokenVerification.InsufficientScope;
import mcpauth.token.TokenVerification.Verified;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told to ask for, and where they find out at whom.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization">MCP, Authorization</a>
 */
final class Challenges {
    /** RFC 6749 section 3.3; another value cannot be repeated to a client. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /** Paths of HTTP+SSE, which is a resource of its own. */
    private static final List<String> SSE_PATHS = List.of(Resource.SSE_PATH, "/messages");

    private final @Nullable Resource resource;
    private final List<String> scopes;
    private final List<String> requiredScopes;

    Challenges(McpAuthConfig.Auth config) {
        this.resource = config.resource();
        this.scopes = config.scopes();
        this.requiredScopes = config.requiredScopes();
    }

    /** What a client asks for that has no token yet. */
    List<String> scopes() {
        return scopes;
    }

    /** Whether the token allows what every call needs. */
    boolean allowsEnough(Verified verified) {
        return verified.scopes().containsAll(requiredScopes);
    }

    /** What a client has to ask for whose token does not allow enough: what it allows, and what is missing. */
    Set<String> stepUp(Verified verified) {
        Set<String> stepUp = new LinkedHashSet<>();
        Stream.concat(verified.scopes().stream(), requiredScopes.stream())
                .filter(scope -> SCOPE.matcher(scope).matches())
                .forEach(stepUp::add);
        return stepUp;
    }

    /**
     * The same for a token that the provider refuses for its scope. What the token allows is not known then: a client that
     * asked for the named scope alone would lose the others, so what every client is told to ask for stands beside it.
     */
    Set<String> stepUp(InsufficientScope insufficient) {
        Set<String> stepUp = new LinkedHashSet<>(scopes);
        stepUp.addAll(insufficient.requiredScopes());
        return stepUp;
    }

    BearerChallenge missingToken(HttpServletRequest request) {
        return BearerChallenge.missingToken(metadataUrl(request), scopes);
    }

    BearerChallenge refusal(HttpServletRequest request, BearerError error, String description, Collection<String> ask) {
        return BearerChallenge.refusal(metadataUrl(request), error, description, ask);
    }

    private @Nullable String metadataUrl(HttpServletRequest request) {
        if (resource == null) {
            return null;
        }
        String path = request.getRequestURI().substring(request.getContextPath().length());
        boolean sse = SSE_PATHS.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
        return resource.metadataUrl(sse ? Resource.SSE_PATH : Resource.MCP_PATH);
    }
}
