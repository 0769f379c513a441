package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import mcpauth.transport.SessionCountServlet;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** The Java process of the server under test, looked into with the JDK's own {@code jcmd}. */
record ServerProcess(long id) {
    /** As many as the server, or the JVM, likes to have: both grow and shrink them by what they measure. */
    static final Set<String> POOLS = Set.of(
            "Default Executor-thread-#", // Open Liberty: requests and managed executors
            "default task-#", // WildFly: requests
            "RMI TCP Connection(#)-#.#.#.#", // Open Liberty: what Arquillian asks
            "RMI TCP Connection(idle)",
            "EE-ManagedScheduledExecutorService-default-Thread-#", // WildFly: managed executors
            "DeploymentScanner-threads - #", // WildFly
            "management-handler-thread - #", // WildFly: what Arquillian asks
            "ServerService Thread Pool -- #", // WildFly: deployments
            "MSC service thread #-#", // WildFly: deployments
            "HttpClient-#-Worker-#", // java.net.http behind our ProviderClient: one ends after a minute without work
            "C# CompilerThread#",
            "Attach Listener");

    /** A thread for each client of a test at most, twice; a thread for each of thousands of sessions is many more. */
    private static final int POOL_GROWTH = 32;

    private static final Pattern THREAD = Pattern.compile("^\"(.*)\" #\\d+ .*", Pattern.MULTILINE);
    private static final Pattern HISTOGRAM_ROW =
            Pattern.compile("^ *\\d+: +(\\d+) +(\\d+) +(\\S+).*", Pattern.MULTILINE);
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("^Total +\\d+ +(\\d+)", Pattern.MULTILINE);

    /** Sessions that are counted now, and users who have one. */
    record Sessions(int count, int users) {}

    /** The application has to be deployed with {@link SessionCountServlet} in it. */
    static ServerProcess find(String token) {
        return new ServerProcess(Long.parseLong(ask(token)[0]));
    }

    static Sessions sessions(String token) {
        String[] answer = ask(token);
        return new Sessions(Integer.parseInt(answer[1]), Integer.parseInt(answer[2]));
    }

    private static String[] ask(String token) {
        HttpResponse<String> answer = Server.send(Server.request(SessionCountServlet.PATH, token));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().split(" ", -1);
    }

    /** How many Java threads there are of each name; numbers in a name are not told apart. */
    Map<String, Integer> threads() {
        Map<String, Integer> threads = new TreeMap<>();
        Matcher thread = THREAD.matcher(jcmd("Thread.print"));
        while (thread.find()) {
            threads.merge(thread.group(1).replaceAll("\\d+", "#"), 1, Integer::sum);
        }
        assertThat(threads).isNotEmpty();
        return threads;
    }

    /** What there is in the second and was not in the first; a pool may have grown a little. */
    static Map<String, Integer> extraThreads(Map<String, Integer> before, Map<String, Integer> after) {
        return after.entrySet().stream()
                .filter(threads -> threads.getValue() - before.getOrDefault(threads.getKey(), 0)
                        > (POOLS.contains(threads.getKey()) ? POOL_GROWTH : 0))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        threads -> threads.getValue() - before.getOrDefault(threads.getKey(), 0),
                        Integer::sum,
                        TreeMap::new));
    }

    static int total(Map<String, Integer> threads) {
        return threads.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** What is alive in the heap, after a full collection. */
    Heap heap() {
        String histogram = jcmd("GC.class_histogram");
        Map<String, Integer> instances = new TreeMap<>();
        Matcher row = HISTOGRAM_ROW.matcher(histogram);
        while (row.find()) {
            // a class that several loaders have loaded has several rows
            instances.merge(row.group(3), Integer.parseInt(row.group(1)), Integer::sum);
        }
        Matcher total = HISTOGRAM_TOTAL.matcher(histogram);
        assertThat(total.find()).as(histogram).isTrue();
        return new Heap(Long.parseLong(total.group(1)), instances);
    }

    /** Bytes, and how many instances there are of each class. */
    record Heap(long bytes, Map<String, Integer> instances) {
        int instances(String className) {
            return instances.getOrDefault(className, 0);
        }
    }

    /** Runs the agent's {@code agentmain} in the server. */
    void loadAgent(Class<?> agent) {
        File jar = Path.of("target", agent.getSimpleName() + ".jar")
                .toAbsolutePath()
                .toFile();
        ShrinkWrap.create(JavaArchive.class)
                .addClass(agent)
                .setManifest(new StringAsset("Manifest-Version: 1.0\nAgent-Class: " + agent.getName() + "\n"))
                .as(ZipExporter.class)
                .exportTo(jar, true);
        assertThat(jcmd("JVMTI.agent_load", jar.getPath())).contains("return code: 0");
    }

    private String jcmd(String... command) {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(id)));
        line.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
