package mcpauth.development;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What {@code ./mvnw} runs: Open Liberty or WildFly with the WAR, and a development issuer unless {@code MCP_AUTH_ISSUER}
 * names a provider. A protected resource, unless {@code MCP_AUTH_RESOURCE} is set to nothing. Ends with Ctrl-C, both
 * servers with it.
 */
public final class DevelopmentServer {
    private static final int DEFAULT_HTTP_PORT = 3001;
    private static final int DEFAULT_ISSUER_PORT = 3002;
    private static final String CLIENT_ID = "mcp-inspector";

    private DevelopmentServer() {}

    /**
     * Serves until Ctrl-C.
     *
     * @param arguments {@code liberty} or {@code wildfly}, its home, the WAR
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(arguments[1]);
        ServerProduct product = arguments[0].equals("wildfly") ? new WildFly(home) : new OpenLiberty(home);
        Optional<Integer> port = httpPort(System.getenv("HTTP_PORT"));
        if (port.isEmpty()) {
            exit("HTTP_PORT is \"" + System.getenv("HTTP_PORT") + "\": expected a port number from 1 to 65535.");
            return;
        }
        if (!isFree(port.get())) {
            exit("Port " + port.get() + " is in use: stop what listens there, or choose another port with HTTP_PORT,"
                    + " for example HTTP_PORT=3005 ./mvnw");
            return;
        }
        String configuredIssuer = System.getenv("MCP_AUTH_ISSUER");
        boolean embedded = configuredIssuer == null || configuredIssuer.isEmpty();
        String url = "http://localhost:" + port.get();
        String issuer = embedded
                ? DevelopmentIssuer.start(
                                isFree(DEFAULT_ISSUER_PORT) ? DEFAULT_ISSUER_PORT : 0,
                                List.of(url + "/mcp", url + "/sse"))
                        .issuer()
                : configuredIssuer;
        product.deploy(Path.of(arguments[2]));
        System.exit(serve(product, issuer, port.get(), embedded));
    }

    static Optional<Integer> httpPort(String value) {
        if (value == null || value.isEmpty()) {
            return Optional.of(DEFAULT_HTTP_PORT);
        }
        return value.matches("[1-9]\\d{0,4}")
                ? Optional.of(Integer.valueOf(value)).filter(port -> port <= 65535)
                : Optional.empty();
    }

    private static int serve(ServerProduct product, String issuer, int port, boolean embedded)
            throws IOException, InterruptedException {
        ProcessBuilder builder = product.command(port).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MCP_AUTH_ISSUER", issuer);
        // set to nothing it means the delegated mode
        environment.putIfAbsent("MCP_AUTH_RESOURCE", "http://localhost:" + port + "/mcp");
        if (embedded) {
            environment.putIfAbsent("MCP_PAGE_CLIENT_ID", CLIENT_ID);
        }
        // the options of the JVM that builds are not those of the server
        environment.remove("MAVEN_OPTS");
        environment.remove("JAVA_TOOL_OPTIONS");
        Process server = builder.start();
        server.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop the server"));
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
                if (line.contains(product.started())) {
                    printHelp(
                            System.out,
                            "http://localhost:" + port,
                            issuer,
                            embedded,
                            environment.get("MCP_AUTH_RESOURCE"));
                } else if (line.contains(product.failed())) {
                    System.out.println("The application was not started: the message above says why. Ctrl-C ends.");
                }
            }
        } catch (IOException e) {
            // Ctrl-C closes the output while it is being read
        }
        return server.waitFor();
    }

    /** Open streams would keep the server waiting for half a minute; nobody who types Ctrl-C wants that. */
    private static void stop(Process process) {
        List<ProcessHandle> processes = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        processes.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                processes.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param resource the resource of {@code /mcp}; empty in the delegated mode */
    static void printHelp(PrintStream out, String url, String issuer, boolean embedded, String resource) {
        String clientId = embedded ? CLIENT_ID : "the App ID of your application at the provider";
        out.println();
        out.println("  ------------------------------------------------------------------------");
        out.println("  The MCP server is ready.      Ctrl-C ends it.");
        out.println();
        out.println("    Page        " + url + "/   (try it in a browser)");
        out.println("    MCP URL     " + url + "/mcp   (Streamable HTTP)");
        out.println("    SSE URL     " + url + "/sse   (HTTP+SSE, for older clients)");
        out.println("    Issuer      " + issuer + (embedded ? "   (for development, in this process)" : ""));
        out.println("    Client ID   " + clientId);
        out.println("    Scope       openid profile email");
        if (!embedded && !resource.isEmpty()) {
            out.println("    Register    " + resource);
            out.println("                " + resource.replaceFirst("/mcp$", "/sse"));
            out.println("                as resources at the provider, byte for byte (in Logto: API resources)");
        }
        if (embedded) {
            for (DevelopmentIssuer.User user : DevelopmentIssuer.User.values()) {
                out.printf(
                        "    User        %s, no password: sub %1$s, username %1$s, name %s, email %s%n",
                        user.username(),
                        user.claims().get("name"),
                        user.claims().get("email"));
            }
        }
        out.println();
        out.println("  In an MCP client type the URL, the client ID and the scope; sign in; call the tool whoami.");
        out.println("  The README leads through MCP Inspector.");
        out.println("  ------------------------------------------------------------------------");
        out.println();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("localhost"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void exit(String sentence) {
        System.out.println();
        System.out.println(sentence);
        System.exit(1);
    }
}
