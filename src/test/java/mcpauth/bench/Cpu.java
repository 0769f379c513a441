package mcpauth.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processor time of the server under test, and who runs on which core: the server on the first, what loads it on the
 * second, so that neither takes from the other. Linux only: it reads {@code /proc}.
 */
final class Cpu {
    /** Of {@code /proc/<pid>/stat}: it is the same on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /** Before anything is pinned. */
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final long pid;

    private Cpu(long pid) {
        this.pid = pid;
    }

    /** Of the server that was told to listen at that port. */
    static Cpu ofServerAt(String port) throws IOException, InterruptedException {
        long pid = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> arguments(process.pid()).get(0).endsWith("java"))
                // in the name of Open Liberty's server, or in a system property of WildFly's
                .filter(process -> String.join(" ", arguments(process.pid())).contains(port))
                .findFirst()
                .orElseThrow(() -> new IOException("no server listens at port " + port))
                .pid();
        pin(ProcessHandle.current().pid(), "1");
        return new Cpu(pid);
    }

    /** From now on the server has one core, which nothing else needs: what it is measured on. */
    void onOneCore() throws IOException, InterruptedException {
        pin(pid, "0");
    }

    /** From now on the server has all cores: its compiler, too, has much to do while it warms up. */
    void onAllCores() throws IOException, InterruptedException {
        pin(pid, "0-" + (CORES - 1));
    }

    long pid() {
        return pid;
    }

    /** The command, on the core of what loads the server. */
    static List<String> onLoadCore(List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "--cpu-list", "1"));
        pinned.addAll(command);
        return pinned;
    }

    /** Microseconds the server has had a core for since it was started. */
    double micros() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND * 1e6;
    }

    private static List<String> arguments(long pid) {
        try {
            return List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8)
                    .split("\0", -1));
        } catch (IOException e) {
            return List.of("");
        }
    }

    private static void pin(long pid, String cores) throws IOException, InterruptedException {
        new ProcessBuilder("taskset", "--all-tasks", "--cpu-list", "--pid", cores, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
