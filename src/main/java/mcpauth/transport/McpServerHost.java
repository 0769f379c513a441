package mcpauth.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.jackson3.DefaultJsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.Incident;
import mcpauth.tool.Tool;
import mcpauth.tool.ToolException;
import mcpauth.tool.ToolMethod;
import mcpauth.tool.ToolRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The SDK's server with our tools, from the deployment of the application to its end. */
@ApplicationScoped
public class McpServerHost {
    private final McpAuthConfig.Server config;
    private final ToolRegistry tools;
    private final McpJsonMapper jsonMapper = new JacksonMcpJsonMapper(JsonMapper.shared());
    private final SseSessions sseSessions = new SseSessions(jsonMapper);

    @Resource
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    private ManagedScheduledExecutorService scheduler;

    private @Nullable McpSyncServer server;
    private @Nullable Future<?> keepAlive;

    @Inject
    McpServerHost(McpAuthConfig config, ToolRegistry tools) {
        this.config = config.server();
        this.tools = tools;
    }

    /** Used by the CDI client proxy only. */
    @SuppressWarnings("NullAway")
    protected McpServerHost() {
        this.config = null;
        this.tools = null;
    }

    /** Called by the CDI container when the application has been deployed. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        server = McpServer.sync(sseSessions)
                .serverInfo("mcp-auth-jakarta", BuildInfo.version())
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .jsonMapper(jsonMapper)
                .jsonSchemaValidator(new DefaultJsonSchemaValidator())
                // on the request's own thread: there the SecurityContext knows the caller
                .immediateExecution(true)
                .tools(tools.tools().stream().map(this::specification).toList())
                .build();
        long period = config.keepAlive().toMillis();
        keepAlive = scheduler.scheduleWithFixedDelay(sseSessions::keepAlive, period, period, TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        if (keepAlive != null) {
            keepAlive.cancel(false);
        }
        if (server != null) {
            server.closeGracefully();
        }
        Schedulers.shutdownNow();
    }

    /** The open HTTP+SSE sessions. */
    SseSessions sseSessions() {
        return sseSessions;
    }

    /** Reads and writes the messages. */
    McpJsonMapper jsonMapper() {
        return jsonMapper;
    }

    private SyncToolSpecification specification(ToolMethod tool) {
        return SyncToolSpecification.builder()
                .tool(io.modelcontextprotocol.spec.McpSchema.Tool.builder(
                                tool.name(), JsonPlain.object(tool.inputSchema()))
                        .title(tool.title())
                        .description(tool.description())
                        .annotations(annotations(tool.annotations()))
                        .build())
                .callHandler((exchange, request) -> call(tool, request.arguments()))
                .build();
    }

    private static ToolAnnotations annotations(Tool.Annotations hints) {
        return ToolAnnotations.builder()
                .readOnlyHint(hints.readOnlyHint())
                .destructiveHint(hints.destructiveHint())
                .idempotentHint(hints.idempotentHint())
                .openWorldHint(hints.openWorldHint())
                .build();
    }

    private static CallToolResult call(ToolMethod tool, @Nullable Map<String, Object> arguments) {
        try {
            ToolMethod.Answer answer = tool.call(arguments == null ? Map.of() : arguments);
            CallToolResult.Builder result = CallToolResult.builder().addTextContent(answer.text());
            if (answer.structuredContent() != null) {
                result.structuredContent(JsonPlain.object(answer.structuredContent()));
            }
            return result.isError(false).build();
        } catch (ToolException e) {
            return error(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(Incident.log("the tool " + tool.name(), e).sentence());
        } catch (Exception e) {
            // whatever an author's tool throws: the model learns no more than that it happened
            return error(Incident.log("the tool " + tool.name(), e).sentence());
        }
    }

    private static CallToolResult error(String text) {
        return CallToolResult.builder().addTextContent(text).isError(true).build();
    }
}
