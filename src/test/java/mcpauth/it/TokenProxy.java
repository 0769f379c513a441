package mcpauth.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Puts a token into each request on its way to the server, for clients that cannot sign in. Nothing else is changed, but
 * that a connection serves one request.
 */
final class TokenProxy implements AutoCloseable {
    private final ServerSocket socket;
    private final Supplier<String> token;

    private TokenProxy(ServerSocket socket, Supplier<String> token) {
        this.socket = socket;
        this.token = token;
    }

    static TokenProxy start(Supplier<String> token) throws IOException {
        TokenProxy proxy = new TokenProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), token);
        inBackground(proxy::serve);
        return proxy;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                inBackground(() -> forward(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void forward(Socket client) {
        try (client;
                Socket server = new Socket("localhost", Server.BASE.getPort())) {
            InputStream fromClient = client.getInputStream();
            String head = head(fromClient);
            if (head.isEmpty()) {
                return;
            }
            String changed = head.replaceAll("(?i)\r\nconnection:[^\r]*", "")
                    + "\r\nConnection: close\r\nAuthorization: Bearer " + token.get() + "\r\n\r\n";
            OutputStream toServer = server.getOutputStream();
            toServer.write(changed.getBytes(StandardCharsets.ISO_8859_1));
            toServer.flush();
            inBackground(() -> copy(fromClient, toServer));
            copy(server.getInputStream(), client.getOutputStream());
        } catch (IOException e) {
            // one of the two has gone: so does the other
        }
    }

    /** Up to the empty line, without it. */
    private static String head(InputStream stream) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int read = stream.read(); read >= 0; read = stream.read()) {
            head.append((char) read);
            if (head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.substring(0, head.length() - 4);
            }
        }
        return "";
    }

    private static void copy(InputStream from, OutputStream to) {
        byte[] bytes = new byte[8192];
        try {
            for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                to.write(bytes, 0, read);
                to.flush();
            }
        } catch (IOException e) {
            // one of the two has gone: so does the other
        }
    }

    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work, "token proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
