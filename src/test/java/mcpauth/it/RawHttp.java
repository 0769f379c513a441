package mcpauth.it;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests of which the test has the connection in its hands. */
final class RawHttp {
    private RawHttp() {}

    static Socket connect() throws IOException {
        Socket socket = new Socket(Server.BASE.getHost(), Server.BASE.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** A connection on which the POST has been sent. */
    static Socket post(String path, String token, String headers, String json) throws IOException {
        Socket socket = connect();
        send(socket, path, token, headers, json);
        return socket;
    }

    /** @param headers each with its end of line */
    static void send(Socket socket, String path, String token, String headers, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + Server.BASE.getAuthority() + "\r\nAuthorization: Bearer "
                + token + "\r\n" + headers + "Accept: application/json, text/event-stream\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write((head + json).getBytes(StandardCharsets.UTF_8));
    }
}
