package mcpauth.transport;

import org.jspecify.annotations.Nullable;

/** What a client sent is no message; says so in the words for that client. */
final class InvalidMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object id;
    private final int code;
    private final String sentence;

    /**
     * @param id what the client has sent as the id, a string or a number; null if there is none that could be read
     * @param code of JSON-RPC 2.0 section 5.1
     * @param sentence for the developer of the client; nothing that was sent
     */
    InvalidMessageException(@Nullable Object id, int code, String sentence) {
        super(sentence);
        this.id = id;
        this.code = code;
        this.sentence = sentence;
    }

    @Nullable Object id() {
        return id;
    }

    int code() {
        return code;
    }

    String sentence() {
        return sentence;
    }
}
