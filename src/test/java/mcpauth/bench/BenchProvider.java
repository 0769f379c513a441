package mcpauth.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import mcpauth.testing.TokenForge;

/**
 * A provider that costs next to nothing, so that a measurement is of the server that asks it. The opaque tokens of user 7
 * start with {@code u7-}; whatever follows makes another token of the same user.
 */
final class BenchProvider implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(64);
    private final LongAdder userinfoCalls = new LongAdder();
    private final TokenForge forge;
    private volatile Duration delay = Duration.ZERO;
    private volatile int claimsBytes = 200;

    private BenchProvider(String resource) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 1024);
        forge = new TokenForge(issuer(), resource, Instant.now());
        byte[] metadata = Json.createObjectBuilder()
                .add("issuer", issuer())
                .add("authorization_endpoint", issuer() + "/auth")
                .add("token_endpoint", issuer() + "/token")
                .add("userinfo_endpoint", issuer() + "/me")
                .add("jwks_uri", issuer() + "/jwks")
                .add("response_types_supported", Json.createArrayBuilder().add("code"))
                .add(
                        "code_challenge_methods_supported",
                        Json.createArrayBuilder().add("S256"))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        byte[] keys = forge.keys().toString().getBytes(StandardCharsets.UTF_8);
        server.createContext("/oidc/.well-known/openid-configuration", exchange -> answer(exchange, metadata));
        server.createContext("/oidc/jwks", exchange -> answer(exchange, keys));
        server.createContext("/oidc/me", this::userinfo);
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Starts at a free port.
     *
     * @param resource for which its JWTs are
     */
    static BenchProvider start(String resource) throws IOException {
        // else each answer waits for an acknowledgement of the one before
        System.setProperty("sun.net.httpserver.nodelay", "true");
        return new BenchProvider(resource);
    }

    String issuer() {
        return "http://localhost:" + server.getAddress().getPort() + "/oidc";
    }

    /** What the users of the tokens are called. */
    static String subject(int user) {
        return "user-" + user;
    }

    String jwt(int user) {
        return forge.token(claims -> claims.add("sub", subject(user)));
    }

    TokenForge forge() {
        return forge;
    }

    /** From now on userinfo takes that long. */
    void userinfoTakes(Duration time) {
        delay = time;
    }

    /** From now on userinfo answers about that many bytes. */
    void userinfoAnswers(int bytes) {
        claimsBytes = bytes;
    }

    long userinfoCalls() {
        return userinfoCalls.sum();
    }

    private void userinfo(HttpExchange exchange) throws IOException {
        userinfoCalls.increment();
        String token = exchange.getRequestHeaders().getFirst("Authorization").substring("Bearer u".length());
        int user = Integer.parseInt(token.substring(0, token.indexOf('-')));
        if (!delay.isZero()) {
            try {
                TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        answer(exchange, claims(user));
    }

    private byte[] claims(int user) {
        String claims = Json.createObjectBuilder()
                .add("sub", subject(user))
                .add("username", "u" + user)
                .add("name", "User " + user)
                .add("email", user + "@example.com")
                .add("picture", "")
                .build()
                .toString();
        String filled = "x".repeat(Math.max(0, claimsBytes - claims.length()));
        return claims.replace("\"picture\":\"\"", "\"picture\":\"" + filled + "\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, byte[] json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
