package mcpauth.transport;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A response, as far as the transports use one. */
final class TestServletResponse {
    final Map<String, String> headers = new TreeMap<>();
    final AtomicInteger flushes = new AtomicInteger();
    volatile int status = HttpServletResponse.SC_OK;
    private final ServletOutputStream body;

    TestServletResponse(OutputStream body) {
        this.body = new TestServletOutput(body);
    }

    HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                TestServletResponse.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, method, values) -> switch (method.getName()) {
                    case "getOutputStream" -> body;
                    case "setStatus" -> {
                        status = (Integer) values[0];
                        yield null;
                    }
                    case "setHeader" -> headers.put((String) values[0], (String) values[1]);
                    case "setContentType" -> headers.put("Content-Type", (String) values[0]);
                    case "setContentLength" -> headers.put("Content-Length", values[0].toString());
                    case "isCommitted" -> flushes.get() > 0;
                    case "flushBuffer" -> {
                        flushes.incrementAndGet();
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
