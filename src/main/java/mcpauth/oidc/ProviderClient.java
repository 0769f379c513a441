package mcpauth.oidc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.Form;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import mcpauth.config.McpAuthConfig;
import mcpauth.token.BearerToken;
import org.glassfish.jersey.client.ClientConfig;
import org.glassfish.jersey.client.ClientProperties;
import org.glassfish.jersey.client.JerseyClientBuilder;
import org.glassfish.jersey.jnh.connector.JavaNetHttpConnectorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to providers, each bounded in total time and in size. Redirects are never followed: the token
 * would travel with them. Safe for use by many threads.
 */
final class ProviderClient implements AutoCloseable {
    /** Userinfo and metadata documents have a few kilobytes. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private final Client client;
    private final Duration requestTimeout;
    private final ScheduledExecutorService scheduler;

    /** @param scheduler ends answers whose body takes too long */
    ProviderClient(McpAuthConfig.Timing config, ScheduledExecutorService scheduler) {
        this.requestTimeout = config.requestTimeout();
        this.scheduler = scheduler;
        ClientConfig clientConfig = new ClientConfig()
                .connectorProvider(new JavaNetHttpConnectorProvider())
                .property(
                        ClientProperties.CONNECT_TIMEOUT,
                        Math.toIntExact(config.connectTimeout().toMillis()))
                .property(ClientProperties.READ_TIMEOUT, Math.toIntExact(requestTimeout.toMillis()))
                .property(ClientProperties.FOLLOW_REDIRECTS, false);
        // not ClientBuilder.newBuilder(), which is the server's own implementation
        this.client = new JerseyClientBuilder().withConfig(clientConfig).build();
    }

    /** An answer of any status, read whole. */
    record Answer(
            int status,
            String contentType,
            @Nullable String wwwAuthenticate,
            @Nullable String location,
            String body) {}

    /**
     * @param token sent in the Authorization header; null for none
     * @throws ProviderUnavailableException if there is no whole answer in time, or it is too large
     */
    Answer get(URI uri, @Nullable BearerToken token) throws ProviderUnavailableException {
        Invocation.Builder request = client.target(uri).request("application/json");
        if (token != null) {
            request.header(HttpHeaders.AUTHORIZATION, "Bearer " + token.value());
        }
        return send(uri, request.buildGet());
    }

    /**
     * Sends a form.
     *
     * @throws ProviderUnavailableException if there is no whole answer in time, or it is too large
     */
    Answer post(URI uri, Map<String, String> fields, ClientCredentials credentials)
            throws ProviderUnavailableException {
        Invocation.Builder request = client.target(uri).request("application/json");
        credentials
                .authorization()
                .ifPresent(authorization -> request.header(HttpHeaders.AUTHORIZATION, authorization));
        Form form = new Form();
        fields.forEach(form::param);
        credentials.parameters(uri).forEach(form::param);
        return send(uri, request.buildPost(Entity.form(form)));
    }

    private Answer send(URI uri, Invocation request) throws ProviderUnavailableException {
        long deadline = System.nanoTime() + requestTimeout.toNanos();
        try (Response response = request.invoke()) {
            return new Answer(
                    response.getStatus(),
                    String.valueOf(response.getHeaderString(HttpHeaders.CONTENT_TYPE)),
                    response.getHeaderString(HttpHeaders.WWW_AUTHENTICATE),
                    response.getHeaderString(HttpHeaders.LOCATION),
                    readBody(uri, response, deadline));
        } catch (ProcessingException | IllegalStateException e) {
            throw new ProviderUnavailableException(
                    "%s could not be asked (%s): check that the provider runs and that this server may connect to it"
                            .formatted(uri, problem(e)),
                    e);
        }
    }

    private String readBody(URI uri, Response response, long deadline) throws ProviderUnavailableException {
        InputStream body = response.readEntity(InputStream.class);
        // The HTTP client's own timeout ends when the headers are there: a body may drip for ever
        Future<?> watchdog = scheduler.schedule(() -> close(body), deadline - System.nanoTime(), NANOSECONDS);
        try {
            byte[] bytes = body.readNBytes(MAX_BODY_BYTES + 1);
            if (bytes.length > MAX_BODY_BYTES) {
                throw new ProviderUnavailableException(
                        "%s answered more than %d bytes: check that it is the provider's own address"
                                .formatted(uri, MAX_BODY_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            String problem = System.nanoTime() >= deadline
                    ? "did not finish its answer within " + requestTimeout + " (mcp.auth.request-timeout)"
                    : "broke its answer off (" + problem(e) + ")";
            throw new ProviderUnavailableException(uri + " " + problem + ": check the provider's health", e);
        } finally {
            watchdog.cancel(false);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing an answer cannot fail", e);
        }
    }

    /** The HTTP client's own word: further causes are about channels, and tell an operator nothing. */
    private static String problem(Throwable failure) {
        Throwable problem = failure.getCause() == null ? failure : failure.getCause();
        String name = problem.getClass().getSimpleName();
        return problem.getMessage() == null ? name : name + ": " + problem.getMessage();
    }

    @Override
    public void close() {
        client.close();
    }
}
