package mcpauth.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JsonErrorTest {
    @Test
    void bodyHasTheFormOfRfc6749() {
        assertThat(new JsonError("invalid_request", "Say \"please\"").body())
                .isEqualTo("{\"error\":\"invalid_request\",\"error_description\":\"Say \\\"please\\\"\"}");
    }
}
