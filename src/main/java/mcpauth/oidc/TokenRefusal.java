package mcpauth.oidc;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.InsufficientScope;
import mcpauth.token.TokenVerification.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Why a protected resource of the provider's, as userinfo is one, refuses a token. What RFC 6750 section 3 puts into the
 * challenge, with quotes, stands there without quotes at some providers, and at others in a JSON body alone.
 *
 * @param error the code; null if none is given
 * @param scope what a token needs; empty if that is not said in words that can be repeated to a client
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3.1">RFC 6750 section 3.1</a>
 */
record TokenRefusal(@Nullable String error, Set<String> scope) {
    /** A name and its value, quoted or not: RFC 9110 section 11.2. What stands in quotes is never taken for a name. */
    private static final Pattern PARAMETER =
            Pattern.compile("([A-Za-z_-]++)\\s*+=\\s*+(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]++))");

    private static final Pattern SCOPE_TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    /** What a header of ours may repeat; servers send some kilobytes of headers, then fail. */
    private static final int MAX_SCOPE_LENGTH = 1000;

    private static final Set<String> SCOPE_ERRORS = Set.of("insufficient_scope", "invalid_scope");

    /** Whether the answer is about the token; any other that is no success says nothing of it. */
    static boolean isRefusal(Answer answer) {
        return answer.status() == 400 || answer.status() == 401 || answer.status() == 403;
    }

    static TokenRefusal of(Answer answer) {
        Map<String, String> parameters = parameters(answer.wwwAuthenticate());
        Optional<TokenClaims> body = JsonBody.parse(answer.body()).map(TokenClaims::new);
        String error = Optional.ofNullable(parameters.get("error"))
                .or(() -> body.flatMap(claims -> claims.string("error")))
                .orElse(null);
        String scope = Optional.ofNullable(parameters.get("scope"))
                .or(() -> body.flatMap(claims -> claims.string("scope")))
                .orElse("");
        return new TokenRefusal(error, scope(scope));
    }

    /**
     * 403 if the token lacks a scope, 401 otherwise. Open Liberty's provider calls a missing scope an invalid request, and
     * names the scope.
     */
    TokenVerification verification() {
        boolean namesScope = "invalid_request".equals(error) && !scope.isEmpty();
        if (namesScope || (error != null && SCOPE_ERRORS.contains(error))) {
            // userinfo is for tokens with openid: OpenID Connect Core section 5.3
            return new InsufficientScope(scope.isEmpty() ? Set.of("openid") : scope);
        }
        return new Rejected("the userinfo endpoint refused the token");
    }

    private static Map<String, String> parameters(@Nullable String challenge) {
        Map<String, String> parameters = new TreeMap<>();
        Matcher parameter = PARAMETER.matcher(challenge == null ? "" : challenge);
        while (parameter.find()) {
            String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value);
        }
        return parameters;
    }

    private static Set<String> scope(String value) {
        Set<String> scope = new LinkedHashSet<>();
        if (value.length() <= MAX_SCOPE_LENGTH) {
            for (String token : value.split(" ", -1)) {
                if (!token.isEmpty() && !SCOPE_TOKEN.matcher(token).matches()) {
                    return Set.of();
                }
                if (!token.isEmpty()) {
                    scope.add(token);
                }
            }
        }
        return scope;
    }
}
