package mcpauth.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The nginx on the PATH between a test and the server: on loopback, with the documented configuration of
 * {@code src/test/nginx}, and with all its files in a directory of its own below {@code target/nginx}.
 */
final class Nginx implements AutoCloseable {
    private static final Path SITES = Path.of("src", "test", "nginx");

    private final Process process;
    private final Path directory;
    private final URI applicationUrl;

    private Nginx(Process process, Path directory, URI applicationUrl) {
        this.process = process;
        this.directory = directory;
        this.applicationUrl = applicationUrl;
    }

    /** What a test changes of an nginx; all the rest is nginx's default. */
    record Site(String name, String path, int port, String readTimeout) {
        /** The application at the root of the host, on any free port. */
        static Site atTheRoot() {
            return new Site("at-the-root", "", freePort(), "5s");
        }

        /** The application below {@code /tools}, on any free port. */
        static Site belowAPath() {
            return new Site("below-a-path", "/tools", freePort(), "5s");
        }

        /** How long a stream may be silent. */
        Site readTimeout(String duration) {
            return new Site(name, path, port, duration);
        }

        /** Where the clients find the application. */
        URI url() {
            return URI.create("http://localhost:" + port + path);
        }
    }

    /** Returns when nginx takes connections. */
    static Nginx start(Site site) {
        try {
            Path directory = Path.of(
                            "target",
                            "nginx",
                            System.getProperty("arquillian.launch") + "-" + site.name() + "-" + site.port())
                    .toAbsolutePath();
            Files.createDirectories(directory);
            String frame = Files.readString(SITES.resolve("nginx.conf"));
            Files.writeString(
                    directory.resolve("nginx.conf"),
                    replace(frame, "proxy_read_timeout 5s;", "proxy_read_timeout " + site.readTimeout() + ";"));
            String conf = Files.readString(SITES.resolve(site.name() + ".conf"));
            conf = replace(conf, "listen 80;", "listen 127.0.0.1:" + site.port() + ";");
            conf = replace(conf, "server 127.0.0.1:8080;", "server 127.0.0.1:" + Server.BASE.getPort() + ";");
            Files.writeString(directory.resolve("site.conf"), conf);
            Nginx nginx = new Nginx(run(directory), directory, site.url());
            Runtime.getRuntime().addShutdownHook(new Thread(nginx.process::destroy));
            nginx.awaitConnections();
            return nginx;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String replace(String conf, String line, String replacement) {
        if (!conf.contains(line)) {
            throw new AssertionError("The configuration has no line \"" + line + "\"");
        }
        return conf.replace(line, replacement);
    }

    private static Process run(Path directory) {
        try {
            return new ProcessBuilder("nginx", "-p", directory.toString(), "-c", "nginx.conf")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output.txt").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "nginx is not on the PATH: install it, on Debian with \"apt-get install nginx-light\", which puts it"
                            + " into /usr/sbin",
                    e);
        }
    }

    private void awaitConnections() throws IOException {
        for (int attempt = 0; attempt < 100 && process.isAlive(); attempt++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), applicationUrl.getPort()).close();
                return;
            } catch (IOException e) {
                pause();
            }
        }
        close();
        throw new AssertionError("nginx did not start: " + Files.readString(directory.resolve("output.txt")));
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URL of a path of the application, as a client has to ask for it. */
    URI url(String path) {
        return URI.create(applicationUrl + path);
    }

    /** The URL of a path of the public host, wherever the application is. */
    URI hostUrl(String path) {
        return applicationUrl.resolve(path);
    }

    /** Sends a request that was made for the server through nginx instead. */
    HttpRequest.Builder through(HttpRequest.Builder request) {
        URI direct = request.build().uri();
        String query = direct.getRawQuery() == null ? "" : "?" + direct.getRawQuery();
        return request.uri(url(direct.getRawPath() + query));
    }

    /** What nginx says of its own troubles. */
    String errorLog() {
        try {
            return Files.readString(directory.resolve("error.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does not wait for streams. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nginx did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
