package mcpauth.transport;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpStatelessServerHandler;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Streamable HTTP without sessions: every request is answered for itself. Safe for use by many threads. */
final class StatelessTransport implements McpStatelessServerTransport {
    private volatile @Nullable McpStatelessServerHandler handler;

    /** Handles the request on this thread. */
    JSONRPCResponse handle(JSONRPCRequest request, McpTransportContext context) {
        McpStatelessServerHandler current = handler;
        JSONRPCResponse response =
                current == null ? null : current.handleRequest(context, request).block();
        if (response == null) {
            throw new IllegalStateException("the SDK answers nothing to " + request.method());
        }
        return response;
    }

    /** Called by the SDK's server when it is built. */
    @Override
    public void setMcpHandler(McpStatelessServerHandler mcpHandler) {
        this.handler = mcpHandler;
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    @Override
    public List<String> protocolVersions() {
        return StreamableSessions.PROTOCOL_VERSIONS;
    }
}
