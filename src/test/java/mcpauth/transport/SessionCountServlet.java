package mcpauth.transport;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells what cannot be seen from outside: which process the server is, how many sessions are counted, and of how many
 * users. Deployed into the WAR by the tests that need it.
 */
@WebServlet(SessionCountServlet.PATH)
public class SessionCountServlet extends HttpServlet {
    /** Asked with a token, as everything is. */
    public static final String PATH = "/session-count";

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("UnusedVariable") // it need only be there
    private static final ApplicationWitness WITNESS = new ApplicationWitness();

    private final transient McpServerHost host;

    /** One of them is alive for each class loader of the application that is: to be counted in the server's heap. */
    public static final class ApplicationWitness {}

    /** Called by the container only. */
    @Inject
    public SessionCountServlet(McpServerHost host) {
        this.host = host;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter()
                .print(ProcessHandle.current().pid() + " " + host.quota().size() + " "
                        + host.quota().users());
    }
}
