package mcpauth.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the WAR adds to the start of a server: part of {@code ./mvnw -Pbench verify}. */
@Tag("bench")
final class StartIT {
    private static final String SERVER = System.getProperty("arquillian.launch");
    private static final Path WAR = Path.of(System.getProperty("it.war"));
    private static final Path ROOT =
            Path.of("target", "bench", "start-" + SERVER).toAbsolutePath();
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int ROUNDS = 3;

    @Test
    void withTheWarAndWithout() throws Exception {
        Report report = new Report(SERVER + "-start");
        try (BenchProvider provider = BenchProvider.start("http://localhost/mcp")) {
            Map<Content, List<Double>> seconds = new EnumMap<>(Content.class);
            // the first start of each fills the server's own caches
            for (int i = 0; i <= ROUNDS; i++) {
                for (Content content : Content.values()) {
                    double measured = seconds(content, provider.issuer());
                    if (i > 0) {
                        seconds.computeIfAbsent(content, each -> new ArrayList<>())
                                .add(measured);
                    }
                }
            }
            seconds.forEach((content, measured) -> report.say("Start until the first answer, " + content.name + ": "
                    + Report.Spread.of(measured).text(1) + " s, × "
                    + Report.Spread.of(ratios(measured, seconds.get(Content.EMPTY)))
                            .text(2)));
        }
        report.write();
    }

    /** Round by round. */
    private static List<Double> ratios(List<Double> values, List<Double> references) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) / references.get(i))
                .toList();
    }

    private static double seconds(Content content, String issuer) throws IOException, InterruptedException {
        Path home = ROOT.resolve(content.name().toLowerCase(Locale.ROOT));
        int port = freePort();
        ProcessBuilder server = SERVER.equals("liberty") ? liberty(home, content) : wildfly(home, content, port);
        server.environment().put("JAVA_HOME", System.getProperty("java.home"));
        server.environment().put("HTTP_PORT", Integer.toString(port));
        server.environment().put("MCP_AUTH_ISSUER", issuer);
        server.redirectErrorStream(true)
                .redirectOutput(home.resolve("output.txt").toFile());
        long begin = System.nanoTime();
        Process process = server.start();
        try {
            URI uri = URI.create("http://localhost:" + port + content.path);
            while (status(uri) != content.status) {
                if (System.nanoTime() - begin > LONGEST.toNanos() || !process.isAlive()) {
                    throw new IOException(SERVER + " does not start: see " + home.resolve("output.txt"));
                }
                Thread.sleep(20);
            }
            return (System.nanoTime() - begin) / 1e9;
        } finally {
            List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroy);
            for (ProcessHandle each : all) {
                each.onExit().join();
            }
        }
    }

    private static ProcessBuilder liberty(Path home, Content content) throws IOException {
        Path server = home.resolve("servers/bench");
        Files.createDirectories(server.resolve("dropins"));
        Files.copy(
                Path.of("src/main/liberty/config/server.xml"),
                server.resolve("server.xml"),
                StandardCopyOption.REPLACE_EXISTING);
        content.putInto(server.resolve("dropins"));
        ProcessBuilder process =
                new ProcessBuilder(System.getProperty("it.liberty.home") + "/bin/server", "run", "bench");
        process.environment().put("WLP_USER_DIR", home.toString());
        return process;
    }

    private static ProcessBuilder wildfly(Path home, Content content, int port) throws IOException {
        Path wildfly = Path.of(System.getProperty("it.wildfly.home"));
        Files.createDirectories(home.resolve("deployments"));
        Files.createDirectories(home.resolve("configuration"));
        try (Stream<Path> files = Files.list(wildfly.resolve("standalone/configuration"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(
                        file,
                        home.resolve("configuration").resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        content.putInto(home.resolve("deployments"));
        return new ProcessBuilder(
                wildfly.resolve("bin/standalone.sh").toString(),
                "-Djboss.server.base.dir=" + home,
                "-Djboss.http.port=" + port,
                "-Djboss.management.http.port=" + freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** 0 while nobody listens. */
    private static int status(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        try {
            return connection.getResponseCode();
        } catch (SocketException e) {
            return 0;
        } finally {
            connection.disconnect();
        }
    }

    /** What a server is started with. */
    private enum Content {
        EMPTY("empty", "/nothing-is-here", 404),
        SERVERS_OWN("with a servlet, a mechanism and a JAX-RS resource that do nothing", "/bare/rest/answer", 200),
        OURS("with our WAR", "/.well-known/openid-configuration", 200);

        private final String name;
        private final String path;
        private final int status;

        Content(String name, String path, int status) {
            this.name = name;
            this.path = path;
            this.status = status;
        }

        private void putInto(Path deployments) throws IOException {
            switch (this) {
                case EMPTY -> {}
                case SERVERS_OWN ->
                    BareWars.guardedWithResource("bare.war")
                            .as(ZipExporter.class)
                            .exportTo(deployments.resolve("bare.war").toFile(), true);
                case OURS -> Files.copy(WAR, deployments.resolve("ours.war"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
