package mcpauth.development;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** How one application server is run in the foreground. */
interface ServerProduct {
    /** Puts the WAR where the server looks for applications when it starts. */
    void deploy(Path war) throws IOException;

    /** What serves HTTP on that port of the loopback interface until it is stopped. */
    ProcessBuilder command(int httpPort) throws IOException;

    /** The id of the log message by which the application can be used. */
    String started();

    /** The id of the log message by which it never will. */
    String failed();

    /** A script of the server, of the kind that this machine runs. */
    static String script(Path home, String unix, String windows) {
        boolean onWindows =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return home.resolve("bin").resolve(onWindows ? windows : unix).toString();
    }

    /** Copies the WAR into a directory, which may not be there yet. */
    static void copy(Path war, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.copy(war, directory.resolve(war.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
}
