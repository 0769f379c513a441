package mcpauth.it;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.time.Duration;

/** The MCP Java SDK's own client, as a user's program would build it. */
final class McpClients {
    private McpClients() {}

    /** Connected and initialized. */
    static McpSyncClient connect(String token) {
        McpSyncClient client = McpClient.sync(transport(token))
                .requestTimeout(Duration.ofSeconds(20))
                .initializationTimeout(Duration.ofSeconds(20))
                .build();
        client.initialize();
        return client;
    }

    @SuppressWarnings(
            "deprecation") // HTTP+SSE is what is tested; the SDK has marked its client as it has the transport
    private static McpClientTransport transport(String token) {
        return HttpClientSseClientTransport.builder(Server.BASE.toString())
                .httpRequestCustomizer(
                        (request, method, uri, body, context) -> request.header("Authorization", "Bearer " + token))
                .build();
    }
}
