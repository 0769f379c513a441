package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mcpauth.transport.JsonReader.UnreadableJsonException;
import org.jspecify.annotations.Nullable;

/** What comes from clients: JSON of a bounded size, read into messages. What cannot be read is answered here. */
final class MessageReader {
    private static final System.Logger LOGGER = System.getLogger(MessageReader.class.getName());

    private final int maxBytes;
    private final int maxBatch;

    /**
     * @param maxBytes of a body
     * @param maxBatch how many messages a batch may have
     */
    MessageReader(int maxBytes, int maxBatch) {
        this.maxBytes = maxBytes;
        this.maxBatch = maxBatch;
    }

    /** Whether the body is said to be JSON; answered 415 if not. */
    static boolean acceptsType(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String type = request.getContentType();
        if (type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            return true;
        }
        JsonRpcErrors.send(
                response,
                HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
                ErrorCodes.INVALID_REQUEST,
                "Content-Type must be application/json");
        return false;
    }

    /** The body; null if it is too large or does not come whole, which has been answered then. */
    byte @Nullable [] body(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(maxBytes + 1);
        } catch (IOException e) {
            LOGGER.log(DEBUG, "A body cannot be read", e);
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.PARSE_ERROR,
                    "The body ends too early, or is not in the coding that its headers name");
            return null;
        }
        if (body.length > maxBytes) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    ErrorCodes.INVALID_REQUEST,
                    "The body has more than " + maxBytes + " bytes (mcp.server.max-request-bytes)");
            return null;
        }
        return body;
    }

    /**
     * The JSON in the body: a map, or a list, which is a batch (MCP had them in 2025-03-26 only); null if there is neither,
     * which has been answered then.
     */
    static @Nullable Object json(byte[] body, HttpServletResponse response) throws IOException {
        String sentence = "The body is not one JSON object";
        try {
            Object json = JsonReader.read(body);
            if (json instanceof Map<?, ?> || json instanceof List<?>) {
                return json;
            }
        } catch (UnreadableJsonException e) {
            sentence = e.sentence();
        }
        JsonRpcErrors.send(response, HttpServletResponse.SC_BAD_REQUEST, ErrorCodes.PARSE_ERROR, sentence);
        return null;
    }

    /** The one message that this is; null if it is none, which has been answered then. */
    static @Nullable JSONRPCMessage message(Object json, HttpServletResponse response) throws IOException {
        try {
            return message(json);
        } catch (InvalidMessageException e) {
            JsonRpcErrors.send(
                    response, HttpServletResponse.SC_BAD_REQUEST, JsonRpcErrors.error(e.id(), e.code(), e.sentence()));
            return null;
        }
    }

    private static JSONRPCMessage message(@Nullable Object json) throws InvalidMessageException {
        if (json instanceof Map<?, ?> members) {
            return new Envelope(members).message();
        }
        throw new InvalidMessageException(null, ErrorCodes.INVALID_REQUEST, "A message is a JSON object");
    }

    /**
     * The messages of a batch; null if there is none, or are too many, or there is no request to be answered beside one that
     * is invalid: which has been answered then.
     */
    @Nullable Batch batch(List<?> elements, HttpServletResponse response) throws IOException {
        if (elements.isEmpty() || elements.size() > maxBatch) {
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    ErrorCodes.INVALID_REQUEST,
                    elements.isEmpty()
                            ? "The batch is empty"
                            : "The batch has more than " + maxBatch + " messages (mcp.server.max-batch-messages)");
            return null;
        }
        List<JSONRPCMessage> messages = new ArrayList<>();
        List<InvalidMessageException> defects = new ArrayList<>();
        for (Object element : elements) {
            try {
                messages.add(message(element));
            } catch (InvalidMessageException e) {
                defects.add(e);
            }
        }
        Batch batch = new Batch(messages, defects);
        if (!defects.isEmpty() && !batch.asks()) {
            InvalidMessageException first = defects.get(0);
            JsonRpcErrors.send(
                    response,
                    HttpServletResponse.SC_BAD_REQUEST,
                    JsonRpcErrors.error(first.id(), first.code(), first.sentence()));
            return null;
        }
        return batch;
    }

    /**
     * What stands in a batch, in its order.
     *
     * @param messages to be handled
     * @param defects of the elements that are no messages, each to be answered for itself (JSON-RPC 2.0, section 6)
     */
    record Batch(List<JSONRPCMessage> messages, List<InvalidMessageException> defects) {
        Batch {
            messages = List.copyOf(messages);
            defects = List.copyOf(defects);
        }

        /** Whether there is a request in it, so that there is an answer. */
        boolean asks() {
            return messages.stream().anyMatch(JSONRPCRequest.class::isInstance);
        }
    }
}
