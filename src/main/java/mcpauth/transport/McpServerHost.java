package mcpauth.transport;

import static java.lang.System.Logger.Level.WARNING;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.jackson3.DefaultJsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
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
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.Incident;
import mcpauth.tool.Cancellation;
import mcpauth.tool.Tool;
import mcpauth.tool.ToolException;
import mcpauth.tool.ToolMethod;
import mcpauth.tool.ToolRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The SDK's servers with our tools, one for each transport, from the deployment of the application to its end. */
@ApplicationScoped
public class McpServerHost {
    private static final System.Logger LOGGER = System.getLogger(McpServerHost.class.getName());
    private static final String NAME = "mcp-auth-jakarta";

    /** How often is looked for calls that have become long ones. */
    private static final Duration ATTENTION = Duration.ofMillis(100);

    private final McpAuthConfig config;
    private final ToolRegistry tools;
    private final Instance<McpFeatures> features;
    private final McpJsonMapper jsonMapper = new JacksonMcpJsonMapper(JsonMapper.shared());
    private final MessageEncoder encoder;
    private final MessageReader reader;
    private final Parameters parameters = new Parameters(jsonMapper);
    private final SessionQuota quota;
    private final SseSessions sseSessions;
    private final StreamableSessions streamableSessions;
    private final StatelessTransport statelessTransport = new StatelessTransport();
    private final Set<PostResponse> answering = ConcurrentHashMap.newKeySet();
    private final Set<Acceptance> accepting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Runnable> closing = new ArrayList<>();
    private volatile boolean stopping;

    @Resource
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    private ManagedScheduledExecutorService scheduler;

    @Inject
    McpServerHost(McpAuthConfig config, ToolRegistry tools, @Any Instance<McpFeatures> features) {
        this.config = config;
        this.tools = tools;
        this.features = features;
        McpAuthConfig.Limits limits = config.server().limits();
        this.quota = new SessionQuota(limits);
        this.encoder = new MessageEncoder(jsonMapper, limits.maxEventBytes());
        this.reader = new MessageReader(limits.maxRequestBytes(), limits.maxBatchMessages());
        this.sseSessions = new SseSessions(jsonMapper, encoder, parameters, quota);
        this.streamableSessions = new StreamableSessions(jsonMapper, quota);
    }

    /** Used by the CDI client proxy only. */
    @SuppressWarnings("NullAway")
    protected McpServerHost() {
        this.config = null;
        this.tools = null;
        this.features = null;
        this.encoder = null;
        this.reader = null;
        this.quota = null;
        this.sseSessions = null;
        this.streamableSessions = null;
    }

