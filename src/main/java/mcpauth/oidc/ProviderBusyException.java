package mcpauth.oidc;

/** The provider is not asked, as it has not answered others yet. Answered 503; logged where the requests are counted. */
final class ProviderBusyException extends ProviderUnavailableException {
    private static final long serialVersionUID = 1L;

    ProviderBusyException(String message) {
        super(message);
    }
}
