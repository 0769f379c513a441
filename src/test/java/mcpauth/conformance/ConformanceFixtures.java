package mcpauth.conformance;

import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.AudioContent;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.Content;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import mcpauth.transport.McpFeatures;

/** The tools, prompts and resources that the official conformance suite asks for: in its test WAR only. */
@ApplicationScoped
public class ConformanceFixtures implements McpFeatures {
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    private static final String WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";
    private static final Map<String, Object> NO_ARGUMENTS = Map.of("type", "object", "properties", Map.of());

    @Override
    public void addTo(McpServer.SyncSpecification<?> server) {
        server.capabilities(ServerCapabilities.builder()
                .tools(false)
                .prompts(false)
                .resources(true, false)
                .logging()
                .completions()
                .build());
        addContentTools(server);
        addTalkingTools(server);
        addElicitations(server);
        addResources(server);
        addPrompts(server);
    }

    private static void addContentTools(McpServer.SyncSpecification<?> server) {
        tool(server, "test_simple_text", text("This is a simple text response for testing."));
        tool(server, "test_image_content", image());
        tool(
                server,
                "test_audio_content",
                AudioContent.builder(WAV, "audio/wav").build());
        tool(
                server,
                "test_embedded_resource",
                resource("test://embedded-resource", "text/plain", "This is an embedded resource content."));
        tool(
                server,
                "test_multiple_content_types",
                text("Multiple content types test:"),
                image(),
                resource("test://mixed-content-resource", "application/json", "{\"test\":\"data\",\"value\":123}"));
        tool(
                server,
                "test_error_handling",
                NO_ARGUMENTS,
                (exchange, request) -> CallToolResult.builder()
                        .addTextContent("This tool intentionally returns an error for testing")
                        .isError(true)
                        .build());
        tool(
                server,
                "json_schema_2020_12_tool",
                Map.of(
                        "$schema",
                        "https://json-schema.org/draft/2020-12/schema",
                        "type",
                        "object",
                        "$defs",
                        Map.of(
                                "address",
                                Map.of(
                                        "type",
                                        "object",
                                        "properties",
                                        Map.of("street", type("string"), "city", type("string")))),
                        "properties",
                        Map.of("name", type("string"), "address", Map.of("$ref", "#/$defs/address")),
                        "additionalProperties",
                        false),
                (exchange, request) -> answer("done"));
    }

    private static void addTalkingTools(McpServer.SyncSpecification<?> server) {
        tool(server, "test_tool_with_logging", NO_ARGUMENTS, (exchange, request) -> {
            log(exchange, "Tool execution started");
            pause();
            log(exchange, "Tool processing data");
            pause();
            log(exchange, "Tool execution completed");
            return answer("done");
        });
        tool(server, "test_tool_with_progress", NO_ARGUMENTS, (exchange, request) -> {
            progress(exchange, request, 0);
            pause();
            progress(exchange, request, 50);
            pause();
            progress(exchange, request, 100);
            return answer("done");
        });
        tool(
                server,
                "test_sampling",
                required("prompt"),
                (exchange, request) -> answer("LLM response: "
                        + exchange.createMessage(CreateMessageRequest.builder(
                                                List.of(SamplingMessage.builder(
                                                                Role.USER, text(argument(request, "prompt")))
                                                        .build()),
                                                100)
                                        .build())
                                .content()));
        // The SDK cannot end a stream in the middle of a call and have the client come back for the rest
        tool(server, "test_reconnection", NO_ARGUMENTS, (exchange, request) -> answer("done"));
    }

    private static void addElicitations(McpServer.SyncSpecification<?> server) {
        tool(server, "test_elicitation", required("message"), (exchange, request) -> {
            ElicitResult result = elicit(
                    exchange,
                    argument(request, "message"),
                    Map.of(
                            "username", Map.of("type", "string", "description", "User's response"),
                            "email", Map.of("type", "string", "description", "User's email address")),
                    "username",
                    "email");
            return answer("User response: action=" + result.action() + ", content=" + result.content());
        });
        tool(
                server,
                "test_elicitation_sep1034_defaults",
                NO_ARGUMENTS,
                (exchange, request) -> elicited(elicit(
                        exchange,
                        "Please confirm",
                        Map.of(
                                "name", Map.of("type", "string", "default", "John Doe"),
                                "age", Map.of("type", "integer", "default", 30),
                                "score", Map.of("type", "number", "default", 95.5),
                                "status",
                                        Map.of(
                                                "type", "string",
                                                "enum", List.of("active", "inactive", "pending"),
                                                "default", "active"),
                                "verified", Map.of("type", "boolean", "default", true)))));
        tool(
                server,
                "test_elicitation_sep1330_enums",
                NO_ARGUMENTS,
                (exchange, request) -> elicited(elicit(
                        exchange,
                        "Please choose",
                        Map.of(
                                "untitledSingle",
                                        Map.of("type", "string", "enum", List.of("option1", "option2", "option3")),
                                "titledSingle", Map.of("type", "string", "oneOf", titled("value", "Option")),
                                "legacyEnum",
                                        Map.of(
                                                "type", "string",
                                                "enum", List.of("opt1", "opt2", "opt3"),
                                                "enumNames", List.of("Option One", "Option Two", "Option Three")),
                                "untitledMulti",
                                        Map.of(
                                                "type",
                                                "array",
                                                "items",
                                                Map.of(
                                                        "type",
                                                        "string",
                                                        "enum",
                                                        List.of("option1", "option2", "option3"))),
                                "titledMulti",
                                        Map.of(
                                                "type",
                                                "array",
                                                "items",
                                                Map.of("anyOf", titled("value", "Choice")))))));
    }

