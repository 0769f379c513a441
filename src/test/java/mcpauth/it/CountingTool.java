package mcpauth.it;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import mcpauth.transport.McpFeatures;

/** Tools in the SDK's own form, which talk to the client while they run: deployed into the WAR by tests that need them. */
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
        server.tools(SyncToolSpecification.builder()
                .tool(Tool.builder("ask", Map.of("type", "object"))
                        .description("Asks the user for a word.")
                        .build())
                .callHandler((exchange, request) -> {
                    Map<String, Object> schema =
                            Map.of("type", "object", "properties", Map.of("word", Map.of("type", "string")));
                    Map<String, Object> answer = exchange.createElicitation(
                                    ElicitFormRequest.builder("Which word?", schema)
                                            .build())
                            .content();
                    return CallToolResult.builder()
                            .addTextContent("The word is " + answer.get("word"))
                            .build();
                })
                .build());
    }
}
