package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that a client sends twice, as they stand on the wire: two readers must not read two requests. */
@ExtendWith(ArquillianExtension.class)
final class RepeatedHeadersIT {
    private static final String HOST = "Host: localhost";
    private static DevelopmentIssuer issuer;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer()));
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    /** The whole answer to a POST of ping. */
    private static String post(String path, String... headers) throws IOException {
        String request = "POST " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                + "\r\nAuthorization: Bearer " + issuer.token(User.ALICE)
                + "\r\nAccept: application/json, text/event-stream"
                + "\r\nConnection: close\r\nContent-Length: " + Streamable.PING.length() + "\r\n\r\n" + Streamable.PING;
        try (Socket socket = new Socket(Server.BASE.getHost(), Server.BASE.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertRefused(String answer, String description) {
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"error\":\"invalid_request\",\"error_description\":\"" + description + "\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, http://localhost:1, http://localhost:2",
        "Content-Type, application/json, text/plain",
        "Content-Type, text/plain, application/json",
        "MCP-Protocol-Version, 2025-11-25, 2025-06-18",
        "Mcp-Method, ping, tools/call",
    })
    void contradictionIsABadRequest(String name, String first, String second) throws IOException {
        assertRefused(
                post(
                        "/mcp",
                        HOST,
                        name.equals("Content-Type") ? "X-None: 1" : "Content-Type: application/json",
                        "Mcp-Session-Id: " + Streamable.open(issuer.token(User.ALICE)),
                        name + ": " + first,
                        name + ": " + second),
                "Send one " + name + " header");
    }

    @Test
    void twoSessionIdsAreABadRequestWhicheverComesFirst() throws IOException {
        String mine = Streamable.open(issuer.token(User.ALICE));
        assertRefused(
                post(
                        "/mcp",
                        HOST,
                        "Content-Type: application/json",
                        "Mcp-Session-Id: " + mine,
                        "mcp-session-id: other"),
                "Send one Mcp-Session-Id header");
        assertRefused(
                post(
                        "/mcp",
                        HOST,
                        "Content-Type: application/json",
                        "Mcp-Session-Id: other",
                        "Mcp-Session-Id: " + mine),
                "Send one Mcp-Session-Id header");
    }

    @Test
    void equalSessionIdsAreOne() throws IOException {
        String session = "Mcp-Session-Id: " + Streamable.open(issuer.token(User.ALICE));
        assertThat(post("/mcp", HOST, "Content-Type: application/json", session, session))
                .startsWith("HTTP/1.1 200 ")
                .contains("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    }

    @Test
    void twoAuthorizationHeadersAreABadRequest() throws IOException {
        assertRefused(
                post("/mcp", HOST, "Content-Type: application/json", "Authorization: Bearer other"),
                "Send one Authorization header");
    }

    /** RFC 9112 section 3.2: also if they are equal. */
    @ParameterizedTest
    @ValueSource(strings = {HOST, "Host: 127.0.0.1", "Host: evil.example"})
    void twoHostsAreABadRequest(String second) throws IOException {
        assertThat(post("/mcp", HOST, second, "Content-Type: application/json")).startsWith("HTTP/1.1 400 ");
    }

    /** Where such a body ends, two readers could see differently. */
    @Test
    void twoLengthsAreABadRequest() throws IOException {
        assertThat(post("/mcp", HOST, "Content-Type: application/json", "Content-Length: 3"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void twoSessionsInTheQueryAreABadRequest() throws IOException {
        try (EventStream stream = EventStream.open(issuer.token(User.ALICE))) {
            String path = stream.messagesPath();
            assertRefused(
                    post(path + "&sessionId=other", HOST, "Content-Type: application/json"),
                    "Send one sessionId parameter");
            assertRefused(
                    post(path.replace("?", "?sessionId=other&"), HOST, "Content-Type: application/json"),
                    "Send one sessionId parameter");
            assertThat(post(path, HOST, "Content-Type: application/json")).startsWith("HTTP/1.1 202 ");
        }
    }

    @Test
    void typeWithoutWeightIsNotAcceptable() {
        String token = issuer.token(User.ALICE);
        assertThat(Server.send(Streamable.post(token, Streamable.initialize("2025-11-25"))
                                .setHeader("Accept", "*/*, text/event-stream;q=0"))
                        .statusCode())
                .isEqualTo(406);
        assertThat(Server.send(Streamable.post(token, Streamable.initialize("2025-11-25"))
                                .setHeader("Accept", "*/*;q=0.1"))
                        .statusCode())
                .isEqualTo(200);
    }
}
