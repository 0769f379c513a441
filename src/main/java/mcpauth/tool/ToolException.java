package mcpauth.tool;

/** Thrown by a tool for an error that the model shall see, and may react to: the message is sent to it as it is. */
public class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message for the model.
     *
     * @param message what went wrong and, where that is possible, what to do about it
     */
    public ToolException(String message) {
        super(message);
    }
}
