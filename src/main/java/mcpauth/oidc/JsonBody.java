package mcpauth.oidc;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mcpauth.oidc.ProviderClient.Answer;

/** Reads JSON objects of a provider's, in its answers and in its tokens. */
final class JsonBody {
    /** A member that comes twice could be read as either by somebody else (RFC 7515 section 4, RFC 7519 section 4). */
    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());

    private static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    private JsonBody() {}

    /** To change an object. */
    static JsonObjectBuilder builder(JsonObject object) {
        return BUILDERS.createObjectBuilder(object);
    }

    /** Empty if the text is anything but one JSON object without a member that comes twice. */
    static Optional<JsonObject> parse(String text) {
        try {
            return Optional.of(read(text));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static JsonObject read(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            JsonObject object = reader.readObject();
            checkEnd(text);
            return object;
        } catch (JsonException e) {
            throw e;
        } catch (RuntimeException e) {
            // what Parsson says of members that come twice, and of too many levels
            throw new JsonException("not JSON that can be read", e);
        }
    }

    /** A reader does not look at what comes behind the object, and a parser not for members that come twice. */
    private static void checkEnd(String text) {
        try (JsonParser parser = PARSERS.createParser(new StringReader(text))) {
            parser.next();
            parser.skipObject();
            if (parser.hasNext()) {
                throw new JsonException("more than one value");
            }
        }
    }

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
        try {
            return read(answer.body());
        } catch (JsonException e) {
            throw new ProviderUnavailableException(
                    source + " did not answer a JSON object: check that it is the provider's own address", e);
        }
    }
}
