package mcpauth.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that no two readers can understand in two ways: UTF-8, no member twice in an object, no half of a surrogate
 * pair, no number beyond those that a double has.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259, sections 4, 6, 8.1 and 8.2</a>
 */
final class JsonReader {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonReader() {}

    /** Says why something is no such JSON, for the developer of the client. */
    static final class UnreadableJsonException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String sentence;

        UnreadableJsonException(String sentence) {
            super(sentence);
            this.sentence = sentence;
        }

        /** Holds nothing that was sent. */
        String sentence() {
            return sentence;
        }
    }

    /** Maps, lists, strings, numbers and booleans; null for JSON's own {@code null}. */
    static @Nullable Object read(byte[] json) throws UnreadableJsonException {
        String text = text(json);
        Object value;
        try {
            value = STRICT.readValue(text, Object.class);
        } catch (JacksonException e) {
            throw new UnreadableJsonException(
                    isReadableByOthers(text)
                            ? "A member stands twice in an object"
                            : "The body is not one JSON object");
        }
        if (!isPlain(value)) {
            throw new UnreadableJsonException("The body has a number out of range, or half a character");
        }
        return value;
    }

    private static String text(byte[] json) throws UnreadableJsonException {
        String text = new String(json, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableJsonException("The body is not UTF-8");
        }
    }

    private static boolean isReadableByOthers(String text) {
        try {
            return !JsonMapper.shared().readTree(text).isMissingNode();
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isPlain(@Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            return isPlain(members.keySet()) && isPlain(members.values());
        }
        if (value instanceof Collection<?> elements) {
            return elements.stream().allMatch(JsonReader::isPlain);
        }
        if (value instanceof String text) {
            return isWhole(text);
        }
        return !(value instanceof Double number) || Double.isFinite(number);
    }

    private static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
