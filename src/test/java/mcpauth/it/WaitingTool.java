package mcpauth.it;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import mcpauth.tool.Tool;

/** A call that lasts until the test ends it: deployed into the WAR by the tests that need it. */
@ApplicationScoped
public class WaitingTool {
    /** Waits for the end of a connection to a port of this machine; 0 waits for nothing. */
    @Tool(description = "Waits until the connection to the port ends, then answers.")
    public String waiting(int port) throws IOException {
        if (port != 0) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getInputStream().read();
            }
        }
        return "awake";
    }
}
