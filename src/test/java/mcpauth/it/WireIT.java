package mcpauth.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import mcpauth.testing.LogtoDouble;
import mcpauth.testing.LogtoDouble.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Metadata, refusals and {@code whoami} as they go over the wire: status, headers that are ours, body. Every server must
 * answer what is recorded in {@code wire.txt}, byte for byte.
 */
@ExtendWith(ArquillianExtension.class)
final class WireIT {
    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},\
            "clientInfo":{"name":"test","version":"1"}}}""";
    private static final String OURS =
            "(?i)www-authenticate|cache-control|content-type|retry-after|allow|etag|mcp-session-id|vary|x-accel-buffering|location|access-control-.*";

    private static LogtoDouble logto;
    private final StringBuilder transcript = new StringBuilder();

    @Deployment(testable = false)
    static WebArchive war() {
        logto = LogtoDouble.start();
        return Server.war(Map.of(
                "mcp.auth.cache.ttl",
                "PT0S",
                "mcp.auth.issuer",
                logto.issuer(),
                "mcp.server.max-request-bytes",
                "2000",
                "mcp.page.enabled",
                "false"));
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    @Test
    void everyServerAnswersTheSame() throws IOException {
        String token = logto.signIn(User.ALICE);
        metadata();
        refusals(token);
        transport(token);
        whoami(token);
        streamable(token);
        browser(token);
        try (InputStream recorded = WireIT.class.getResourceAsStream("wire.txt")) {
            assertThat(transcript.toString()).isEqualTo(new String(recorded.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void metadata() {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "POST", "DELETE")) {
            record(method, "/.well-known/oauth-authorization-server");
        }
        record("GET", "/.well-known/openid-configuration");
        record("GET", "/.well-known/oauth-authorization-server/sse");
        record("GET", "/.well-known/oauth-protected-resource");
        record("GET", "/.well-known/");
        record("GET", "/.well-known");
    }

    private void refusals(String token) {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "POST", "DELETE", "PUT", "PATCH")) {
            record(method, "/sse");
        }
        record("POST", "/messages?sessionId=1");
        record("GET", "/");
        record("GET", "/error");
        record("GET", "/sse?access_token=" + token, "access_token in the query");
        record(Server.request("/sse").header("Authorization", "Bearer"), "GET /sse, Bearer without a token");
        record(Server.request("/sse").header("Authorization", "Bearer a b"), "GET /sse, malformed token");
        record(Server.request("/sse").header("Authorization", "Basic YTpi"), "GET /sse, Basic");
        record(Server.request("/sse", "garbage"), "GET /sse, unknown token");
        record(Server.request("/sse", logto.signInWithoutOpenid()), "GET /sse, token without openid");
        logto.stop();
        record(Server.request("/sse", token), "GET /sse, provider down");
        record(
                Server.request("/messages", token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}")),
                "POST /messages, provider down");
        logto.restart();
    }

    private void transport(String token) {
        record(Server.request("/nothing", token), "GET /nothing, valid token");
        record(Server.request("/", token), "GET /, valid token");
        record(Server.request("/error", token), "GET /error, valid token");
        record(Server.request("/messages", token), "GET /messages, valid token");
        record(
                Server.request("/sse", token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(INITIALIZE)),
                "POST /sse, valid token");
        post("/messages", token, "{}", "no session id");
        post("/messages?sessionId=1", token, "{}", "unknown session");
        try (EventStream stream = EventStream.open(token)) {
            String path = stream.messagesPath();
            post(path, token, "{", "not JSON");
            post(path, token, "{}", "no JSON-RPC");
            post(path, token, " ".repeat(2001), "too large");
            record(
                    Server.request(path, token)
                            .header("Content-Type", "text/plain")
                            .POST(BodyPublishers.ofString("{}")),
                    "POST /messages?sessionId=<session>, text/plain");
        }
    }

    private void whoami(String token) {
        try (EventStream stream = EventStream.open(token)) {
            transcribe("GET /sse, valid token", stream.response(), "");
            String path = stream.messagesPath();
            event("endpoint " + path.replaceAll("=.*", "=<session>"));
            post(path, token, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", "tools/list too early");
            event(stream.nextMessage());
            post(path, token, INITIALIZE, "initialize");
            event(stream.nextMessage().replaceAll("\"version\":\"[^\"]*\"", "\"version\":\"<version>\""));
            post(path, token, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "initialized");
            post(path, token, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}", "tools/list");
            event(stream.nextMessage());
            post(
                    path,
                    token,
                    "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\"}}",
                    "whoami");
            event(stream.nextMessage());
            post(path, token, "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"no/such\"}", "unknown method");
            event(stream.nextMessage());
        }
    }

    private void streamable(String token) {
        HttpResponse<String> opened = Server.send(Streamable.post(token, INITIALIZE));
        transcribe("POST /mcp, initialize", opened, opened.body());
        String session = Server.header(opened, "Mcp-Session-Id");
        mcp(session, token, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", "tools/list too early");
        mcp(session, token, Streamable.INITIALIZED, "initialized");
        mcp(session, token, INITIALIZE, "initialize again");
        mcp(session, token, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}", "tools/list");
        mcp(session, token, Streamable.whoami(3), "whoami");
        mcp(session, token, "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"no/such\"}", "unknown method");
        mcp(session, token, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/other\"}", "unknown notification");
        mcp(session, token, "{\"jsonrpc\":\"2.0\",\"id\":\"9\",\"result\":{}}", "response that nobody asked for");
        mcp(session, token, "[" + Streamable.whoami(5) + "]", "batch");
        mcp(session, token, "{\"hello\":\"world\"}", "no JSON-RPC");
        mcp(session, token, "{", "not JSON");
        mcp(session, token, " ".repeat(2001), "too large");
        record(
                Streamable.post(token, Streamable.whoami(6)).setHeader("Content-Type", "text/plain"),
                "POST /mcp, text/plain");
        record(
                Streamable.post(token, Streamable.whoami(6)).setHeader("Accept", "application/json"),
                "POST /mcp, accepts JSON only");
        record(
                Streamable.post(token, Streamable.whoami(6)).header("MCP-Protocol-Version", "1999-01-01"),
                "POST /mcp, unsupported protocol version");
        record(Streamable.post(token, Streamable.whoami(6)), "POST /mcp, no session id");
        record(
                Streamable.post(token, INITIALIZE.replaceAll("\"params.*", "\"params\":7}")),
                "POST /mcp, wrong initialize");
        record(Server.request("/mcp", token).header("Accept", "text/html"), "GET /mcp, no event stream accepted");
        record(Streamable.get(token, "unknown"), "GET /mcp, unknown session");
        record(Streamable.delete(token, "unknown"), "DELETE /mcp, unknown session");
        record(Server.request("/mcp", token).PUT(BodyPublishers.noBody()), "PUT /mcp");
        record("POST", "/mcp");
        try (EventStream stream = EventStream.open(Streamable.get(token, session))) {
            transcribe("GET /mcp", stream.response(), "");
            event(stream.next());
        }
        record(Streamable.delete(token, session), "DELETE /mcp");
        record(Streamable.delete(token, session), "DELETE /mcp again");
    }

    private void browser(String token) {
        String page = "http://localhost:6274";
        record(
                Server.request("/mcp")
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", page)
                        .header("Access-Control-Request-Method", "POST")
                        .header(
                                "Access-Control-Request-Headers",
                                "authorization, mcp-method, mcp-name, mcp-protocol-version, traceparent, mcp-param-region"),
                "OPTIONS /mcp, preflight");
        record(Server.request("/mcp").header("Origin", page), "GET /mcp, of a page without a token");
        record(Streamable.get(token, "unknown").header("Origin", page), "GET /mcp, of a page, unknown session");
        record(
                Server.request("/sse", logto.signInWithoutOpenid()).header("Origin", page),
                "GET /sse, of a page, token without openid");
        record(Server.request("/mcp", token).header("Origin", "https://evil.example"), "GET /mcp, of a foreign page");
        record(
                Server.request("/mcp")
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", "https://evil.example")
                        .header("Access-Control-Request-Method", "POST"),
                "OPTIONS /mcp, preflight of a foreign page");
        record(Server.request("/mcp", token).header("X-Large", "x".repeat(17_000)), "GET /mcp, large headers");
    }

    private void mcp(String session, String token, String json, String what) {
        record(Streamable.post(token, json).header("Mcp-Session-Id", session), "POST /mcp, " + what);
    }

    private void post(String path, String token, String json, String what) {
        record(
                Server.request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json)),
                "POST /messages, " + what);
    }

    private void record(String method, String path) {
        record(method, path, path);
    }

    private void record(String method, String path, String what) {
        record(
                HttpRequest.newBuilder(URI.create(Server.BASE + path)).method(method, BodyPublishers.noBody()),
                method + " " + what);
    }

    private void record(HttpRequest.Builder request, String what) {
        HttpResponse<String> response = Server.send(request);
        transcribe(what, response, response.body());
    }

    private void transcribe(String what, HttpResponse<?> response, String body) {
        String headers = new TreeSet<>(response.headers().map().keySet())
                .stream()
                        .filter(name -> name.matches(OURS))
                        .flatMap(name -> response.headers().allValues(name).stream()
                                .map(value -> name.toLowerCase(java.util.Locale.ROOT) + ": " + value + "\n"))
                        .collect(joining());
        transcript
                .append("=== ")
                .append(what)
                .append('\n')
                .append(response.statusCode())
                .append('\n')
                .append(masked(headers))
                .append(masked(body))
                .append(body.isEmpty() ? "" : "\n");
    }

    private void event(String data) {
        transcript.append("--- ").append(masked(data)).append('\n');
    }

    private static String masked(String text) {
        return text.replace(logto.issuer(), "<issuer>")
                .replace(Server.BASE.toString(), "<server>")
                .replaceAll("mcp-session-id: [0-9a-f-]{36}", "mcp-session-id: <session>")
                .replaceAll("\"version\":\"0[^\"]*\"", "\"version\":\"<version>\"")
                .replace(sha256(logto.metadata().build().toString()), "<SHA-256 of the document>");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
