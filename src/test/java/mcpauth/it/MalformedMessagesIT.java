package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/** What no client should send: each message is answered by its id, nothing fails, and nothing is in the log. */
@ExtendWith(ArquillianExtension.class)
final class MalformedMessagesIT {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Pattern HALF_A_CHARACTER = Pattern.compile("\\\\ud83d(?!\\\\u)");
    /** A warning or an error in the logs of both servers. */
    private static final Pattern COMPLAINT = Pattern.compile(
            "^(\\[[^]]*\\] [0-9a-f]{8} \\S+ +[WE] |\\[(WARNING|ERROR) *\\]|\\S+ \\S+ +(WARN|ERROR) ).*");

    private static DevelopmentIssuer issuer;

    private long complaints;

    @Deployment(testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of(
                        "mcp.auth.issuer",
                        issuer.issuer(),
                        "mcp.server.max-batch-messages",
                        "5",
                        "mcp.server.max-sessions-per-user",
                        "1000"))
                .addClass(ExtraTools.class);
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @BeforeEach
    void readLog() {
        complaints = complaints().size();
    }

    @AfterEach
    void logIsEmpty() {
        List<String> all = complaints();
        assertThat(all.subList((int) complaints, all.size())).isEmpty();
    }

    private static List<String> complaints() {
        return Server.log()
                .lines()
                .filter(line -> COMPLAINT.matcher(line).matches())
                // what the start has to say about the provider comes when the provider has answered
                .filter(line -> !line.contains(" MCPAUTH-102 ") && !line.contains(" MCPAUTH-402 "))
                // Open Liberty's Weld, of how that server ends streams: no message does it
                .filter(line -> !line.contains(" WELD-000714: "))
                .toList();
    }

