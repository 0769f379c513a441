package mcpauth.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server in a process of its own, which ends with this JVM at the latest. Its output goes to a file. */
final class ServerProcess implements AutoCloseable {
    private static final Duration MAX_START = Duration.ofMinutes(5);

    private final Process process;
    private final Path output;
    private final Thread shutdownHook = new Thread(this::stop, "stop a server");

    private ServerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    static ServerProcess start(Path directory, Path output, List<String> command) throws IOException {
        Files.createDirectories(output.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // the options of the JVM that tests are not those of the server
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new ServerProcess(builder.start(), output);
    }

    /** Waits for the line of output by which the server can be used, and gives the pattern's first group in it. */
    String awaitOutput(Pattern ready) throws IOException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < MAX_START.toNanos()) {
            // the last line may be half written
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Matcher matcher = ready.matcher(text.substring(0, text.lastIndexOf('\n') + 1));
            if (matcher.find()) {
                return matcher.group(1);
            }
            pause();
        }
        stop();
        throw new IOException("The server did not start: see " + output.toAbsolutePath());
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A script does not always hand its own process over to the server it starts. */
    private void stop() {
        List<ProcessHandle> processes = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        processes.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                processes.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
    }
}
