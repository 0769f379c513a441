package mcpauth.transport;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import mcpauth.http.Incident;
import mcpauth.http.JsonError;

/**
 * The error page of the application, named in {@code web.xml}: what a server would answer in HTML, with stack traces and
 * in its own words, is answered in JSON, in ours.
 */
@WebServlet(name = "error", urlPatterns = "/error")
public class ErrorServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        int code = status instanceof Integer number ? number : HttpServletResponse.SC_NOT_FOUND;
        Optional<JsonError> refusal = JsonError.refusalOf(request);
        if (refusal.isPresent()) {
            refusal.get().send(response, code);
        } else if (code == HttpServletResponse.SC_NOT_FOUND) {
            new JsonError(
                            "not_found",
                            "There is nothing here. The MCP endpoints are " + StreamableServlet.PATH + " and "
                                    + SseServlet.PATH + ".")
                    .send(response, code);
        } else if (code < HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
            new JsonError("invalid_request", "The server refused the request with status " + code + ".")
                    .send(response, code);
        } else {
            Object failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
            Incident incident = Incident.log(
                    "a request",
                    failure instanceof Throwable throwable ? throwable : new IllegalStateException("status " + code));
            new JsonError("server_error", incident.sentence()).send(response, code);
        }
    }
}
