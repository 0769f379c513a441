package mcpauth.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import mcpauth.config.McpAuthConfig.Access;
import mcpauth.config.McpAuthConfig.Limits;
import mcpauth.config.McpAuthConfig.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestGuardTest {
    private static final String ALWAYS =
            "Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID, Mcp-Method,"
                    + " Mcp-Name, traceparent, tracestate, baggage";

    private final RequestGuard guard = new RequestGuard(new Server(
            null,
            false,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            new Access(List.of("chrome-extension://abcdefghijklmnop"), List.of()),
            new Limits(16_384, 1, 1, 1, 1, 1, 1, Duration.ofSeconds(1))));

    private final Map<String, List<String>> answered = new TreeMap<>();

    /** Names and values in turn; Host is there. */
    private static HttpServletRequest request(String method, String... namesAndValues) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Host", new ArrayList<>(List.of("localhost:8080")));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.computeIfAbsent(namesAndValues[i], name -> new ArrayList<>())
                    .add(namesAndValues[i + 1]);
        }
        return proxy(HttpServletRequest.class, (name, values) -> switch (name) {
            case "getMethod" -> method;
            case "getHeaderNames" -> Collections.enumeration(headers.keySet());
            case "getHeaders" -> Collections.enumeration(headers.getOrDefault(values[0], List.of()));
            case "getHeader" ->
                headers.getOrDefault(values[0], List.of()).stream().findFirst().orElse(null);
            default -> throw new UnsupportedOperationException(name);
        });
    }

    private HttpServletResponse response() {
        return proxy(HttpServletResponse.class, (name, values) -> {
            List<String> header = answered.computeIfAbsent((String) values[0], key -> new ArrayList<>());
            if (name.equals("setHeader")) {
                header.clear();
            }
            header.add((String) values[1]);
            return null;
        });
    }

    private interface Answer {
        @Nullable Object to(String method, Object[] values);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, values) -> answer.to(method.getName(), values)));
    }

    private String allowedHeaders(String... asked) {
        List<String> headers = new ArrayList<>(
                List.of("Origin", "chrome-extension://abcdefghijklmnop", "Access-Control-Request-Method", "POST"));
        for (String value : asked) {
            headers.addAll(List.of("Access-Control-Request-Headers", value));
        }
        HttpServletRequest preflight = request("OPTIONS", headers.toArray(String[]::new));
        assertThat(guard.check(preflight)).isEmpty();
        guard.share(preflight, response());
        return String.join(" AND ", answered.get("Access-Control-Allow-Headers"));
    }

    @Test
    void pageMaySendWhatClientsOfEachRevisionSend() {
        assertThat(allowedHeaders("authorization,mcp-method,mcp-name,mcp-protocol-version,traceparent"))
                .isEqualTo(ALWAYS);
        assertThat(answered)
                .containsEntry("Access-Control-Allow-Origin", List.of("chrome-extension://abcdefghijklmnop"))
                .containsEntry("Vary", List.of("Origin", "Access-Control-Request-Headers"));
    }

    @Test
    void pageMaySendTheHeadersOfAToolsParametersThatItAsksFor() {
        assertThat(allowedHeaders("mcp-param-region, Mcp-Param-Tenant.Id", "mcp-param-region,MCP-PARAM-x"))
                .isEqualTo(ALWAYS + ", mcp-param-region, mcp-param-tenant.id, mcp-param-x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-forwarded-for",
                "x-mcp-param-a",
                "mcp-param-",
                "mcp-param",
                "mcp-param-a b",
                "mcp-param-a(b)",
                "mcp-param-a:b",
                "mcp-param-ä",
                "*",
            })
    void nothingElseIsAllowed(String asked) {
        assertThat(allowedHeaders("mcp-param-good," + asked)).isEqualTo(ALWAYS + ", mcp-param-good");
    }

    @Test
    void howManyHeadersAreAllowedIsBounded() {
        String many = String.join(
                ",", IntStream.range(0, 100).mapToObj(i -> "mcp-param-" + i).toList());
        assertThat(allowedHeaders(many)).startsWith(ALWAYS).endsWith(", mcp-param-31");
        assertThat(allowedHeaders("mcp-param-" + "a".repeat(128))).endsWith("a");
        assertThat(allowedHeaders("mcp-param-" + "a".repeat(129))).isEqualTo(ALWAYS);
    }

    @ParameterizedTest
    @CsvSource({
        "Host,localhost:8080",
        "host,127.0.0.1",
        "Origin,http://localhost:1",
        "Content-Type,text/plain",
        "Content-Length,3",
        "Mcp-Session-Id,other",
        "mcp-session-id,other",
        "MCP-Protocol-Version,2025-06-18",
        "Mcp-Method,tools/list",
        "Mcp-Name,other",
        "Last-Event-ID,2"
    })
    void headersThatContradictEachOtherAreRefused(String name, String second) {
        HttpServletRequest request = request(
                "POST",
                "Origin",
                "http://localhost:6274",
                "Content-Type",
                "application/json",
                "Content-Length",
                "2",
                "Mcp-Session-Id",
                "one",
                "MCP-Protocol-Version",
                "2025-11-25",
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                "whoami",
                "Last-Event-ID",
                "1",
                name,
                second);
        assertThat(guard.check(request)).hasValueSatisfying(refusal -> {
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.error().error()).isEqualTo("invalid_request");
            assertThat(refusal.error().description()).isEqualToIgnoringCase("Send one " + name + " header");
        });
    }

    @Test
    void twoEqualValuesSayTheSameToEveryReader() {
        assertThat(guard.check(request(
                        "POST",
                        "Mcp-Session-Id",
                        "one",
                        "Mcp-Session-Id",
                        "one",
                        "Accept",
                        "text/event-stream",
                        "Accept",
                        "application/json")))
                .isEmpty();
    }
}
