package mcpauth.transport;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.InitializeRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import mcpauth.transport.ParameterMembers.InvalidParameterException;
import org.jspecify.annotations.Nullable;

/**
 * What requests have to bring, method by method: the SDK answers anything else with an internal error, or takes it. Members
 * that are not named here are passed over, as is a {@code null} in the place of a member that may be left out.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/schema">MCP 2025-11-25, Schema Reference</a>
 */
final class Parameters {
    /** The SDK says it again and logs it: far longer than any method's name is. */
    private static final int LONGEST_METHOD = 128;

    private static final Pattern REVISION = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final List<String> LEVELS =
            List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry(McpSchema.METHOD_INITIALIZE, Parameters::initialize),
            Map.entry(McpSchema.METHOD_TOOLS_LIST, Parameters::list),
            Map.entry(McpSchema.METHOD_TOOLS_CALL, Parameters::callTool),
            Map.entry(McpSchema.METHOD_PROMPT_LIST, Parameters::list),
            Map.entry(McpSchema.METHOD_PROMPT_GET, Parameters::getPrompt),
            Map.entry(McpSchema.METHOD_RESOURCES_LIST, Parameters::list),
            Map.entry(McpSchema.METHOD_RESOURCES_TEMPLATES_LIST, Parameters::list),
            Map.entry(McpSchema.METHOD_RESOURCES_READ, Parameters::resource),
            Map.entry(McpSchema.METHOD_RESOURCES_SUBSCRIBE, Parameters::resource),
            Map.entry(McpSchema.METHOD_RESOURCES_UNSUBSCRIBE, Parameters::resource),
            Map.entry(McpSchema.METHOD_COMPLETION_COMPLETE, Parameters::complete),
            Map.entry(McpSchema.METHOD_LOGGING_SET_LEVEL, Parameters::setLevel));

    /** What the SDK makes of them, where it makes more than is checked here. */
    private static final Map<String, TypeRef<?>> TYPES = Map.of(
            McpSchema.METHOD_INITIALIZE, new TypeRef<InitializeRequest>() {},
            McpSchema.METHOD_COMPLETION_COMPLETE, new TypeRef<CompleteRequest>() {});

    private final McpJsonMapper jsonMapper;

    Parameters(McpJsonMapper jsonMapper) {
        this.jsonMapper = jsonMapper;
    }

    /** The checks of one method. */
    private interface Rule {
        void check(ParameterMembers parameters) throws InvalidParameterException;
    }

    /** The answer to a request that asks for nothing we know, or not as it has to; empty if the SDK may have it. */
    Optional<JSONRPCResponse> refusal(JSONRPCRequest request) {
        if (request.method().length() > LONGEST_METHOD) {
            return Optional.of(JsonRpcErrors.answer(request, ErrorCodes.METHOD_NOT_FOUND, "Method not found"));
        }
        return defect(request.method(), request.params())
                .map(defect -> JsonRpcErrors.answer(request, ErrorCodes.INVALID_PARAMS, defect));
    }

    /**
     * An {@code initialize} request, with the newest revision in the place of one that is not among these: it is what the
     * SDK offers then, after it has warned the operator of it, client by client.
     *
     * @param initialize without a defect
     * @param revisions the newest last
     */
    static JSONRPCRequest withKnownRevision(JSONRPCRequest initialize, List<String> revisions) {
        if (!(initialize.params() instanceof Map<?, ?> params) || revisions.contains(params.get("protocolVersion"))) {
            return initialize;
        }
        Map<Object, Object> offered = new HashMap<>(params);
        offered.put("protocolVersion", revisions.get(revisions.size() - 1));
        return new JSONRPCRequest(initialize.jsonrpc(), initialize.method(), initialize.id(), offered);
    }

    /**
     * What is wrong with the parameters of a request, for the developer of the client.
     *
     * @param params as parsed; null if there are none
     */
    private Optional<String> defect(String method, @Nullable Object params) {
        try {
            ParameterMembers parameters = ParameterMembers.of(params);
            meta(parameters);
            Rule rule = RULES.get(method);
            if (rule != null) {
                rule.check(parameters);
            }
        } catch (InvalidParameterException e) {
            return Optional.of(e.sentence());
        }
        TypeRef<?> type = TYPES.get(method);
        return type == null ? Optional.empty() : defectOfConversion(method, params, type);
    }

    private Optional<String> defectOfConversion(String method, @Nullable Object params, TypeRef<?> type) {
        try {
            jsonMapper.convertValue(params, type);
            return Optional.empty();
        } catch (RuntimeException e) {
            // the mapper's own kinds of exception are those of its version
            return Optional.of("The parameters are not those of " + method);
        }
    }

    private static void meta(ParameterMembers parameters) throws InvalidParameterException {
        ParameterMembers meta = parameters.optionalObject("_meta");
        if (meta != null) {
            meta.optionalTextOrInteger("progressToken");
        }
    }

    private static void initialize(ParameterMembers parameters) throws InvalidParameterException {
        if (!REVISION.matcher(parameters.text("protocolVersion")).matches()) {
            throw parameters.defect("protocolVersion", "must be a revision of MCP, a date as 2025-11-25");
        }
        ParameterMembers capabilities = parameters.object("capabilities");
        for (String name : List.of("experimental", "sampling", "elicitation", "extensions")) {
            capabilities.optionalObject(name);
        }
        ParameterMembers roots = capabilities.optionalObject("roots");
        if (roots != null) {
            roots.optionalFlag("listChanged");
        }
        ParameterMembers client = parameters.object("clientInfo");
        client.text("name");
        client.text("version");
        for (String name : List.of("title", "description", "websiteUrl")) {
            client.optionalText(name);
        }
        for (ParameterMembers icon : client.optionalObjects("icons")) {
            icon.text("src");
        }
    }

    /** The pages of a list are one, so that no cursor was ever given out (MCP 2025-11-25, Pagination, Error Handling). */
    private static void list(ParameterMembers parameters) throws InvalidParameterException {
        String cursor = parameters.optionalText("cursor");
        if (cursor != null && !cursor.isEmpty()) {
            throw parameters.defect("cursor", "is not one that this server gave out: leave it out");
        }
    }

    private static void callTool(ParameterMembers parameters) throws InvalidParameterException {
        parameters.text("name");
        parameters.optionalObject("arguments");
    }

    private static void getPrompt(ParameterMembers parameters) throws InvalidParameterException {
        parameters.text("name");
        parameters.optionalTexts("arguments");
    }

    private static void resource(ParameterMembers parameters) throws InvalidParameterException {
        parameters.text("uri");
    }

    private static void complete(ParameterMembers parameters) throws InvalidParameterException {
        ParameterMembers reference = parameters.object("ref");
        switch (reference.text("type")) {
            case "ref/prompt" -> reference.text("name");
            case "ref/resource" -> reference.text("uri");
            default -> throw reference.defect("type", "must be ref/prompt or ref/resource");
        }
        ParameterMembers argument = parameters.object("argument");
        argument.text("name");
        argument.string("value");
        ParameterMembers context = parameters.optionalObject("context");
        if (context != null) {
            context.optionalTexts("arguments");
        }
    }

    private static void setLevel(ParameterMembers parameters) throws InvalidParameterException {
        if (!LEVELS.contains(parameters.text("level"))) {
            throw parameters.defect("level", "must be one of " + String.join(", ", LEVELS));
        }
    }
}
