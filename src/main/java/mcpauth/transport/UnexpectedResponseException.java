package mcpauth.transport;

import org.jspecify.annotations.Nullable;

/** A client answers what it was not asked. */
final class UnexpectedResponseException extends RuntimeException {
    static final String SENTENCE = "Nobody waits for a response with this id";
    private static final long serialVersionUID = 1L;

    UnexpectedResponseException() {
        this(null);
    }

    UnexpectedResponseException(@Nullable Throwable cause) {
        super(cause);
    }
}
