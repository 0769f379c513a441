package mcpauth.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import mcpauth.transport.JsonReader.UnreadableJsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {
    private static String refusal(byte[] json) {
        return catchThrowableOfType(UnreadableJsonException.class, () -> JsonReader.read(json))
                .sentence();
    }

    @Test
    void readsJson() throws UnreadableJsonException {
        assertThat(JsonReader.read("{\"a\":[1,2.5,true,null,\"é\\ud83d\\ude00\"],\"b\":{\"a\":1}}".getBytes(UTF_8)))
                .isEqualTo(Map.of("a", java.util.Arrays.asList(1, 2.5, true, null, "é😀"), "b", Map.of("a", 1)));
        assertThat(JsonReader.read("[]".getBytes(UTF_8))).isEqualTo(List.of());
        assertThat(JsonReader.read("null".getBytes(UTF_8))).isNull();
    }

    /** What replaces unreadable bytes may have been sent as such. */
    @Test
    void replacementCharacterIsACharacter() throws UnreadableJsonException {
        assertThat(JsonReader.read("\"\uFFFD\"".getBytes(UTF_8))).isEqualTo("\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"b\":{\"a\":1,\"a\":2}}",
                "[{\"a\":null,\"a\":null}]"
            })
    void memberThatStandsTwiceIsRefused(String json) {
        assertThat(refusal(json.getBytes(UTF_8))).isEqualTo("A member stands twice in an object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1e999]",
                "{\"a\":{\"b\":-1e999}}",
                "\"\\ud83d\"",
                "\"\\ude00\\ud83d\"",
                "{\"\\ud83d\":1}",
                "[\"a\\ud83db\"]"
            })
    void whatOthersReadInAnotherWayIsRefused(String json) {
        assertThat(refusal(json.getBytes(UTF_8))).isEqualTo("The body has a number out of range, or half a character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}x", "{}{}", "{'a':1}", "{\"a\":NaN}", "\uFEFF{}", "01", "{\"a\":1,}"})
    void whatIsNotJsonIsRefused(String json) {
        assertThat(refusal(json.getBytes(UTF_8))).isEqualTo("The body is not one JSON object");
    }

    @ParameterizedTest
    @CsvSource({"C3 28", "80", "C0 AF", "ED A0 80", "F8 88 80 80 80", "E2 82"})
    void whatIsNotUtf8IsRefused(String hexadecimal) {
        byte[] body = ("\"" + new String(bytes(hexadecimal), StandardCharsets.ISO_8859_1) + "\"")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refusal(body)).isEqualTo("The body is not UTF-8");
    }

    private static byte[] bytes(String hexadecimal) {
        return java.util.HexFormat.ofDelimiter(" ").parseHex(hexadecimal);
    }

    @Test
    void otherEncodingsAreRefused() {
        assertThat(refusal("{}".getBytes(StandardCharsets.UTF_16))).isEqualTo("The body is not UTF-8");
        assertThat(refusal("{}".getBytes(StandardCharsets.UTF_16LE))).isEqualTo("The body is not one JSON object");
    }

    @Test
    void nestingHasAnEnd() {
        assertThat(refusal(("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8)))
                .isEqualTo("The body is not one JSON object");
    }
}
