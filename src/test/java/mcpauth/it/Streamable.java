package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** Requests of a Streamable HTTP client, as they stand on the wire. */
final class Streamable {
    static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    private Streamable() {}

    static String initialize(String protocolVersion) {
        return """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s","capabilities":{},\
            "clientInfo":{"name":"test","version":"1"}}}""".formatted(protocolVersion);
    }

    static String call(Object id, String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":{}}}"
                .formatted(id, tool);
    }

    static String call(Object id, String tool, String argument, int value) {
        return call(id, tool).replace("\"arguments\":{}", "\"arguments\":{\"" + argument + "\":" + value + "}");
    }

    static String whoami(int id) {
        return call(id, "whoami");
    }

    static HttpRequest.Builder post(String token, String json) {
        return Server.request("/mcp", token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(json));
    }

    static HttpResponse<String> post(String token, String session, String json) {
        return Server.send(post(token, json).header("Mcp-Session-Id", session));
    }

    static HttpRequest.Builder get(String token, String session) {
        return Server.request("/mcp", token)
                .header("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session);
    }

    static HttpRequest.Builder delete(String token, String session) {
        return Server.request("/mcp", token).header("Mcp-Session-Id", session).DELETE();
    }

    /** The id of a new session that is ready for calls. */
    static String open(String token) {
        return open(token, "2025-11-25");
    }

    static String open(String token, String protocolVersion) {
        HttpResponse<String> opened = Server.send(post(token, initialize(protocolVersion)));
        assertThat(opened.statusCode()).isEqualTo(200);
        String session = Server.header(opened, "Mcp-Session-Id");
        assertThat(post(token, session, INITIALIZED).statusCode()).isEqualTo(202);
        return session;
    }
}
