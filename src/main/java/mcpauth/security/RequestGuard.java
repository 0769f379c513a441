package mcpauth.security;

import static java.util.stream.Collectors.joining;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.JsonError;

/**
 * What is asked of every request to a protected path before its token is looked at: headers of a bounded size, a host name
 * and an origin of ours. Also the CORS protocol, without which a browser's MCP client could neither ask nor read what it
 * is answered.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
final class RequestGuard {
    /** Clients come back to the same server again and again: an hour saves a preflight for each request. */
    private static final String MAX_AGE = "3600";

    private static final String HOST = "Host";

    /** Headers of one value (RFC 9110 section 5.3). {@link BearerCredentials} has a look at Authorization. */
    private static final List<String> SINGLE = List.of(
            HOST,
            "Origin",
            "Content-Type",
            "Content-Length",
            "Mcp-Session-Id",
            "MCP-Protocol-Version",
            "Mcp-Method",
            "Mcp-Name",
            "Last-Event-ID",
            "Access-Control-Request-Method");

    private static final String ALLOWED_HEADERS =
            "Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, Mcp-Method,"
                    + " Mcp-Name, traceparent, tracestate, baggage";

    /** A token of RFC 9110 section 5.6.2, of which the answer shall not become too long. */
    private static final Pattern PARAMETER_HEADER = Pattern.compile("mcp-param-[!#$%&'*+.^_`|~0-9a-z-]{1,128}");

    private static final int MAX_PARAMETER_HEADERS = 32;

    private final OriginPolicy policy;
    private final int maxHeaderBytes;

    RequestGuard(McpAuthConfig.Server config) {
        this.policy = new OriginPolicy(config);
        this.maxHeaderBytes = config.limits().maxHeaderBytes();
    }

    /**
     * A refusal.
     *
     * @param status the HTTP status
     * @param error the body
     */
    record Refusal(int status, JsonError error) {}

    /** Why the request is refused; empty if it may go on. */
    Optional<Refusal> check(HttpServletRequest request) {
        if (headerBytes(request) > maxHeaderBytes) {
            return Optional.of(new Refusal(
                    431,
                    new JsonError(
                            "invalid_request",
                            "The headers have more than " + maxHeaderBytes + " bytes (mcp.server.max-header-bytes)")));
        }
        for (String name : SINGLE) {
            if (contradicts(request, name)) {
                return Optional.of(new Refusal(
                        HttpServletResponse.SC_BAD_REQUEST,
                        new JsonError("invalid_request", "Send one " + name + " header")));
            }
        }
        if (!policy.allowsHost(host(request))) {
            return forbidden(
                    "The Host header is not a name of this server: set mcp.auth.resource, or"
                            + " mcp.server.public-url, to the URL that clients use, or add the name to mcp.server.allowed-hosts");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !policy.allowsOrigin(origin)) {
            return forbidden(
                    "Web pages of this origin may not use this server: add the origin to mcp.server.allowed-origins");
        }
        return Optional.empty();
    }

    /**
     * Whether it comes several times, with values of which one reader may take the first and another the last. Equal ones
     * say the same to all; yet a second Host is never right (RFC 9112 section 3.2).
     */
    private static boolean contradicts(HttpServletRequest request, String name) {
        List<String> values = Collections.list(request.getHeaders(name));
        return values.size() > 1
                && (name.equals(HOST) || values.stream().distinct().count() > 1);
    }

    /** Over HTTP/2 there is :authority in the place of Host, which some containers tell as the server's name only. */
    private static String host(HttpServletRequest request) {
        String host = request.getHeader(HOST);
        return host == null ? request.getServerName() : host;
    }

    private static Optional<Refusal> forbidden(String description) {
        return Optional.of(new Refusal(HttpServletResponse.SC_FORBIDDEN, new JsonError("forbidden", description)));
    }

    /** Lets the page that sent the request read the answer, whatever it is. To be called for a request that may go on. */
    void share(HttpServletRequest request, HttpServletResponse response) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return;
        }
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.addHeader("Vary", "Origin");
        response.setHeader(
                "Access-Control-Expose-Headers", "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After");
        if (isPreflight(request)) {
            response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE");
            response.addHeader("Vary", "Access-Control-Request-Headers");
            response.setHeader("Access-Control-Allow-Headers", allowedHeaders(request));
            response.setHeader("Access-Control-Max-Age", MAX_AGE);
            response.setHeader("Cache-Control", "no-store");
        }
    }

    /** What every client may send, and what is named after a tool's parameter, as far as this client asks for it. */
    private static String allowedHeaders(HttpServletRequest request) {
        Stream<String> asked = Collections.list(request.getHeaders("Access-Control-Request-Headers")).stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> PARAMETER_HEADER.matcher(name).matches())
                .distinct()
                .limit(MAX_PARAMETER_HEADERS);
        return Stream.concat(Stream.of(ALLOWED_HEADERS), asked).collect(joining(", "));
    }

    /** Whether a browser asks what it may ask: a preflight never has credentials. */
    static boolean isPreflight(HttpServletRequest request) {
        return request.getMethod().equals("OPTIONS")
                && request.getHeader("Origin") != null
                && request.getHeader("Access-Control-Request-Method") != null;
    }

    private static int headerBytes(HttpServletRequest request) {
        int bytes = 0;
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                bytes += name.length() + values.nextElement().length();
            }
        }
        return bytes;
    }
}
