package mcpauth.it;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.URI;
import java.time.Duration;

/** The MCP Java SDK's own client, as a user's program would build it. */
final class McpClients {
    private McpClients() {}

    /** Connected over HTTP+SSE and initialized. */
    static McpSyncClient connect(String token) {
        return connect(Server.BASE.resolve("/sse"), token);
    }

    /** The same at that URL. */
    static McpSyncClient connect(URI endpoint, String token) {
        return connect(transport(endpoint, token));
    }

    /** Connected over Streamable HTTP and initialized. */
    static McpSyncClient connectStreamable(String token) {
        return connectStreamable(Server.BASE.resolve("/mcp"), token);
    }

    /** The same at that URL. */
    @SuppressWarnings("deprecation") // the SDK has marked the way it has for both transports alike
    static McpSyncClient connectStreamable(URI endpoint, String token) {
        return connect(
                HttpClientStreamableHttpTransport.builder(endpoint.resolve("/").toString())
                        .endpoint(endpoint.getPath())
                        .httpRequestCustomizer((request, method, uri, body, context) ->
                                request.header("Authorization", "Bearer " + token))
                        .build());
    }

    private static McpSyncClient connect(McpClientTransport transport) {
        McpSyncClient client = McpClient.sync(transport)
                .requestTimeout(Duration.ofSeconds(20))
                .initializationTimeout(Duration.ofSeconds(20))
                .build();
        client.initialize();
        return client;
    }

    @SuppressWarnings(
            "deprecation") // HTTP+SSE is what is tested; the SDK has marked its client as it has the transport
    private static McpClientTransport transport(URI endpoint, String token) {
        return HttpClientSseClientTransport.builder(endpoint.resolve("/").toString())
                .sseEndpoint(endpoint.getPath())
                .httpRequestCustomizer(
                        (request, method, uri, body, context) -> request.header("Authorization", "Bearer " + token))
                .build();
    }
}
