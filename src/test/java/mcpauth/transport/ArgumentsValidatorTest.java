package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.json.schema.jackson3.DefaultJsonSchemaValidator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ArgumentsValidatorTest {
    private final DefaultJsonSchemaValidator library = new DefaultJsonSchemaValidator();
    private final ArgumentsValidator validator = new ArgumentsValidator(library);

    static Stream<Arguments> calls() {
        Map<String, Object> word = Map.of("word", Map.of("type", "string"));
        return Stream.of(
                Arguments.of(Map.of("type", "object", "properties", Map.of(), "required", List.of()), Map.of(), true),
                Arguments.of(Map.of("type", "object", "properties", word), Map.of(), true),
                Arguments.of(Map.of("type", "object"), Map.of(), true),
                Arguments.of(
                        Map.of("type", "object", "properties", word, "required", List.of("word")), Map.of(), false),
                Arguments.of(Map.of("type", "object", "minProperties", 1), Map.of(), false),
                Arguments.of(Map.of("type", "string"), Map.of(), false),
                Arguments.of(Map.of("type", "object", "properties", word), Map.of("word", 1), false),
                Arguments.of(Map.of("type", "object", "properties", word), Map.of("word", "a"), true));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void itSaysWhatTheLibrarySays(Map<String, Object> schema, Map<String, Object> arguments, boolean valid) {
        assertThat(library.validate(schema, arguments).valid()).isEqualTo(valid);
        assertThat(validator.validate(schema, arguments).valid()).isEqualTo(valid);
    }

    @Test
    void callWithoutArgumentsIsNotShownToTheLibrary() {
        ArgumentsValidator alone = new ArgumentsValidator((schema, content) -> {
            throw new AssertionError("asked");
        });
        assertThat(alone.validate(Map.of("type", "object", "properties", Map.of()), Map.of())
                        .valid())
                .isTrue();
    }
}
