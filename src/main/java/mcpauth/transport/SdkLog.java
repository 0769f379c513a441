package mcpauth.transport;

import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the SDK logs of its clients' messages. It writes what they sent as it came, so that one could forge lines of the log,
 * or fill it: here it is cut, and control characters are escaped. What it finds wrong with the members of a message is
 * the client's affair, who is told, and not the operator's.
 *
 * <p>The SDK logs through SLF4J, and that through {@code java.util.logging} on every server we run on.
 */
final class SdkLog {
    /** Every class of the SDK's server side that logs; a test compares. */
    static final List<String> NAMES = List.of(
            "io.modelcontextprotocol.json.schema.jackson3.DefaultJsonSchemaValidator",
            "io.modelcontextprotocol.server.DefaultMcpStatelessServerHandler",
            "io.modelcontextprotocol.server.McpAsyncServer",
            "io.modelcontextprotocol.server.McpStatelessAsyncServer",
            "io.modelcontextprotocol.server.McpStatelessSyncServer",
            "io.modelcontextprotocol.spec.DefaultMcpTransportSession",
            "io.modelcontextprotocol.spec.DefaultMcpTransportStream",
            "io.modelcontextprotocol.spec.McpSchema",
            "io.modelcontextprotocol.spec.McpServerSession",
            "io.modelcontextprotocol.spec.McpStreamableServerSession",
            "io.modelcontextprotocol.spec.McpTransport",
            "io.modelcontextprotocol.util.KeepAliveScheduler",
            "io.modelcontextprotocol.util.ToolInputValidator",
            "io.modelcontextprotocol.util.ToolNameValidator");

    /** They find fault with what clients sent, and warn of it. */
    private static final List<String> FAULT_FINDERS =
            List.of("io.modelcontextprotocol.spec.McpSchema", "io.modelcontextprotocol.util.ToolInputValidator");

    private static final int LONGEST = 500;

    /** Held, as nobody else holds a logger that has a filter. */
    private final List<Logger> loggers = NAMES.stream().map(Logger::getLogger).toList();

    /** From now on. */
    void tame() {
        loggers.forEach(logger ->
                logger.setFilter(FAULT_FINDERS.contains(logger.getName()) ? lowering(logger) : SdkLog::shorten));
    }

    /** Leaves the loggers, which belong to the server, as they were. */
    void release() {
        loggers.forEach(logger -> logger.setFilter(null));
    }

    private static Filter lowering(Logger logger) {
        return logged -> {
            logged.setLevel(Level.FINE);
            return logger.isLoggable(Level.FINE) && shorten(logged);
        };
    }

    private static boolean shorten(LogRecord logged) {
        String message = logged.getMessage();
        if (message != null) {
            logged.setMessage(safe(message));
        }
        return true;
    }

    /** The text in one line, no longer than is read. */
    static String safe(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(point -> {
            if (Character.isISOControl(point) || point == 0x2028 || point == 0x2029) {
                line.append("\\u%04x".formatted(point));
            } else {
                line.appendCodePoint(point);
            }
        });
        return text.codePointCount(0, text.length()) > LONGEST
                ? line.append(" …").toString()
                : line.toString();
    }
}