    private static void addResources(McpServer.SyncSpecification<?> server) {
        resource(
                server,
                "test://static-text",
                TextResourceContents.builder("test://static-text", "This is the content of the static text resource.")
                        .mimeType("text/plain")
                        .build());
        resource(
                server,
                "test://static-binary",
                BlobResourceContents.builder("test://static-binary", PNG)
                        .mimeType("image/png")
                        .build());
        resource(
                server,
                "test://watched-resource",
                TextResourceContents.builder("test://watched-resource", "Watched resource content")
                        .mimeType("text/plain")
                        .build());
        server.resourceTemplates(new SyncResourceTemplateSpecification(
                ResourceTemplate.builder("test://template/{id}/data", "template")
                        .mimeType("application/json")
                        .build(),
                (exchange, request) -> {
                    String id = request.uri().replaceAll("test://template/(.*)/data", "$1");
                    String json = "{\"id\":\"" + id + "\",\"templateTest\":true,\"data\":\"Data for ID: " + id + "\"}";
                    return contents(TextResourceContents.builder(request.uri(), json)
                            .mimeType("application/json")
                            .build());
                }));
    }

    private static void addPrompts(McpServer.SyncSpecification<?> server) {
        prompt(server, "test_simple_prompt", request -> List.of(text("This is a simple prompt for testing.")));
        prompt(
                server,
                "test_prompt_with_arguments",
                request -> List.of(text("Prompt with arguments: arg1='" + argument(request, "arg1") + "', arg2='"
                        + argument(request, "arg2") + "'")),
                "arg1",
                "arg2");
        prompt(
                server,
                "test_prompt_with_embedded_resource",
                request -> List.of(
                        resource(
                                argument(request, "resourceUri"),
                                "text/plain",
                                "Embedded resource content for testing."),
                        text("Please process the embedded resource above.")),
                "resourceUri");
        prompt(server, "test_prompt_with_image", request -> List.of(image(), text("Please analyze the image above.")));
        server.completions(new SyncCompletionSpecification(
                PromptReference.builder("test_prompt_with_arguments").build(),
                (exchange, request) ->
                        new CompleteResult(new CompleteCompletion(List.of("paris", "park", "party"), 3, false))));
    }

    private static void tool(McpServer.SyncSpecification<?> server, String name, Content... contents) {
        tool(
                server,
                name,
                NO_ARGUMENTS,
                (exchange, request) -> CallToolResult.builder(List.of(contents)).build());
    }

    private static void tool(
            McpServer.SyncSpecification<?> server,
            String name,
            Map<String, Object> schema,
            BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        server.tools(SyncToolSpecification.builder()
                .tool(Tool.builder(name, schema)
                        .description("For conformance tests")
                        .build())
                .callHandler(handler)
                .build());
    }

    private static void resource(McpServer.SyncSpecification<?> server, String uri, ResourceContents contents) {
        server.resources(new SyncResourceSpecification(
                Resource.builder(uri, uri).mimeType(contents.mimeType()).build(),
                (exchange, request) -> contents(contents)));
    }

    private static void prompt(
            McpServer.SyncSpecification<?> server,
            String name,
            java.util.function.Function<GetPromptRequest, List<Content>> contents,
            String... arguments) {
        server.prompts(new SyncPromptSpecification(
                Prompt.builder(name)
                        .description("For conformance tests")
                        .arguments(Arrays.stream(arguments)
                                .map(argument -> PromptArgument.builder(argument)
                                        .required(true)
                                        .build())
                                .toList())
                        .build(),
                (exchange, request) -> GetPromptResult.builder(contents.apply(request).stream()
                                .map(content -> PromptMessage.builder(Role.USER, content)
                                        .build())
                                .toList())
                        .build()));
    }

    private static ElicitResult elicit(
            McpSyncServerExchange exchange, String message, Map<String, Object> properties, String... required) {
        return exchange.createElicitation(ElicitFormRequest.builder(
                        message, Map.of("type", "object", "properties", properties, "required", List.of(required)))
                .build());
    }

    private static CallToolResult elicited(ElicitResult result) {
        return answer("Elicitation completed: action=" + result.action() + ", content=" + result.content());
    }

    private static void log(McpSyncServerExchange exchange, String text) {
        exchange.loggingNotification(
                LoggingMessageNotification.builder(LoggingLevel.INFO, text).build());
    }

    private static void progress(McpSyncServerExchange exchange, CallToolRequest request, double progress) {
        if (request.progressToken() != null) {
            exchange.progressNotification(ProgressNotification.builder(request.progressToken(), progress)
                    .total(100.0)
                    .build());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Map<String, Object>> titled(String value, String title) {
        return List.of(
                Map.of("const", value + "1", "title", "First " + title),
                Map.of("const", value + "2", "title", "Second " + title),
                Map.of("const", value + "3", "title", "Third " + title));
    }

    private static Map<String, Object> required(String name) {
        return Map.of("type", "object", "properties", Map.of(name, type("string")), "required", List.of(name));
    }

    private static Map<String, Object> type(String type) {
        return Map.of("type", type);
    }

    private static String argument(CallToolRequest request, String name) {
        return String.valueOf(request.arguments().get(name));
    }

    private static String argument(GetPromptRequest request, String name) {
        return String.valueOf(request.arguments().get(name));
    }

    private static CallToolResult answer(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static ReadResourceResult contents(ResourceContents contents) {
        return ReadResourceResult.builder(List.of(contents)).build();
    }

    private static Content text(String text) {
        return TextContent.builder(text).build();
    }

    private static Content image() {
        return ImageContent.builder(PNG, "image/png").build();
    }

    private static Content resource(String uri, String mimeType, String text) {
        return EmbeddedResource.builder(TextResourceContents.builder(uri, text)
                        .mimeType(mimeType)
                        .build())
                .build();
    }
}
