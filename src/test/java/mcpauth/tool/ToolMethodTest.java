package mcpauth.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ToolMethodTest {
    @SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable"}) // found by reflection
    static class Tools {
        @Tool(description = "Everything", title = "All kinds")
        public String everything(
                @ToolArg(description = "A text") String text,
                boolean flag,
                int number,
                long large,
                @ToolArg(required = false) Double fraction,
                @ToolArg(name = "time-unit", required = false) TimeUnit unit) {
            return "";
        }

        @Tool(description = "x")
        String hidden() {
            return "";
        }

        @Tool(description = "x")
        public int wrongAnswer() {
            return 0;
        }

        @Tool(description = "x", structuredContent = true)
        public String unstructured() {
            return "";
        }

        @Tool(description = " ")
        public String undescribed() {
            return "";
        }

        @Tool(description = "x", name = "has space")
        public String misnamed() {
            return "";
        }

        @Tool(description = "x")
        public String optionalPrimitive(@ToolArg(required = false) int number) {
            return "";
        }

        @Tool(description = "x")
        public String cancellable(String text, Cancellation cancellation) {
            return "";
        }

        @Tool(description = "x")
        public String describedCancellation(@ToolArg(description = "x") Cancellation cancellation) {
            return "";
        }

        @Tool(description = "x")
        public String strange(Object thing) {
            return "";
        }
    }

    private static ToolMethod tool(String name) {
        Method method = Arrays.stream(Tools.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return new ToolMethod(never(BeanManager.class), never(Bean.class), method);
    }

    private static <T> T never(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, values) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    private static ToolParameter parameter(int index) {
        Method method = Arrays.stream(Tools.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals("everything"))
                .findFirst()
                .orElseThrow();
        return ToolParameter.of(method.getParameters()[index]);
    }

    @Test
    void schemaDescribesEachKindOfParameter() {
        assertThat(tool("everything").inputSchema().toString())
                .isEqualTo("{\"type\":\"object\",\"properties\":{"
                        + "\"text\":{\"type\":\"string\",\"description\":\"A text\"},"
                        + "\"flag\":{\"type\":\"boolean\"},"
                        + "\"number\":{\"type\":\"integer\"},"
                        + "\"large\":{\"type\":\"integer\"},"
                        + "\"fraction\":{\"type\":\"number\"},"
                        + "\"time-unit\":{\"type\":\"string\",\"enum\":[\"NANOSECONDS\",\"MICROSECONDS\","
                        + "\"MILLISECONDS\",\"SECONDS\",\"MINUTES\",\"HOURS\",\"DAYS\"]}},"
                        + "\"required\":[\"text\",\"flag\",\"number\",\"large\"]}");
        assertThat(tool("everything").title()).isEqualTo("All kinds");
    }

    @Test
    void cancellationIsNoArgument() {
        assertThat(tool("cancellable").inputSchema().toString())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},"
                        + "\"required\":[\"text\"]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hidden|the @Tool method mcpauth.tool.ToolMethodTest$Tools.hidden must be public",
                "wrongAnswer|the @Tool method mcpauth.tool.ToolMethodTest$Tools.wrongAnswer must return String,"
                        + " as structuredContent is false",
                "unstructured|the @Tool method mcpauth.tool.ToolMethodTest$Tools.unstructured must return JsonObject,"
                        + " as structuredContent is true",
                "undescribed|the @Tool method mcpauth.tool.ToolMethodTest$Tools.undescribed must have a description,"
                        + " by which models choose tools",
                "misnamed|the @Tool method mcpauth.tool.ToolMethodTest$Tools.misnamed must have a name of 1 to 128 of"
                        + " A-Z, a-z, 0-9, _, . and -",
                "optionalPrimitive|the parameter number of a @Tool method is optional, so its type must be a wrapper"
                        + " class, not a primitive type",
                "describedCancellation|the parameter cancellation of a @Tool method is no argument, as its type is"
                        + " Cancellation: leave @ToolArg away",
                "strange|the parameter thing of a @Tool method is of type java.lang.Object: use String, boolean, int,"
                        + " long, double, one of their wrappers, or an enum",
            })
    void misuseIsNamed(String method, String message) {
        assertThatThrownBy(() -> tool(method))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void valuesHaveTheTypeOfTheirParameter() {
        assertThat(parameter(2).value(Map.of("number", 7L))).isEqualTo(7);
        assertThat(parameter(3).value(Map.of("large", 7))).isEqualTo(7L);
        assertThat(parameter(4).value(Map.of("fraction", 7))).isEqualTo(7.0);
        assertThat(parameter(4).value(Map.of())).isNull();
        assertThat(parameter(5).value(Map.of("time-unit", "DAYS"))).isEqualTo(TimeUnit.DAYS);
    }

    @Test
    void valuesOutOfRangeAreAnErrorForTheModel() {
        assertThatThrownBy(() -> parameter(2).value(Map.of("number", 1L << 40)))
                .isInstanceOf(ToolException.class)
                .hasMessage("The argument number is out of range");
        assertThatThrownBy(() -> parameter(5).value(Map.of("time-unit", "YEARS")))
                .isInstanceOf(ToolException.class)
                .hasMessage("The argument time-unit has none of its possible values");
    }
}
