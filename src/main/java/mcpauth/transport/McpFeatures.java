package mcpauth.transport;

import io.modelcontextprotocol.server.McpServer;

/**
 * Adds to the server what {@code @Tool} cannot say: prompts, resources, completions, or tools in the MCP SDK's own form.
 * Written by users as a CDI bean; every such bean is called when the application is deployed, once for each transport.
 */
public interface McpFeatures {

    /**
     * Adds to a server with sessions. What is set here (the capabilities, for example) is set last.
     *
     * @param server to be added to, not to be built
     */
    void addTo(McpServer.SyncSpecification<?> server);

    /**
     * Adds to the server without sessions, which is built in place of the others if {@code mcp.server.stateless} is set.
     * Adds nothing unless it is implemented.
     *
     * @param server to be added to, not to be built
     */
    default void addTo(McpServer.StatelessSyncSpecification server) {}
}
