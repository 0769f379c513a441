package mcpauth.oidc;

import java.time.Duration;
import mcpauth.token.TokenVerification.Unavailable;

/**
 * The provider could not be asked, or gave no answer that can be used. Answered 503; the message is for the operator and
 * says what to do.
 */
public class ProviderUnavailableException extends Exception {
    /** When asking again may help: what a client is told in {@code Retry-After}. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final long serialVersionUID = 1L;

    ProviderUnavailableException(String message) {
        super(message);
    }

    ProviderUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a token is worth that the provider had to be asked about. */
    Unavailable verification() {
        return new Unavailable(String.valueOf(getMessage()), RETRY_AFTER);
    }
}