    /** Called by the CDI container when the application has been deployed. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        SdkLog sdkLog = new SdkLog();
        sdkLog.tame();
        closing.add(sdkLog::release);
        if (config.server().stateless()) {
            startStateless();
        } else {
            start(McpServer.sync(sseSessions));
            start(McpServer.sync(streamableSessions));
            Duration recheckInterval = config.auth().timing().recheckInterval();
            every(recheckInterval, () -> {
                sseSessions.recheck(recheckInterval);
                streamableSessions.recheck(recheckInterval);
            });
        }
        Duration idleTimeout = config.server().limits().sessionIdleTimeout();
        Duration keepAlive = config.server().keepAlive();
        every(keepAlive, () -> {
            sseSessions.keepAlive(scheduler);
            streamableSessions.keepAlive(scheduler);
        });
        every(
                ATTENTION,
                () -> answering.stream()
                        .filter(response -> response.isSilentFor(keepAlive))
                        .forEach(response -> scheduler.execute(() -> response.keepAlive(keepAlive))));
        every(
                ATTENTION,
                () -> accepting.stream()
                        .filter(acceptance -> acceptance.isDue(ATTENTION))
                        .forEach(acceptance -> scheduler.execute(acceptance::sendNow)));
        every(idleTimeout.dividedBy(4), () -> streamableSessions.endIdle(idleTimeout));
    }

    /**
     * Waits in steps of a second at most: WildFly keeps a task that was cancelled until it would have run, and the whole
     * application that was undeployed with it.
     */
    private void every(Duration period, Runnable work) {
        long steps = 1 + period.minusNanos(1).toSeconds();
        long nanos = period.toNanos() / steps;
        AtomicLong stepped = new AtomicLong();
        Future<?> scheduled = scheduler.scheduleWithFixedDelay(
                () -> {
                    if (stepped.incrementAndGet() % steps != 0) {
                        return;
                    }
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        // one that escapes would end the schedule
                        LOGGER.log(WARNING, "MCPAUTH-203 Work in the background failed", e);
                    }
                },
                nanos,
                nanos,
                TimeUnit.NANOSECONDS);
        closing.add(() -> scheduled.cancel(false));
    }

    private void start(McpServer.SyncSpecification<?> specification) {
        specification
                .serverInfo(NAME, BuildInfo.version())
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .jsonMapper(jsonMapper)
                .jsonSchemaValidator(new ArgumentsValidator(new DefaultJsonSchemaValidator()))
                // on the request's own thread: there the SecurityContext knows the caller
                .immediateExecution(true)
                .tools(tools.tools().stream()
                        .map(tool -> SyncToolSpecification.builder()
                                .tool(definition(tool))
                                .callHandler((exchange, request) ->
                                        call(tool, request.arguments(), exchange.transportContext()))
                                .build())
                        .toList());
        features.forEach(feature -> feature.addTo(specification));
        McpSyncServer server = specification.build();
        closing.add(server::closeGracefully);
    }

    private void startStateless() {
        McpServer.StatelessSyncSpecification specification = McpServer.sync(statelessTransport)
                .serverInfo(NAME, BuildInfo.version())
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .jsonMapper(jsonMapper)
                .jsonSchemaValidator(new ArgumentsValidator(new DefaultJsonSchemaValidator()))
                .immediateExecution(true)
                .tools(tools.tools().stream()
                        .map(tool -> new McpStatelessServerFeatures.SyncToolSpecification(
                                definition(tool), (context, request) -> call(tool, request.arguments(), context)))
                        .toList());
        features.forEach(feature -> feature.addTo(specification));
        McpStatelessSyncServer server = specification.build();
        closing.add(server::close);
    }

    /** New sessions are refused from now on; calls that run may finish within the time set; then streams end. */
    @PreDestroy
    void stop() {
        stopping = true;
        long end = System.nanoTime() + config.server().shutdownTimeout().toNanos();
        try {
            while (calls.get() > 0 && System.nanoTime() < end) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answering.forEach(PostResponse::cancel);
        closing.forEach(Runnable::run);
        Schedulers.shutdownNow();
    }

    /**
     * The bean without its client proxy, which costs a call by reflection for each call of a method. A proxy that is given
     * the bean gives itself in its place: hence the supplier.
     */
    Supplier<McpServerHost> itself() {
        return () -> this;
    }

    /** Whether the application is being stopped. */
    boolean isStopping() {
        return stopping;
    }

    /** How many sessions there are, of both transports together. */
    SessionQuota quota() {
        return quota;
    }

    /** The open HTTP+SSE sessions. */
    SseSessions sseSessions() {
        return sseSessions;
    }

    /** The Streamable HTTP sessions. */
    StreamableSessions streamableSessions() {
        return streamableSessions;
    }

    /** Streamable HTTP without sessions. */
    StatelessTransport statelessTransport() {
        return statelessTransport;
    }

    /** Reads what clients send. */
    MessageReader messageReader() {
        return reader;
    }

    /** What requests have to bring. */
    Parameters parameters() {
        return parameters;
    }

    /** The answer to a POST of Streamable HTTP. */
    PostResponse postResponse(HttpServletResponse response, boolean batch) {
        return new PostResponse(
                response, jsonMapper, encoder, batch, config.server().limits().maxBufferedBytes());
    }

    /** The stream of a GET of Streamable HTTP. */
    ListeningStream listeningStream(EventOutput output) {
        return new ListeningStream(output, jsonMapper, encoder);
    }

    /** Does the work on this thread; the application is not stopped meanwhile. */
    void whileCalling(Runnable work) {
        calls.incrementAndGet();
        try {
            work.run();
        } finally {
            calls.decrementAndGet();
        }
    }

    /** The same; if it takes long, the client is told that the call still runs. */
    void whileAnswering(PostResponse response, Runnable work) {
        answering.add(response);
        try {
            whileCalling(work);
        } finally {
            answering.remove(response);
        }
    }

    /** The same, for a message that is answered sooner if it takes long. */
    void whileAccepting(Acceptance acceptance, Runnable work) {
        accepting.add(acceptance);
        try {
            whileCalling(work);
        } finally {
            accepting.remove(acceptance);
        }
    }

    private static io.modelcontextprotocol.spec.McpSchema.Tool definition(ToolMethod tool) {
        return io.modelcontextprotocol.spec.McpSchema.Tool.builder(tool.name(), JsonPlain.object(tool.inputSchema()))
                .title(tool.title())
                .description(tool.description())
                .annotations(annotations(tool.annotations()))
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

    private static CallToolResult call(
            ToolMethod tool, @Nullable Map<String, Object> arguments, McpTransportContext context) {
        RunningCall running = RunningCall.of(context);
        Cancellation cancellation = running == null ? () -> false : running;
        try {
            ToolMethod.Answer answer = tool.call(arguments == null ? Map.of() : arguments, cancellation);
            CallToolResult.Builder result = CallToolResult.builder().addTextContent(answer.text());
            if (answer.structuredContent() != null) {
                result.structuredContent(JsonPlain.object(answer.structuredContent()));
            }
            return result.isError(false).build();
        } catch (ToolException e) {
            return error(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure(tool, e, cancellation);
        } catch (Exception e) {
            // whatever an author's tool throws: the model learns no more than that it happened
            return failure(tool, e, cancellation);
        }
    }

    /** However a tool ends that was told to: it is no incident, and nobody is told. */
    private static CallToolResult failure(ToolMethod tool, Exception failure, Cancellation cancellation) {
        return cancellation.isCancelled()
                ? error("cancelled")
                : error(Incident.log("the tool " + tool.name(), failure).sentence());
    }

    private static CallToolResult error(String text) {
        return CallToolResult.builder().addTextContent(text).isError(true).build();
    }
}
