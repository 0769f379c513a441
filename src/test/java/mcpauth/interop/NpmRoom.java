package mcpauth.interop;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Programs of npm, with the Node.js that they need: a directory of {@code src/test} with a package and its lock, installed
 * as the directory of {@code target} with the same name. Needs npm and its registry.
 */
public final class NpmRoom {
    private static final String LOCK = "package-lock.json";

    private final Path home;

    private NpmRoom(Path home) {
        this.home = home;
    }

    /**
     * Installs what the lock names, unless that is there.
     *
     * @param name of the directory
     * @throws IOException if npm fails; the message names the file with its output
     */
    public static NpmRoom install(String name) throws IOException, InterruptedException {
        NpmRoom room = new NpmRoom(Path.of("target", name).toAbsolutePath());
        Path source = Path.of("src/test", name);
        Path lock = room.home.resolve(LOCK);
        boolean current = Files.exists(room.home.resolve("node_modules/.package-lock.json"))
                && Files.exists(lock)
                && Files.mismatch(source.resolve(LOCK), lock) == -1;
        room.copy(source);
        if (!current) {
            boolean windows =
                    System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
            Path output = room.home.resolve("npm.txt");
            if (room.run(output, 5, Map.of(), windows ? "npm.cmd" : "npm", "ci", "--no-audit", "--no-fund") != 0) {
                throw new IOException("npm ci failed: it needs npm and the npm registry; see " + output);
            }
        }
        return room;
    }

    /** Where it is installed. */
    public Path home() {
        return home;
    }

    /** The Node.js of the room. */
    public String node() {
        return home.resolve("node_modules/.bin/node").toString();
    }

    /**
     * Runs a program there to its end.
     *
     * @param output the file that gets what it prints
     * @param minutes after that many it is stopped, and an exception thrown
     * @param environment added to that of this process
     * @return the exit status
     */
    public int run(Path output, int minutes, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                throw new IOException("It did not end in " + minutes + " minutes: see " + output);
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private void copy(Path source) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(home.resolve(source.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, home.resolve(source.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
