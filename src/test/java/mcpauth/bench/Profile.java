package mcpauth.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the server's processor time goes, by JDK Flight Recorder: a sample belongs to the room in whose code, or for whose
 * code, the thread was at work, which is the innermost frame whose package has a row here.
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
        return rooms;
    }

    /** Records the server while the work runs. */
    static Shares of(long pid, String name, Work work) throws IOException, InterruptedException {
        Path file = Path.of("target", "bench", name + ".jfr").toAbsolutePath();
        Files.createDirectories(file.getParent());
        jcmd(pid, "JFR.start", "name=bench", "settings=profile");
        work.run();
        jcmd(pid, "JFR.dump", "name=bench", "filename=" + file);
        jcmd(pid, "JFR.stop", "name=bench");
        return read(file);
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

    private static Shares read(Path file) throws IOException {
        Map<String, Long> rooms = new HashMap<>();
        Map<String, Long> methods = new HashMap<>();
        long samples = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getStackTrace() == null
                        || !List.of("jdk.ExecutionSample", "jdk.NativeMethodSample")
                                .contains(event.getEventType().getName())) {
                    continue;
                }
                List<RecordedFrame> frames = event.getStackTrace().getFrames();
                if (event.getEventType().getName().equals("jdk.NativeMethodSample") && isWaiting(frames.get(0))) {
                    continue;
                }
                samples++;
                rooms.merge(room(frames), 1L, Long::sum);
                methods.merge(name(frames.get(0).getMethod()), 1L, Long::sum);
            }
        }
        return new Shares(samples, shares(rooms, samples), shares(methods, samples));
    }

    private static boolean isWaiting(RecordedFrame frame) {
        return List.of("epollWait", "wait", "park", "accept", "accept0", "poll", "wait0")
                .contains(frame.getMethod().getName());
    }

    private static String room(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            for (Map.Entry<String, String> room : ROOMS.entrySet()) {
                if (type.startsWith(room.getKey() + ".")) {
                    return room.getValue();
                }
            }
        }
        return "JDK";
    }

    private static String name(RecordedMethod method) {
        return method.getType().getName() + "." + method.getName();
    }

    private static List<Share> shares(Map<String, Long> counts, long all) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(count -> new Share(count.getKey(), (double) count.getValue() / all))
                .toList();
    }
}
