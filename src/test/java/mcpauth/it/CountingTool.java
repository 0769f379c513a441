package mcpauth.it;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import mcpauth.transport.McpFeatures;

/** A tool in the SDK's own form, which says something while it runs: deployed into the WAR by the test that needs it. */
@ApplicationScoped
public class CountingTool implements McpFeatures {

    @Override
    public void addTo(McpServer.SyncSpecification<?> server) {
        server.tools(SyncToolSpecification.builder()
                .tool(Tool.builder("count", Map.of("type", "object"))
                        .description("Counts to twenty.")
                        .build())
                .callHandler((exchange, request) -> {
                    for (int number = 1; number <= 20; number++) {
                        exchange.loggingNotification(
                                LoggingMessageNotification.builder(LoggingLevel.INFO, Integer.toString(number))
                                        .build());
                    }
                    return CallToolResult.builder().addTextContent("done").build();
                })
                .build());
    }
}
