package mcpauth.token;

import static java.util.Objects.requireNonNull;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Duration;
import java.util.Set;

/** What came of verifying a token: exactly one of the kinds below. */
public sealed interface TokenVerification {

    /**
     * The token is valid now.
     *
     * @param issuer the issuer that vouches for the claims
     * @param claims what the issuer says of the user, with a non-empty string {@code sub}
     * @param scopes what the token allows, where that is known; empty where it is not
     */
    record Verified(String issuer, JsonObject claims, Set<String> scopes) implements TokenVerification {
        /** Copies the scopes; refuses null, and claims without a {@code sub}. */
        public Verified {
            requireNonNull(issuer, "issuer is null");
            if (!hasSubject(claims)) {
                throw new IllegalArgumentException("claims have no non-empty string \"sub\"");
            }
            scopes = Set.copyOf(scopes);
        }

        /** Whether the claims name a user, as every verified token does. */
        public static boolean hasSubject(JsonObject claims) {
            return claims.get("sub") instanceof JsonString subject
                    && !subject.getString().isBlank();
        }

        /** Who the user is within the issuer; not empty. */
        public String subject() {
            return claims.getString("sub");
        }

        @Override
        public String toString() {
            return "Verified[issuer=" + issuer + "]";
        }
    }

    /**
     * The token is not valid: the client has to get another one. Answered 401 {@code invalid_token}.
     *
     * @param reason for the log, without the token
     */
    record Rejected(String reason) implements TokenVerification {
        /** Refuses null. */
        public Rejected {
            requireNonNull(reason, "reason is null");
        }
    }

    /**
     * The token is valid but does not allow enough. Answered 403 {@code insufficient_scope}.
     *
     * @param requiredScopes what the client has to ask for; not empty
     */
    record InsufficientScope(Set<String> requiredScopes) implements TokenVerification {
        /** Copies the scopes. */
        public InsufficientScope {
            requiredScopes = Set.copyOf(requiredScopes);
        }
    }

    /**
     * Nobody knows: the provider could not be asked, or gave no usable answer. Answered 503, so that the client keeps
     * its token.
     *
     * @param reason for the operator, without the token
     * @param retryAfter when asking again may help
     */
    record Unavailable(String reason, Duration retryAfter) implements TokenVerification {
        /** Refuses null. */
        public Unavailable {
            requireNonNull(reason, "reason is null");
            requireNonNull(retryAfter, "retryAfter is null");
        }
    }
}
