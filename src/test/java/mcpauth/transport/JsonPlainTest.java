package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class JsonPlainTest {
    @Test
    void nothingIsLostOnTheWayThroughTheSdksMapper() {
        String json = "{\"a\":null,\"b\":[1,\"x\",true,false,{\"c\":[]}],\"d\":12345678901234567890,\"e\":1.10}";
        JsonObject object;
        try (var reader = Json.createReader(new StringReader(json))) {
            object = reader.readObject();
        }
        assertThat(JsonMapper.shared().writeValueAsString(JsonPlain.object(object)))
                .isEqualTo(json);
    }
}
