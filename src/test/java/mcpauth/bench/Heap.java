package mcpauth.bench;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the server keeps in its heap when all that can be collected has been. */
final class Heap {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private Heap() {}

    /** Bytes of all objects that are reachable. */
    static long used(long pid) throws IOException, InterruptedException {
        Thread.sleep(500);
        Profile.jcmd(pid, "GC.run");
        Profile.jcmd(pid, "GC.run");
        Matcher total = TOTAL.matcher(Profile.jcmd(pid, "GC.class_histogram"));
        if (!total.find()) {
            throw new IOException("jcmd says nothing that can be read");
        }
        return Long.parseLong(total.group(1));
    }
}
