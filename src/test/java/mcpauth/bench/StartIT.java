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
import java.util.List;
import java.util.stream.Stream;
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
    void withTheWarAndEmpty() throws Exception {
        Report report = new Report(SERVER + "-start");
        try (BenchProvider provider = BenchProvider.start("http://localhost/mcp")) {
            List<Double> empty = new ArrayList<>();
            List<Double> ours = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            // the first start of each fills the server's own caches
            for (int i = 0; i <= ROUNDS; i++) {
                double without = seconds("empty", provider.issuer());
                double with = seconds("ours", provider.issuer());
                if (i > 0) {
                    empty.add(without);
                    ours.add(with);
                    ratios.add(with / without);
                }
            }
            report.say("Start until the first answer: empty "
                    + Report.Spread.of(empty).text(1) + " s, with the WAR "
                    + Report.Spread.of(ours).text(1) + " s: × "
                    + Report.Spread.of(ratios).text(2));
        }
        report.write();
    }

    private static double seconds(String name, String issuer) throws IOException, InterruptedException {
        Path home = ROOT.resolve(name);
        boolean withTheWar = name.equals("ours");
        int port = freePort();
        ProcessBuilder server = SERVER.equals("liberty") ? liberty(home, withTheWar) : wildfly(home, withTheWar, port);
        server.environment().put("JAVA_HOME", System.getProperty("java.home"));
        server.environment().put("HTTP_PORT", Integer.toString(port));
        server.environment().put("MCP_AUTH_ISSUER", issuer);
        server.redirectErrorStream(true)
                .redirectOutput(home.resolve("output.txt").toFile());
        long begin = System.nanoTime();
        Process process = server.start();
        try {
            URI uri = URI.create("http://localhost:" + port
                    + (withTheWar ? "/.well-known/openid-configuration" : "/nothing-is-here"));
            while (status(uri) != (withTheWar ? 200 : 404)) {
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

    private static ProcessBuilder liberty(Path home, boolean withTheWar) throws IOException {
        Path server = home.resolve("servers/bench");
        Files.createDirectories(server.resolve("dropins"));
        Files.copy(
                Path.of("src/main/liberty/config/server.xml"),
                server.resolve("server.xml"),
                StandardCopyOption.REPLACE_EXISTING);
        if (withTheWar) {
            Files.copy(WAR, server.resolve("dropins/ours.war"), StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder process =
                new ProcessBuilder(System.getProperty("it.liberty.home") + "/bin/server", "run", "bench");
        process.environment().put("WLP_USER_DIR", home.toString());
        return process;
    }

    private static ProcessBuilder wildfly(Path home, boolean withTheWar, int port) throws IOException {
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
        if (withTheWar) {
            Files.copy(WAR, home.resolve("deployments/ours.war"), StandardCopyOption.REPLACE_EXISTING);
        }
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
}