    private static String token() {
        return issuer.token(User.ALICE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"method\":\"tools/call\"|-32602|name is missing",
                "\"method\":\"tools/call\",\"params\":[]|-32602|params must be an object",
                "\"method\":\"tools/call\",\"params\":{\"name\":\"repeat\",\"arguments\":\"{}\"}|-32602|arguments must be an object",
                "\"method\":\"tools/call\",\"params\":{\"name\":\"nope\"}|-32602|Unknown tool: nope",
                "\"method\":\"logging/setLevel\",\"params\":{\"level\":\"verbose\"}|-32602|level must be one of debug, info, notice, warning, error, critical, alert, emergency"
            })
    void requestWithADefectIsAnsweredByItsId(String members, int code, String sentence) {
        String request = "{\"jsonrpc\":\"2.0\",\"id\":7," + members + "}";
        String answer =
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":" + code + ",\"message\":\"" + sentence + "\"}}";
        HttpResponse<String> response = Streamable.post(token(), Streamable.open(token()), request);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(answer);
        try (SseClient client = SseClient.open(token())) {
            assertThat(Server.post(client.messages(), token(), request).statusCode())
                    .isEqualTo(202);
            assertThat(client.stream().nextMessage()).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null|null|-32700|The body is not one JSON object",
                "1|null|-32700|The body is not one JSON object",
                "{|null|-32700|The body is not one JSON object",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"id\":8,\"method\":\"ping\"}|null|-32700|A member stands twice in an object",
                "{\"jsonrpc\":\"2.0\",\"id\":7}|7|-32600|method is missing",
                "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}|null|-32600|id must be a string or an integer",
                "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{}}|null|-32600|Nobody waits for a response with this id"
            })
    void whatIsNoMessageIsABadRequest(String body, String id, int code, String sentence) {
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\""
                + sentence + "\"}}";
        HttpResponse<String> response = Streamable.post(token(), Streamable.open(token()), body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo(answer);
        try (SseClient client = SseClient.open(token())) {
            response = Server.post(client.messages(), token(), body);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.0", "'2025-11-25\\nERROR all is lost'", "''"})
    void versionThatIsNoDateIsRefused(String version) {
        HttpResponse<String> response = Server.send(Streamable.post(token(), Streamable.initialize(version)));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .startsWith(
                        "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32602,\"message\":\"protocolVersion must ");
    }

    @Test
    void whatAClientSaysOfItselfForgesNoLine() {
        String forged = "forged line " + System.nanoTime();
        String initialize = Streamable.initialize("2099-01-01")
                .replace("\"name\":\"test\"", "\"name\":\"a\\n" + forged + "x".repeat(100_000) + "\"");
        assertThat(Server.send(Streamable.post(token(), initialize)).statusCode())
                .isEqualTo(200);
        try (EventStream stream = EventStream.open(token())) {
            assertThat(Server.post(stream.messagesPath(), token(), initialize).statusCode())
                    .isEqualTo(202);
            assertThat(stream.nextMessage()).contains("\"protocolVersion\":\"2024-11-05\"");
        }
        assertThat(Server.log().lines()).noneMatch(line -> line.startsWith(forged) || line.length() > 10_000);
    }

    @Test
    void batchIsBoundedInNumber() {
        String session = Streamable.open(token(), "2025-03-26");
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        HttpResponse<String> five = Streamable.post(token(), session, "[" + (ping + ",").repeat(4) + ping + "]");
        assertThat(five.statusCode()).isEqualTo(200);
        HttpResponse<String> six = Streamable.post(token(), session, "[" + (ping + ",").repeat(5) + ping + "]");
        assertThat(six.statusCode()).isEqualTo(400);
        assertThat(six.body())
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"The batch has more"
                                + " than 5 messages (mcp.server.max-batch-messages)\"}}");
    }

    @Test
    void batchIsBoundedInWhatItAnswers() {
        String session = Streamable.open(token(), "2025-03-26");
        String calls = java.util.stream.IntStream.rangeClosed(1, 5)
                .mapToObj(id -> Streamable.call(id, "large", "bytes", 900_000))
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
        HttpResponse<String> response = Streamable.post(token(), session, calls);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().split("xxxxx\"}]", -1)).hasSize(4);
        assertThat(response.body())
                .endsWith(
                        ",{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":-32000,\"message\":\"Not done, as the answers"
                                + " of this batch are too large together (mcp.server.max-buffered-bytes): send it again by"
                                + " itself\"}}]");
    }

    @Test
    void eachElementOfABatchIsAnsweredForItself() {
        String session = Streamable.open(token(), "2025-03-26");
        HttpResponse<String> response = Streamable.post(
                token(),
                session,
                "[1,{\"jsonrpc\":\"2.0\",\"id\":3},{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"ping\"}]");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(
                        "[{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"A message is a JSON"
                                + " object\"}},{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32600,\"message\":\"method is"
                                + " missing\"}},{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{}}]");
        assertThat(Streamable.post(token(), session, "[1]").statusCode()).isEqualTo(400);
    }

    @Test
    void mutationsOverStreamableHttp() {
        String session = Streamable.open(token());
        Mutations.all().parallelStream().forEach(sent -> {
            HttpResponse<String> response = Streamable.post(token(), session, sent);
            check(sent, response, response.body());
        });
    }

    @Test
    void mutationsOfTheFirstMessage() {
        Mutations.all().parallelStream()
                .filter(sent -> sent.contains("\"initialize\""))
                .forEach(sent -> {
                    HttpResponse<String> response = Server.send(Streamable.post(token(), sent));
                    check(sent, response, response.body());
                });
    }

    /** One in three: the answers are looked for one after the other. */
    @Test
    void mutationsOverHttpAndSse() {
        List<String> mutations = Mutations.all();
        try (SseClient client = SseClient.open(token())) {
            for (int i = 0; i < mutations.size(); i += 3) {
                String sent = mutations.get(i);
                HttpResponse<String> response = Server.post(client.messages(), token(), sent);
                boolean isAnsweredInStream =
                        response.statusCode() == 202 && sent.contains("\"method\"") && !id(sent).isNull();
                check(sent, response, isAnsweredInStream ? client.stream().nextMessage() : response.body());
            }
        }
    }

    private static void check(String sent, HttpResponse<?> response, String answer) {
        assertThat(response.statusCode()).as(sent).isIn(200, 202, 400);
        if (!answer.isEmpty()) {
            JsonNode id = STRICT.readTree(answer).get("id");
            JsonNode expected = id(sent);
            assertThat(id.equals(expected) || areSameNumber(id, expected))
                    .as(sent + " -> " + answer)
                    .isTrue();
        }
    }

    private static boolean areSameNumber(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber() && one.decimalValue().compareTo(other.decimalValue()) == 0;
    }

    /** The id that can be read; JSON's null where there is none. */
    private static JsonNode id(String sent) {
        try {
            JsonNode message = STRICT.readTree(sent);
            boolean answers = message.has("result") || message.has("error");
            JsonNode id = answers && !message.has("method") ? null : message.get("id");
            boolean isReadable = id != null
                    && (id.isString() || id.isNumber())
                    && !HALF_A_CHARACTER.matcher(sent).find()
                    && !sent.contains("1e999");
            return isReadable ? id : NullNode.getInstance();
        } catch (JacksonException e) {
            return NullNode.getInstance();
        }
    }
}
