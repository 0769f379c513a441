package mcpauth.transport;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.JsonError;
import mcpauth.transport.SessionQuota.Admission;

/** Answers to a client that may not open a session. */
final class SessionRefusals {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(60);
    private static final Duration RETRY_AFTER_STOP = Duration.ofSeconds(5);

    private SessionRefusals() {}

    /** Whether the session may be opened; answered 429 or 503 if not. */
    static boolean isAdmitted(Admission admission, McpAuthConfig.Limits limits, HttpServletResponse response)
            throws IOException {
        if (admission == Admission.ADMITTED) {
            return true;
        }
        response.setHeader("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
        if (admission == Admission.TOO_MANY_OF_USER) {
            new JsonError(
                            "too_many_sessions",
                            "You have " + limits.maxSessionsPerUser()
                                    + " sessions in use (mcp.server.max-sessions-per-user). Close one.")
                    .send(response, 429);
        } else {
            new JsonError(
                            "temporarily_unavailable",
                            "The server has all the sessions it may have (mcp.server.max-sessions). Try again later.")
                    .send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
        return false;
    }

    /** The application is being stopped. */
    static void stopping(HttpServletResponse response) throws IOException {
        response.setHeader("Retry-After", Long.toString(RETRY_AFTER_STOP.toSeconds()));
        new JsonError("temporarily_unavailable", "The server is being stopped. Try again.")
                .send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
}
