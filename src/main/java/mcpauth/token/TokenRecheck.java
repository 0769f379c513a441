package mcpauth.token;

import static java.util.Objects.requireNonNull;

import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerification.Verified;

/**
 * The token with which a request was let in, to be verified again while something that the request opened lives on. Does
 * not give the token out. The authentication mechanism leaves it in the request attribute {@link #ATTRIBUTE}. Safe for
 * use by many threads.
 */
public final class TokenRecheck {
    /** The name of the request attribute. */
    public static final String ATTRIBUTE = TokenRecheck.class.getName();

    /** What came of it. */
    public enum Result {
        /** The token is still good for the same user. */
        VALID,
        /** It is not: what it opened has to end. */
        REFUSED,
        /** Nobody knows at the moment. */
        UNKNOWN
    }

    private final TokenVerifier verifier;
    private final BearerToken token;
    private final String issuer;
    private final String subject;

    /** Refuses null. */
    public TokenRecheck(TokenVerifier verifier, BearerToken token, Verified verified) {
        this.verifier = requireNonNull(verifier, "verifier is null");
        this.token = requireNonNull(token, "token is null");
        this.issuer = verified.issuer();
        this.subject = verified.subject();
    }

    /** Asks now; answers within a bounded time. */
    public Result recheck() {
        TokenVerification verification = verifier.verify(token);
        if (verification instanceof Unavailable) {
            return Result.UNKNOWN;
        }
        return verification instanceof Verified verified
                        && verified.issuer().equals(issuer)
                        && verified.subject().equals(subject)
                ? Result.VALID
                : Result.REFUSED;
    }

    @Override
    public String toString() {
        return "TokenRecheck[issuer=" + issuer + "]";
    }
}
