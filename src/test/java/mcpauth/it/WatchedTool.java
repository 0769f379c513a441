package mcpauth.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import mcpauth.tool.Cancellation;
import mcpauth.tool.Tool;

/**
 * Calls that say over a connection of their own what becomes of them, and end when a byte comes over it: deployed into the
 * WAR by the tests that need them.
 */
@ApplicationScoped
public class WatchedTool {
    private final SecurityContext securityContext;
    private final Visits visits;

    /** Counts in one request. */
    @RequestScoped
    public static class Visits {
        private int count;

        int next() {
            return ++count;
        }
    }

    /** Used by the CDI client proxy only. */
    protected WatchedTool() {
        this(null, null);
    }

    @Inject
    WatchedTool(SecurityContext securityContext, Visits visits) {
        this.securityContext = securityContext;
        this.visits = visits;
    }

    /** Waits as most tools do: it is told by an interrupt. */
    @Tool(description = "Waits until it is told to go on, or to end.")
    public String watched(int port, Cancellation cancellation) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            say(socket, "runs as " + securityContext.getCallerPrincipal().getName() + ", visit " + visits.next());
            try {
                while (socket.getInputStream().available() == 0) {
                    Thread.sleep(10);
                }
            } catch (InterruptedException e) {
                say(socket, "interrupted, cancelled: " + cancellation.isCancelled());
                throw e;
            }
            say(socket, "goes on as " + securityContext.getCallerPrincipal().getName() + ", visit " + visits.next());
            return "went on";
        }
    }

    /** Computes, and takes no notice of an interrupt: it asks. */
    @Tool(description = "Computes until it is told to go on, or to end.")
    public String computing(int port, Cancellation cancellation) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            say(socket, "runs");
            while (socket.getInputStream().available() == 0 && !cancellation.isCancelled()) {
                Thread.onSpinWait();
            }
            say(socket, "cancelled: " + cancellation.isCancelled());
            return "computed";
        }
    }

    /** Whether something before has left its thread interrupted. */
    @Tool(description = "Tells whether its thread is interrupted.")
    public String interrupted() {
        return Boolean.toString(Thread.currentThread().isInterrupted());
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
