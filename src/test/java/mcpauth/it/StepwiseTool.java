package mcpauth.it;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import mcpauth.transport.McpFeatures;

/**
 * {@code steps} says a number, waits for a call of {@code step} in the same session, says the next one, and answers after
 * the third: what a client sees of it before its last {@code step} was sent while the call was running.
 */
@ApplicationScoped
public class StepwiseTool implements McpFeatures {
    private final Map<String, Semaphore> steps = new ConcurrentHashMap<>();

    @Override
    public void addTo(McpServer.SyncSpecification<?> server) {
        server.tools(tool("steps", this::steps), tool("step", exchange -> {
            allowed(exchange).release();
            return "stepped";
        }));
    }

    private interface Body {
        String call(McpSyncServerExchange exchange) throws InterruptedException;
    }

    private static SyncToolSpecification tool(String name, Body body) {
        return SyncToolSpecification.builder()
                .tool(Tool.builder(name, Map.of("type", "object"))
                        .description("Goes on step by step.")
                        .build())
                .callHandler((exchange, request) -> {
                    try {
                        return CallToolResult.builder()
                                .addTextContent(body.call(exchange))
                                .build();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                    }
                })
                .build();
    }

    private Semaphore allowed(McpSyncServerExchange exchange) {
        return steps.computeIfAbsent(exchange.sessionId(), session -> new Semaphore(0));
    }

    private String steps(McpSyncServerExchange exchange) throws InterruptedException {
        for (int number = 1; number <= 3; number++) {
            exchange.loggingNotification(LoggingMessageNotification.builder(LoggingLevel.INFO, Integer.toString(number))
                    .build());
            if (!allowed(exchange).tryAcquire(20, TimeUnit.SECONDS)) {
                return "nobody stepped";
            }
        }
        return "done";
    }
}
