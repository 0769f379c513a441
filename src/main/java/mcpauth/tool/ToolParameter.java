package mcpauth.tool;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parameter of a tool method: its JSON Schema, and its value from a call's arguments. */
record ToolParameter(String name, String description, boolean required, Class<?> type) {

    /** @throws IllegalArgumentException saying what is wrong with the parameter */
    static ToolParameter of(Parameter parameter) {
        ToolArg arg = parameter.getAnnotation(ToolArg.class);
        boolean named = arg != null && !arg.name().equals(Tool.ELEMENT_NAME);
        ToolParameter result = new ToolParameter(
                named ? arg.name() : parameter.getName(),
                arg == null ? "" : arg.description(),
                arg == null || arg.required(),
                parameter.getType());
        if (result.isCancellation()) {
            if (arg != null) {
                throw result.misuse("is no argument, as its type is Cancellation: leave @ToolArg away");
            }
            return result;
        }
        if (!named && !parameter.isNamePresent()) {
            throw result.misuse("has no name at run time: compile with -parameters, or set @ToolArg(name)");
        }
        if (!result.required && parameter.getType().isPrimitive()) {
            throw result.misuse("is optional, so its type must be a wrapper class, not a primitive type");
        }
        result.schemaType();
        return result;
    }

    /** Whether it is not from the call's arguments: then it has no schema. */
    boolean isCancellation() {
        return type == Cancellation.class;
    }

    JsonObject schema() {
        JsonObjectBuilder schema = Json.createObjectBuilder().add("type", schemaType());
        if (type.isEnum()) {
            JsonArrayBuilder constants = Json.createArrayBuilder();
            Arrays.stream(type.getEnumConstants()).forEach(constant -> constants.add(((Enum<?>) constant).name()));
            schema.add("enum", constants);
        }
        if (!description.isEmpty()) {
            schema.add("description", description);
        }
        return schema.build();
    }

    /** @throws ToolException if the value is out of the type's range, which JSON Schema does not tell */
    @Nullable Object value(Map<String, Object> arguments) {
        Object value = arguments.get(name);
        if (value == null) {
            return null;
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new ToolException("The argument " + name + " has none of its possible values"));
        }
        return value instanceof Number number ? number(number) : value;
    }

    private Object number(Number number) {
        if (type == double.class || type == Double.class) {
            return number.doubleValue();
        }
        try {
            long exact = new java.math.BigDecimal(number.toString()).longValueExact();
            if (type == long.class || type == Long.class) {
                return exact;
            }
            return Math.toIntExact(exact);
        } catch (ArithmeticException e) {
            throw new ToolException("The argument " + name + " is out of range");
        }
    }

    private String schemaType() {
        if (type == String.class || type.isEnum()) {
            return "string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "integer";
        }
        if (type == double.class || type == Double.class) {
            return "number";
        }
        throw misuse("is of type " + type.getName()
                + ": use String, boolean, int, long, double, one of their wrappers, or an enum");
    }

    private IllegalArgumentException misuse(String problem) {
        return new IllegalArgumentException("the parameter " + name + " of a @Tool method " + problem);
    }
}
