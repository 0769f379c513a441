package mcpauth.oidc;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.util.Locale;
import mcpauth.oidc.ProviderClient.Answer;

/** Reads the JSON object in a provider's answer. */
final class JsonBody {
    private JsonBody() {}

    static boolean isJson(Answer answer) {
        return answer.contentType()
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals("application/json");
    }

    /** @throws ProviderUnavailableException if the body is anything but one JSON object in JSON's media type */
    static JsonObject object(URI source, Answer answer) throws ProviderUnavailableException {
        if (!isJson(answer)) {
            throw new ProviderUnavailableException(
                    "%s answered \"%s\", not application/json: check that it is the provider's own address, and that it"
                                    .formatted(source, answer.contentType())
                            + " does not sign or encrypt its answers");
        }
        try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
            return reader.readObject();
        } catch (JsonException | IllegalStateException e) {
            throw new ProviderUnavailableException(
                    source + " did not answer a JSON object: check that it is the provider's own address", e);
        }
    }
}
