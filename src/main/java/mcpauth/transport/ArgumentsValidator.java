package mcpauth.transport;

import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets the call of a tool without arguments go on that needs none: what most calls of such tools are, and what a validator
 * would find out at a cost. Everything else is validated.
 */
record ArgumentsValidator(JsonSchemaValidator validator) implements JsonSchemaValidator {
    private static final Set<String> KEYWORDS = Set.of("type", "properties", "required");

    @Override
    public ValidationResponse validate(Map<String, Object> schema, Object content) {
        return content instanceof Map<?, ?> arguments && arguments.isEmpty() && needsNothing(schema)
                ? ValidationResponse.asValid("{}")
                : validator.validate(schema, content);
    }

    @Override
    public void assertConforms(String name, Map<String, Object> schema) {
        validator.assertConforms(name, schema);
    }

    @Override
    public ValidationResponse validateSchema(Map<String, Object> schema) {
        return validator.validateSchema(schema);
    }

    private static boolean needsNothing(Map<String, Object> schema) {
        return KEYWORDS.containsAll(schema.keySet())
                && "object".equals(schema.get("type"))
                && (!schema.containsKey("required")
                        || (schema.get("required") instanceof List<?> required && required.isEmpty()));
    }
}
