package mcpauth.it;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The server under test, seen from outside, and the WAR as it was built. */
final class Server {
    static final URI BASE = URI.create("http://localhost:" + System.getProperty("it.http.port"));
    /** HTTP/1.1, as MCP clients use it where there is no TLS. */
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Server() {}

    /** The WAR as built; the settings come into it as a file that MicroProfile Config reads. */
    static WebArchive war(Map<String, String> settings) {
        return war("mcp-auth-jakarta.war", settings);
    }

    /** The same, where one class has several deployments. */
    static WebArchive war(String name, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        // a test that is about something else shall not fail on a machine that is busy
        all.putIfAbsent("mcp.auth.request-timeout", "PT20S");
        String properties = all.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                .collect(Collectors.joining());
        return ShrinkWrap.create(ZipImporter.class, name)
                .importFrom(new File(System.getProperty("it.war")))
                .as(WebArchive.class)
                .addAsResource(new StringAsset(properties), "META-INF/microprofile-config.properties");
    }

    static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(BASE.resolve(path)).timeout(Duration.ofSeconds(20));
    }

    static HttpRequest.Builder request(String path, String token) {
        return request(path).header("Authorization", "Bearer " + token);
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static HttpResponse<String> get(String path) {
        return send(request(path));
    }

    static HttpResponse<String> post(String path, String token, String json) {
        return send(
                request(path, token).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    /** A header's only value; "none" and "several" are told apart. */
    static String header(HttpResponse<?> response, String name) {
        return String.join(" AND ", response.headers().allValues(name));
    }

    /** Everything the server has logged. */
    static String log() {
        Path logs = Path.of(System.getProperty("it.log.directory"));
        try (var files = Files.list(logs)) {
            return files.filter(Files::isRegularFile).map(Server::read).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
