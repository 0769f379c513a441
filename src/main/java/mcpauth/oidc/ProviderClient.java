package mcpauth.oidc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import mcpauth.config.McpAuthConfig;
import mcpauth.token.BearerToken;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to providers, each bounded in total time and in size. Redirects are never followed: the token
 * would travel with them. An endpoint that wishes to be left alone for a while is not asked, as {@link Pauses} has it. Safe for use by many threads.
 */
final class ProviderClient implements AutoCloseable {
    /** Userinfo and metadata documents have a few kilobytes. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);
    /** Knows no passwords: another application of the server may have set one that does for the whole virtual machine. */
    private static final Authenticator NOBODY = new Authenticator() {};

    private final Duration connectTimeout;
    private final Duration requestTimeout;
    private final Pauses pauses = new Pauses(System::nanoTime);
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private final Future<?> watch;

    /** @param scheduler ends answers whose headers take too long */
    ProviderClient(McpAuthConfig.Timing config, ScheduledExecutorService scheduler) {
        this.connectTimeout = config.connectTimeout();
        this.requestTimeout = config.requestTimeout();
        this.watch = scheduler.scheduleWithFixedDelay(
                this::endOverdue, WATCH_INTERVAL.toMillis(), WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * An answer of any status, read whole.
     *
     * @param wwwAuthenticate all challenges, with commas between them however many header lines there were (RFC 9110
     *     section 5.3); null for none
     * @param retryAfter how long the endpoint wishes to be left alone, which it is; null where it does not say so
     */
    record Answer(
            int status,
            String contentType,
            @Nullable String wwwAuthenticate,
            @Nullable String location,
            String body,
            @Nullable Duration retryAfter) {
        Answer(
                int status,
                String contentType,
                @Nullable String wwwAuthenticate,
                @Nullable String location,
                String body) {
            this(status, contentType, wwwAuthenticate, location, body, null);
        }

        /** RFC 6585 section 4. */
        boolean isTooMany() {
            return status == 429;
        }
    }

    /** One that is under way. */
    private record Call(HttpURLConnection connection, long deadline) {
        boolean isOverdue() {
            return System.nanoTime() - deadline >= 0;
        }
    }

    /**
     * Fetches a document.
     *
     * @param token sent in the Authorization header; null for none
     * @throws ProviderUnavailableException if there is no whole answer in time, or it is too large
     */
    Answer get(URI uri, @Nullable BearerToken token) throws ProviderUnavailableException {
        return send(uri, token == null ? null : "Bearer " + token.value(), null);
    }

    /**
     * Sends a form.
     *
     * @throws ProviderUnavailableException if there is no whole answer in time, or it is too large
     */
    Answer post(URI uri, Map<String, String> fields, ClientCredentials credentials)
            throws ProviderUnavailableException {
        Map<String, String> form = new HashMap<>(fields);
        form.putAll(credentials.parameters(uri));
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(uri, credentials.authorization().orElse(null), body);
    }

    private Answer send(URI uri, @Nullable String authorization, @Nullable String form)
            throws ProviderUnavailableException {
        Optional<Pauses.Pause> pause = pauses.at(uri);
        if (pause.isPresent()) {
            throw new ProviderBusyException(
                    uri + " wishes not to be asked before a time that has not come (Retry-After)",
                    pause.get().left(),
                    pause.get().tooMany());
        }
        Answer answer = ask(uri, authorization, form);
        if (answer.retryAfter() != null) {
            pauses.begin(uri, answer.retryAfter(), answer.isTooMany());
        }
        return answer;
    }

    private Answer ask(URI uri, @Nullable String authorization, @Nullable String form)
            throws ProviderUnavailableException {
        long deadline = System.nanoTime() + requestTimeout.toNanos();
        try {
            HttpURLConnection connection = open(uri, authorization);
            Call call = new Call(connection, deadline);
            calls.add(call);
            try {
                if (form != null) {
                    write(connection, form);
                }
                int status = connection.getResponseCode();
                return new Answer(
                        status,
                        String.valueOf(connection.getContentType()),
                        headerLines(connection, "WWW-Authenticate"),
                        connection.getHeaderField("Location"),
                        readBody(uri, call, status),
                        retryAfter(connection, status));
            } finally {
                calls.remove(call);
            }
        } catch (IOException e) {
            String problem = System.nanoTime() - deadline >= 0
                    ? "did not finish its answer within " + requestTimeout + " (mcp.auth.request-timeout)"
                    : "could not be asked (" + problem(e) + ")";
            throw new ProviderUnavailableException(
                    "%s %s: check that the provider runs and that this server may connect to it"
                            .formatted(uri, problem),
                    e);
        }
    }

    private HttpURLConnection open(URI uri, @Nullable String authorization) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
        connection.setReadTimeout(Math.toIntExact(requestTimeout.toMillis()));
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setAuthenticator(NOBODY);
        connection.setRequestProperty("Accept", "application/json");
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
        }
        return connection;
    }

    /** In their order, as one; null for none. */
    private static @Nullable String headerLines(HttpURLConnection connection, String name) {
        StringJoiner lines = new StringJoiner(", ").setEmptyValue("");
        // the status line is the one without a name, and the first; there is none behind the last
        for (int i = 0; connection.getHeaderField(i) != null; i++) {
            if (name.equalsIgnoreCase(connection.getHeaderFieldKey(i))) {
                lines.add(connection.getHeaderField(i));
            }
        }
        return lines.length() == 0 ? null : lines.toString();
    }

    /** A date is compared with that of the answer: clocks differ. */
    private static @Nullable Duration retryAfter(HttpURLConnection connection, int status) {
        long sent = connection.getDate();
        return Pauses.asked(
                status,
                connection.getHeaderField("Retry-After"),
                sent == 0 ? Instant.now() : Instant.ofEpochMilli(sent));
    }

    private static void write(HttpURLConnection connection, String form) throws IOException {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
        try (OutputStream output = connection.getOutputStream()) {
            output.write(form.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Read to its end, so that the connection can be used again. */
    private String readBody(URI uri, Call call, int status) throws IOException, ProviderUnavailableException {
        try (InputStream body = status >= 400 ? call.connection.getErrorStream() : call.connection.getInputStream()) {
            if (body == null) {
                return "";
            }
            byte[] bytes = new byte[4096];
            int length = 0;
            for (int read = body.read(bytes); read >= 0; read = body.read(bytes, length, bytes.length - length)) {
                length += read;
                if (length > MAX_BODY_BYTES) {
                    call.connection.disconnect();
                    throw new ProviderUnavailableException(
                            "%s answered more than %d bytes: check that it is the provider's own address"
                                    .formatted(uri, MAX_BODY_BYTES));
                }
                if (call.isOverdue()) {
                    call.connection.disconnect();
                    throw new IOException("the answer drips");
                }
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * length);
                }
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
    }

    /** The read timeout is that of one read: headers that drip would keep a thread for ever. */
    private void endOverdue() {
        for (Call call : calls) {
            if (call.isOverdue()) {
                call.connection.disconnect();
            }
        }
    }

    /** What an operator can do something with; the names of exceptions say more than their messages. */
    private static String problem(IOException failure) {
        String name = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
    }

    @Override
    public void close() {
        watch.cancel(false);
    }
}
