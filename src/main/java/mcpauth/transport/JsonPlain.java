package mcpauth.transport;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON-P values as the plain Java values that the SDK's JSON mapper writes. */
final class JsonPlain {
    private JsonPlain() {}

    static Map<String, @Nullable Object> object(JsonObject object) {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        object.forEach((name, value) -> plain.put(name, value(value)));
        return plain;
    }

    private static @Nullable Object value(JsonValue value) {
        return switch (value.getValueType()) {
            case NULL -> null;
            case TRUE -> true;
            case FALSE -> false;
            case STRING -> ((JsonString) value).getString();
            case NUMBER -> ((JsonNumber) value).bigDecimalValue();
            case ARRAY -> array((JsonArray) value);
            case OBJECT -> object(value.asJsonObject());
        };
    }

    private static List<@Nullable Object> array(JsonArray array) {
        List<@Nullable Object> plain = new ArrayList<>();
        array.forEach(element -> plain.add(value(element)));
        return plain;
    }
}
