package mcpauth.oidc;

import java.time.Duration;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.token.TokenVerification.Unavailable;
import org.jspecify.annotations.Nullable;

/**
 * The provider could not be asked, or gave no answer that can be used. Answered 503; the message is for the operator and
 * says what to do.
 */
public class ProviderUnavailableException extends Exception {
    /** When asking again may help, where the provider does not say it. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final long serialVersionUID = 1L;

    /** In seconds. */
    private final long retryAfter;

    /** Whether the provider is well, and has been asked too often. */
    private final boolean tooMany;

    ProviderUnavailableException(String message) {
        this(message, RETRY_AFTER, false);
    }

    ProviderUnavailableException(String message, Throwable cause) {
        super(message, cause);
        this.retryAfter = RETRY_AFTER.toSeconds();
        this.tooMany = false;
    }

    ProviderUnavailableException(String message, Duration retryAfter, boolean tooMany) {
        super(message);
        this.retryAfter = retryAfter.toSeconds();
        this.tooMany = tooMany;
    }

    /** Of an answer that is no use: the provider may have said when to ask again, which the message then repeats. */
    static ProviderUnavailableException of(String message, Answer answer) {
        @Nullable Duration asked = answer.retryAfter();
        return asked == null
                ? new ProviderUnavailableException(message, RETRY_AFTER, answer.isTooMany())
                : new ProviderUnavailableException(
                        message + "; it is not asked again for " + asked.toSeconds()
                                + " seconds, as it wishes (Retry-After)",
                        asked,
                        answer.isTooMany());
    }

    /** When asking again may help: what a client is told in {@code Retry-After}; whole seconds. */
    public Duration retryAfter() {
        return Duration.ofSeconds(retryAfter);
    }

    /** Whether the provider answered that it was asked too often: 429. */
    boolean isTooMany() {
        return tooMany;
    }

    /** What a token is worth that the provider had to be asked about. */
    Unavailable verification() {
        return new Unavailable(String.valueOf(getMessage()), retryAfter(), tooMany);
    }
}
