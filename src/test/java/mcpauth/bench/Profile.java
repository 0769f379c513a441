package mcpauth.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the server's processor time goes, by async-profiler, the kernel's part included: a sample belongs to the room in
 * whose code, or for whose code, the thread was at work, which is the innermost frame whose package has a row here.
 */
final class Profile {
    /** The first that fits counts. */
    private static final Map<String, String> ROOMS = rooms();

    private Profile() {}

    /** The share of each room, and of each method by its own time, the largest first. */
    record Shares(long samples, List<Share> rooms, List<Share> methods) {}

    /** A share of all samples. */
    record Share(String name, double share) {}

    private static Map<String, String> rooms() {
        Map<String, String> rooms =
                new TreeMap<>((a, b) -> b.length() - a.length() != 0 ? b.length() - a.length() : a.compareTo(b));
        for (String room :
                List.of("security", "token", "oidc", "transport", "tool", "whoami", "metadata", "config", "http")) {
            rooms.put("mcpauth." + room, "ours: " + room);
        }
        rooms.put("com.github.benmanes.caffeine", "Caffeine");
        rooms.put("com.nimbusds", "Nimbus");
        rooms.put("org.glassfish.jersey", "Jersey client");
        rooms.put("jdk.internal.net.http", "JDK HTTP client");
        rooms.put("io.modelcontextprotocol", "MCP SDK");
        rooms.put("reactor", "Reactor");
        rooms.put("tools.jackson", "Jackson");
        rooms.put("com.networknt", "JSON Schema");
        rooms.put("org.eclipse.parsson", "JSON-P");
        rooms.put("org.jboss.weld", "server: CDI");
        rooms.put("com.ibm.ws.cdi", "server: CDI");
        rooms.put("com.ibm.ws.security", "server: security");
        rooms.put("com.ibm.ws.webcontainer.security", "server: security");
        rooms.put("org.wildfly.security", "server: security");
        rooms.put("org.wildfly.extension.undertow.security", "server: security");
        rooms.put("org.glassfish.soteria", "server: security");
        rooms.put("jakarta.security", "server: security");
        rooms.put("com.ibm", "server: HTTP and servlet");
        rooms.put("io.openliberty", "server: HTTP and servlet");
        rooms.put("io.undertow", "server: HTTP and servlet");
        rooms.put("org.xnio", "server: HTTP and servlet");
        rooms.put("org.jboss.threads", "server: threads");
        rooms.put("org.wildfly", "server: HTTP and servlet");
        rooms.put("javax.security.auth", "server: security");
        return rooms;
    }

    /** Records the server while the work runs. */
    static Shares of(long pid, String name, Work work) throws IOException, InterruptedException {
        Path library = library();
        Path file = library.resolveSibling(name + ".collapsed");
        profiler(pid, library, "start,event=cpu,interval=1ms,cstack=vm");
        work.run();
        profiler(pid, library, "stop,file=" + file + ",collapsed");
        return read(file);
    }

    /** The profiler is a library that the server loads; its jar has it. */
    private static Path library() throws IOException {
        Path file = Path.of("target", "bench", "libasyncProfiler.so").toAbsolutePath();
        String platform = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
        try (InputStream library = Profile.class.getResourceAsStream("/" + platform + "/libasyncProfiler.so")) {
            if (library == null) {
                throw new IOException("async-profiler is not on the class path: run with -Pbench");
            }
            Files.createDirectories(file.getParent());
            if (Files.notExists(file)) {
                Files.copy(library, file);
            }
        }
        return file;
    }

    private static void profiler(long pid, Path library, String command) throws IOException, InterruptedException {
        String answer = jcmd(pid, "JVMTI.agent_load", library.toString(), '"' + command + '"');
        if (!answer.contains("return code: 0")) {
            throw new IOException("async-profiler: " + answer);
        }
    }

    /** What is recorded. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    static String jcmd(long pid, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid)));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
        return output;
    }

    /** A line is the frames from the outermost on, with semicolons between them, and the number of samples. */
    private static Shares read(Path file) throws IOException {
        Map<String, Long> rooms = new HashMap<>();
        Map<String, Long> methods = new HashMap<>();
        long samples = 0;
        for (String line : Files.readAllLines(file)) {
            int space = line.lastIndexOf(' ');
            long count = Long.parseLong(line.substring(space + 1));
            List<String> frames =
                    Arrays.asList(line.substring(0, space).replace('/', '.').split(";", -1));
            Collections.reverse(frames);
            samples += count;
            rooms.merge(room(frames), count, Long::sum);
            methods.merge(frames.get(0), count, Long::sum);
        }
        return new Shares(samples, shares(rooms, samples), shares(methods, samples));
    }

    private static String room(List<String> frames) {
        for (String frame : frames) {
            for (Map.Entry<String, String> room : ROOMS.entrySet()) {
                if (frame.startsWith(room.getKey() + ".")) {
                    return room.getValue();
                }
            }
        }
        return "JVM";
    }

    private static List<Share> shares(Map<String, Long> counts, long all) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(count -> new Share(count.getKey(), (double) count.getValue() / all))
                .toList();
    }
}
