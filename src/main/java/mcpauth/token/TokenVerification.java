package mcpauth.token;

import static java.util.Objects.requireNonNull;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What came of verifying a token: exactly one of the kinds below. */
public sealed interface TokenVerification {

    /**
     * The token is valid now.
     *
     * @param issuer the issuer that vouches for the claims
     * @param subject who the caller is within the issuer: a user, or a client that acts for itself; not blank
     * @param claims what the issuer says of the caller
     * @param scopes what the token allows, where that is known; empty where it is not
     * @param expiresAt when the token ends at the latest; null where that is not known
     */
    record Verified(
            String issuer,
            String subject,
            JsonObject claims,
            Set<String> scopes,
            @Nullable Instant expiresAt) implements TokenVerification {
        /** Copies the scopes in their order; refuses null, and a blank subject. */
        public Verified {
            requireNonNull(issuer, "issuer is null");
            requireNonNull(claims, "claims is null");
            if (subject.isBlank()) {
                throw new IllegalArgumentException("subject is blank");
            }
            scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
        }

        /**
         * A token that does not say when it ends, of a user: the subject is the claim {@code sub}. Refuses claims without
         * one, as {@link #hasSubject} has it.
         */
        public Verified(String issuer, JsonObject claims, Set<String> scopes) {
            this(issuer, subjectOf(claims), claims, scopes, null);
        }

        /** Whether the claims name a user with a {@code sub} that is a string and not blank. */
        public static boolean hasSubject(JsonObject claims) {
            return claims.get("sub") instanceof JsonString subject
                    && !subject.getString().isBlank();
        }

        private static String subjectOf(JsonObject claims) {
            if (!hasSubject(claims)) {
                throw new IllegalArgumentException("claims have no non-empty string \"sub\"");
            }
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
     * @param tooMany whether the provider is well, and wishes to be left alone until then as it was asked too often
     */
    record Unavailable(String reason, Duration retryAfter, boolean tooMany) implements TokenVerification {
        /** Refuses null. */
        public Unavailable {
            requireNonNull(reason, "reason is null");
            requireNonNull(retryAfter, "retryAfter is null");
        }

        /** The provider is down, or as good as down. */
        public Unavailable(String reason, Duration retryAfter) {
            this(reason, retryAfter, false);
        }
    }
}
