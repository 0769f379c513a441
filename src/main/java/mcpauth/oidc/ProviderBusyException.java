package mcpauth.oidc;

import java.time.Duration;

/**
 * The provider is not asked, as it has not answered others yet, or wishes to be left alone. Answered 503; logged where the
 * requests are counted, or where that wish was read.
 */
final class ProviderBusyException extends ProviderUnavailableException {
    private static final long serialVersionUID = 1L;

    ProviderBusyException(String message) {
        super(message);
    }

    ProviderBusyException(String message, Duration retryAfter, boolean tooMany) {
        super(message, retryAfter, tooMany);
    }
}
