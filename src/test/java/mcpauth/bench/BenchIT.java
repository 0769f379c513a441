package mcpauth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mcpauth.bench.Wrk.Client;
import mcpauth.bench.Wrk.Load;
import mcpauth.bench.Wrk.Outcome;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a call of {@code whoami} costs, against a servlet in the same server that answers as many constant bytes:
 * {@code ./mvnw -Pbench verify}. Nothing is asserted but that every answer was right; {@code target/bench} has the figures.
 * Needs wrk and taskset, so Linux, and two cores.
 */
@Tag("bench")
@ExtendWith(ArquillianExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BenchIT {
    private static final String SERVER = System.getProperty("arquillian.launch");
    private static final String PORT = System.getProperty("it.http.port");
    private static final String BASE = "http://localhost:" + PORT;
    private static final int USERS = 100;
    private static final int CONNECTIONS = 32;
    private static final int WARM_UP_SECONDS = Integer.getInteger("bench.warmup", 30);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 5);
    private static final int ROUNDS = 3;
    /** As long as a request waits for a provider at most: mcp.auth.request-timeout. */
    private static final int HANGING_SECONDS = 5;

    private static final int IDLE = Integer.getInteger("bench.idle", 10_000);
    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
            "clientInfo":{"name":"bench","version":"1"}}}""";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final List<Client> BARE = List.of(new Client("", "", "/bare/answer", 0));
    private static final List<Client> GUARDED = List.of(new Client("", "", "/guarded/answer", 0));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static BenchProvider provider;
    private static Cpu cpu;
    private static final Report REPORT = new Report(SERVER);

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "bare", order = 1, testable = false)
    static WebArchive bare() {
        return BareWars.bare("bare.war");
    }

    @Deployment(name = "guarded", order = 2, testable = false)
    static WebArchive guarded() {
        return BareWars.guarded("guarded.war");
    }

    @Deployment(name = "stateless", managed = false, testable = false)
    static WebArchive stateless() throws IOException {
        return war("stateless.war", Map.of("mcp.server.stateless", "true"));
    }

    @Deployment(name = "sessions", managed = false, testable = false)
    static WebArchive sessions() throws IOException {
        return war("sessions.war", Map.of());
    }

    @Deployment(name = "no cache", managed = false, testable = false)
    static WebArchive noCache() throws IOException {
        return war("nocache.war", Map.of("mcp.server.stateless", "true", "mcp.auth.cache.ttl", "PT0S"));
    }

    private static WebArchive war(String name, Map<String, String> settings) throws IOException {
        if (provider == null) {
            provider = BenchProvider.start(BASE + "/mcp");
        }
        Map<String, String> all = new HashMap<>(Map.of(
                "mcp.auth.issuer", provider.issuer(),
                "mcp.auth.resource", BASE + "/mcp",
                "mcp.auth.cache.ttl", "PT1H",
                "mcp.auth.cache.max-entries", "200000",
                "mcp.server.max-sessions", "30000",
                "mcp.server.max-sessions-per-user", "30000"));
        all.putAll(settings);
        StringBuilder properties = new StringBuilder();
        all.forEach(
                (key, value) -> properties.append(key).append('=').append(value).append('\n'));
        return ShrinkWrap.create(ZipImporter.class, name)
                .importFrom(new File(System.getProperty("it.war")))
                .as(WebArchive.class)
                .addAsResource(new StringAsset(properties.toString()), "META-INF/microprofile-config.properties");
    }

    @AfterAll
    static void end() throws IOException {
        provider.close();
        REPORT.write();
    }

    @BeforeEach
    void pin() throws Exception {
        cpu = Cpu.ofServerAt(PORT);
        provider.userinfoTakes(Duration.ZERO);
        provider.userinfoAnswers(200);
    }

    /** Work on the deployed application. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private void with(String deployment, Work work) throws Exception {
        deployer.deploy(deployment);
        try {
            work.run();
        } finally {
            deployer.undeploy(deployment);
        }
    }

    private static List<Client> clients(int count, IntFunction<Client> client) {
        return IntStream.range(0, count).mapToObj(client).toList();
    }

    private static List<Client> opaque(int tokens) {
        return clients(tokens, i -> new Client("u" + i % USERS + "-" + i, "", "/mcp", i % USERS));
    }

    private static Load load(List<Client> clients, int connections) {
        return new Load(BASE, clients, connections, false, true);
    }

    /**
     * A round of the load, and one of the bare servlet beside it, without and with a mechanism before it.
     *
     * @param cpuMicros of the load's request
     * @param bareMicros of the bare servlet's
     * @param guardedMicros of the bare servlet's behind {@link OpenMechanism}
     */
    record Round(
            double perSecond,
            double barePerSecond,
            double cpuMicros,
            double bareMicros,
            double guardedMicros,
            double toolCpu) {}

    /** What came of a load, and the server's processor time for each of its requests. */
    private record Cost(Outcome outcome, double micros) {}

    private static Cost cost(Load load) throws IOException, InterruptedException {
        double begin = cpu.micros();
        Outcome outcome = run(load, SECONDS);
        return new Cost(outcome, (cpu.micros() - begin) / outcome.requests());
    }

    private static Round round(Load load) throws IOException, InterruptedException {
        Cost cost = cost(load);
        Cost bare = cost(constant(BARE, load.connections()));
        Cost guarded = cost(constant(GUARDED, load.connections()));
        return new Round(
                cost.outcome().perSecond(),
                bare.outcome().perSecond(),
                cost.micros(),
                bare.micros(),
                guarded.micros(),
                Stream.of(cost, bare, guarded)
                        .mapToDouble(each -> each.outcome().cpu())
                        .max()
                        .orElseThrow());
    }

    private static Load constant(List<Client> clients, int connections) {
        return new Load(BASE, clients, connections, false, false);
    }

    private static Outcome run(Load load, int seconds) throws IOException, InterruptedException {
        Outcome outcome = Wrk.run(load, seconds);
        assertThat(outcome.failed()).isZero();
        assertThat(outcome.wrong()).isZero();
        return outcome;
    }

    private static void measure(String figure, Load load) throws IOException, InterruptedException {
        warmUp(load);
        cpu.onOneCore();
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            rounds.add(round(load));
        }
        REPORT.add(figure, rounds);
    }

    private static void warmUp(Load load) throws IOException, InterruptedException {
        cpu.onAllCores();
        run(constant(BARE, CONNECTIONS), Math.max(1, WARM_UP_SECONDS / 4));
        run(constant(GUARDED, CONNECTIONS), Math.max(1, WARM_UP_SECONDS / 4));
        run(load, WARM_UP_SECONDS);
    }

    private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        return response.body();
    }

    private static HttpRequest.Builder post(String token, String json) {
        return HttpRequest.newBuilder(URI.create(BASE + "/mcp"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(json));
    }

    private static String whoami(int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"whoami\",\"arguments\":{}}}"
                .formatted(id);
    }

    private static void bareAnswersAsMuchAs(String answer) throws IOException, InterruptedException {
        for (String context : List.of("/bare", "/guarded")) {
            send(HttpRequest.newBuilder(URI.create(BASE + context + "/answer?bytes=" + answer.length()))
                    .PUT(BodyPublishers.noBody()));
        }
    }

    @Test
    @Order(1)
    void statelessRequests() throws Exception {
        with("stateless", () -> {
            bareAnswersAsMuchAs(send(post("u1-1", whoami(1))));
            Load known = load(opaque(USERS), CONNECTIONS);
            // everything is compiled once before the first figure, as it is before the later ones
            warmUp(known);
            measure("stateless, opaque token, known", known);
            profile("stateless, opaque token, known", "known", known);
            measure(
                    "stateless, JWT, known",
                    load(clients(USERS, i -> new Client(provider.jwt(i), "", "/mcp", i)), CONNECTIONS));
            Load unknown = new Load(BASE, opaque(USERS), CONNECTIONS, true, true);
            measure("stateless, opaque token, new with each request", unknown);
            profile("stateless, opaque token, new with each request", "new", unknown);
            firstRequest();
            grow();
        });
    }

    private static void profile(String figure, String name, Load load) throws IOException, InterruptedException {
        REPORT.profile(figure, Profile.of(cpu.pid(), SERVER + "-" + name, () -> run(load, 2 * SECONDS)));
    }

    /** One after the other: what a caller waits for who comes for the first time, beside what the provider takes. */
    private static void firstRequest() throws Exception {
        cpu.onAllCores();
        provider.userinfoTakes(Duration.ofMillis(5));
        String origin = provider.issuer().replaceFirst("(//[^/]+)/.*", "$1");
        Load first = new Load(BASE, opaque(USERS), 1, true, true);
        Load alone =
                new Load(origin, clients(USERS, i -> new Client("u" + i + "-x", "", "/oidc/me", i)), 1, true, false);
        run(first, SECONDS);
        List<Double> ratios = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            double ours = run(first, SECONDS).medianMillis();
            double theirs = run(alone, SECONDS).medianMillis();
            ratios.add(ours / theirs);
            millis.add(ours - theirs);
        }
        REPORT.say("First request with a new token, a provider of 5 ms: × "
                + Report.Spread.of(ratios).text(2) + " of what the provider alone takes, + "
                + Report.Spread.of(millis).text(2) + " ms");
        provider.userinfoTakes(Duration.ZERO);
    }

    /** How cost grows: processor time of a request. */
    private static void grow() throws Exception {
        List<Plot.Point> byConnections = new ArrayList<>();
        List<Plot.Point> guardedByConnections = new ArrayList<>();
        List<Plot.Point> bareByConnections = new ArrayList<>();
        for (int connections : new int[] {1, 8, 64, 512}) {
            Round round = round(load(opaque(USERS), connections));
            byConnections.add(new Plot.Point(connections, round.cpuMicros()));
            guardedByConnections.add(new Plot.Point(connections, round.guardedMicros()));
            bareByConnections.add(new Plot.Point(connections, round.bareMicros()));
        }
        REPORT.plot(
                "connections",
                "CPU of a request by connections",
                "connections",
                List.of(
                        new Plot.Line("whoami", byConnections),
                        new Plot.Line("bare servlet behind a mechanism", guardedByConnections),
                        new Plot.Line("bare servlet", bareByConnections)));
        List<Plot.Point> byTokens = new ArrayList<>();
        for (int tokens : new int[] {1, 1_000, 100_000}) {
            Load load = load(opaque(tokens), CONNECTIONS);
            // each token once: what is measured is to find it again
            run(load, tokens == 100_000 ? 8 * SECONDS : SECONDS);
            byTokens.add(new Plot.Point(tokens, cost(load).micros()));
        }
        REPORT.plot("tokens", "CPU of a request by known tokens", "tokens", List.of(new Plot.Line("whoami", byTokens)));
        List<Plot.Point> byClaims = new ArrayList<>();
        for (int bytes : new int[] {200, 1_000, 8_000, 64_000}) {
            provider.userinfoAnswers(bytes);
            Load load = load(clients(USERS, i -> new Client("u" + i + "-claims" + bytes, "", "/mcp", i)), CONNECTIONS);
            run(load, SECONDS);
            byClaims.add(new Plot.Point(bytes, cost(load).micros()));
        }
        REPORT.plot(
                "claims",
                "CPU of a request by size of the claims",
                "bytes",
                List.of(new Plot.Line("whoami", byClaims)));
    }

    @Test
    @Order(2)
    void withoutCache() throws Exception {
        double[] perSecond = new double[2];
        provider.userinfoTakes(Duration.ofMillis(5));
        with("stateless", () -> perSecond[0] = warmAndRun(load(opaque(USERS), CONNECTIONS)));
        with("no cache", () -> perSecond[1] = warmAndRun(load(opaque(USERS), CONNECTIONS)));
        REPORT.say(String.format(
                Locale.ROOT,
                "Known token, provider of 5 ms: %.0f requests/s, with mcp.auth.cache.ttl=PT0S %.0f: × %.1f",
                perSecond[0],
                perSecond[1],
                perSecond[0] / perSecond[1]));
    }

    private static double warmAndRun(Load load) throws IOException, InterruptedException {
        cpu.onAllCores();
        run(load, WARM_UP_SECONDS);
        cpu.onOneCore();
        return run(load, SECONDS).perSecond();
    }

    @Test
    @Order(3)
    void knownCallersWhileTheProviderHangs() throws Exception {
        with("stateless", () -> {
            Load known = load(opaque(USERS), CONNECTIONS);
            warmUp(known);
            cpu.onOneCore();
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                ratios.add(withStrangers(known, i));
            }
            REPORT.say(
                    "Known callers in the " + HANGING_SECONDS + " s after 300 strangers came and the provider hung: × "
                            + Report.Spread.of(ratios).text(2) + " of the requests/s without them");
        });
    }

    private static double withStrangers(Load known, int round) throws Exception {
        double before = run(known, HANGING_SECONDS).perSecond();
        provider.userinfoTakes(Duration.ofSeconds(60));
        List<CompletableFuture<HttpResponse<String>>> strangers = IntStream.range(0, 300)
                .mapToObj(i -> HTTP.sendAsync(
                        post("u1-stranger" + round + "-" + i, whoami(1)).build(), BodyHandlers.ofString()))
                .toList();
        double during = run(known, HANGING_SECONDS).perSecond();
        strangers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
        provider.userinfoTakes(Duration.ZERO);
        // the provider has to be seen to answer again, as before the round
        send(post("u1-again" + round, whoami(1)));
        return during / before;
    }

    @Test
    @Order(4)
    void withSessions() throws Exception {
        with("sessions", () -> {
            bareAnswersAsMuchAs(send(post("u1-1", whoami(1)).header("Mcp-Session-Id", open("u1-1"))));
            List<Client> streamable = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                streamable.add(new Client("u" + i + "-s", open("u" + i + "-s"), "/mcp", i));
            }
            measure("Streamable HTTP with sessions, known token", load(streamable, CONNECTIONS));
            sse();
            heapOfStreamableSessions();
            heapOfStreams();
        });
    }

    private static String open(String token) throws IOException, InterruptedException {
        HttpResponse<String> opened = HTTP.send(post(token, INITIALIZE).build(), BodyHandlers.ofString());
        String session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
        send(post(token, INITIALIZED).header("Mcp-Session-Id", session));
        return session;
    }

    /** From the POST to the event read: the answers come on streams that this process reads. */
    private static void sse() throws Exception {
        try (Streams streams = new Streams(Integer.parseInt(PORT))) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                clients.add(new Client("u" + i + "-sse", "", openStream(streams, "u" + i + "-sse"), i));
            }
            streams.readAnswers();
            // the answer to the POST is empty: what has to be right are the events
            Load load = new Load(BASE, clients, CONNECTIONS, false, false);
            measure("HTTP+SSE, known token, POST to event read", load);
            long before = streams.events();
            Outcome outcome = run(load, SECONDS);
            long begin = System.nanoTime();
            while (streams.events() - before < outcome.requests() && System.nanoTime() - begin < 5_000_000_000L) {
                Thread.sleep(20);
            }
            assertThat(streams.events() - before).isGreaterThanOrEqualTo(outcome.requests());
            assertThat(streams.wrong()).isZero();
        }
    }

    private static String openStream(Streams streams, String token) throws IOException, InterruptedException {
        streams.open("/sse", "Authorization: Bearer " + token + "\r\n");
        String path = streams.endpoint();
        send(message(path, token, INITIALIZE));
        streams.skipAnswer();
        send(message(path, token, INITIALIZED));
        return path;
    }

    private static HttpRequest.Builder message(String path, String token, String json) {
        return HttpRequest.newBuilder(URI.create(BASE + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json));
    }

    private static void heapOfStreamableSessions() throws Exception {
        long before = Heap.used(cpu.pid());
        for (int i = 0; i < IDLE; i++) {
            open("u" + i % USERS + "-idle");
        }
        REPORT.say(String.format(
                Locale.ROOT,
                "Heap of an idle Streamable HTTP session (of %,d): %.1f KiB",
                IDLE,
                (Heap.used(cpu.pid()) - before) / 1024.0 / IDLE));
    }

    /** Opens one more. */
    @FunctionalInterface
    private interface Opening {
        void open(Streams streams) throws IOException, InterruptedException;
    }

    private static void heapOfStreams() throws Exception {
        // ours last: what its streams leave to be collected would be counted for the others
        List<Plot.Line> lines = List.of(
                heapOfContainersStreams("idle async request", "/bare/answer"),
                heapOfContainersStreams("idle async request behind a mechanism", "/guarded/answer"),
                heapOfStreams(
                        "HTTP+SSE session", streams -> openStream(streams, "u" + streams.size() % USERS + "-stream")));
        REPORT.plot("streams", "Heap of an open stream by streams", "open streams", "KiB", lines);
        for (Plot.Line line : lines) {
            Plot.Point last = line.points().get(line.points().size() - 1);
            REPORT.say(
                    String.format(Locale.ROOT, "Heap of an %s (of %,.0f): %.1f KiB", line.name(), last.x(), last.y()));
        }
    }

    private static Plot.Line heapOfContainersStreams(String name, String path) throws Exception {
        Plot.Line line = heapOfStreams(name, streams -> {
            streams.open(path, "");
            streams.endpoint();
        });
        send(HttpRequest.newBuilder(URI.create(BASE + path)).DELETE());
        Thread.sleep(3000);
        return line;
    }

    private static Plot.Line heapOfStreams(String name, Opening opening) throws IOException, InterruptedException {
        List<Plot.Point> points = new ArrayList<>();
        long before = Heap.used(cpu.pid());
        try (Streams streams = new Streams(Integer.parseInt(PORT))) {
            for (int count : new int[] {1, 100, 1_000, IDLE}) {
                while (streams.size() < count) {
                    opening.open(streams);
                }
                if (count >= 100) {
                    double kibibytes = (Heap.used(cpu.pid()) - before) / 1024.0 / streams.size();
                    points.add(new Plot.Point(streams.size(), Math.max(0.01, kibibytes)));
                }
            }
        }
        return new Plot.Line(name, points);
    }
}
