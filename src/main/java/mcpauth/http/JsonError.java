package mcpauth.http;

import static java.util.Objects.requireNonNull;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The body of an error answer: {@code {"error":…,"error_description":…}}, the form of RFC 6749 section 5.2.
 *
 * @param error a code from the specification the answer follows
 * @param description a sentence for the developer of the client; never anything a client or a provider sent
 */
public record JsonError(String error, String description) {
    /** The media type of {@link #body}. */
    public static final String MEDIA_TYPE = "application/json";

    /** Made once: to look the JSON library up costs more than to use it. */
    private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    private static final String ATTRIBUTE = JsonError.class.getName();

    /** Refuses null. */
    public JsonError {
        requireNonNull(error, "error is null");
        requireNonNull(description, "description is null");
    }

    /** The JSON text. */
    public String body() {
        return JSON.createObjectBuilder()
                .add("error", error)
                .add("error_description", description)
                .build()
                .toString();
    }

    /**
     * Sends the answer from an authentication mechanism. Some containers (Undertow) put their error page in the place of
     * what a mechanism has written: the application's own finds the answer with {@link #refusalOf} and repeats it.
     *
     * @param status the HTTP status
     * @throws IOException if the client has gone
     */
    public void sendRefusal(HttpServletRequest request, HttpServletResponse response, int status) throws IOException {
        request.setAttribute(ATTRIBUTE, this);
        send(response, status);
    }

    /** What an authentication mechanism has answered to the request; empty if it let the request through. */
    public static Optional<JsonError> refusalOf(HttpServletRequest request) {
        return Optional.ofNullable((JsonError) request.getAttribute(ATTRIBUTE));
    }

    /**
     * Sends the answer. Headers of the case itself are set by the caller, before.
     *
     * @param status the HTTP status
     * @throws IOException if the client has gone
     */
    public void send(HttpServletResponse response, int status) throws IOException {
        byte[] bytes = body().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(MEDIA_TYPE);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
