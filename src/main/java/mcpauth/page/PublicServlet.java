package mcpauth.page;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.JsonError;
import org.jspecify.annotations.Nullable;

/**
 * What {@code web.xml} opens to requests without a token, beside the metadata: each path by itself, for GET and HEAD, with
 * the headers that keep a browser from running, loading or framing anything else. Where the page is off, a path answers as
 * every other one: 401 without a token, 404 with one.
 */
abstract class PublicServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private final transient McpAuthConfig config;

    PublicServlet(McpAuthConfig config) {
        this.config = config;
    }

    final McpAuthConfig config() {
        return config;
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (!config.page().enabled()) {
            if (request.authenticate(response)) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
            }
            return;
        }
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Content-Security-Policy", contentSecurityPolicy());
        if (METHODS.contains(request.getMethod())) {
            answer(request, response);
            return;
        }
        response.setHeader("Allow", "GET, HEAD");
        new JsonError("invalid_request", "This is for people to read. The MCP endpoints are /mcp and /sse.")
                .send(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }

    /** Nothing may be loaded by what is no page. */
    String contentSecurityPolicy() {
        return ContentSecurityPolicy.NOTHING;
    }

    /** Answers a GET or a HEAD. */
    abstract void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;

    static void send(HttpServletRequest request, HttpServletResponse response, String mediaType, byte[] bytes)
            throws IOException {
        response.setContentType(mediaType);
        response.setContentLength(bytes.length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(bytes);
        }
    }

    /**
     * The URL of the application: the public one, else that of this machine at the port where the request came in. Never
     * made of what the request says: this server asks it.
     */
    final URI base(HttpServletRequest request) {
        @Nullable URI publicUrl = config.server().publicUrl();
        return publicUrl != null
                ? publicUrl
                : URI.create((request.isSecure() ? "https" : "http") + "://localhost:" + request.getLocalPort()
                        + request.getContextPath());
    }
}
