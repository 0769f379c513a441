package mcpauth.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Prints how many integration tests ran on each server: the last line of {@code ./mvnw verify} that one reads. */
public final class TestSummary {
    private TestSummary() {}

    /**
     * Called by Maven.
     *
     * @param arguments the directory that has a directory of reports for each server
     */
    public static void main(String[] arguments) throws IOException {
        Path reports = Path.of(arguments[0]);
        if (!Files.isDirectory(reports)) {
            System.out.println("Integration tests: none was run.");
            return;
        }
        try (Stream<Path> servers = Files.list(reports)) {
            for (Path server : servers.filter(Files::isDirectory).sorted().toList()) {
                if (suites(server).isEmpty()) {
                    continue;
                }
                System.out.println("Integration tests on " + server.getFileName() + ": " + count(server) + " (Java "
                        + System.getProperty("java.version") + ")");
            }
        }
    }

    private static String count(Path reports) throws IOException {
        int run = 0;
        int failed = 0;
        int skipped = 0;
        for (Element suite : suites(reports)) {
            run += number(suite, "tests");
            failed += number(suite, "failures") + number(suite, "errors");
            skipped += number(suite, "skipped");
        }
        return run + " run, " + failed + " failed, " + skipped + " skipped";
    }

    private static int number(Element suite, String attribute) {
        return Integer.parseInt(suite.getAttribute(attribute));
    }

    private static List<Element> suites(Path reports) throws IOException {
        try (Stream<Path> files = Files.list(reports)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .filter(TestSummary::isOfThisBuild)
                    .map(TestSummary::parse)
                    .toList();
        }
    }

    /** Maven calls this in its own process; what is older was written by a build before. */
    private static boolean isOfThisBuild(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis()
                    >= ManagementFactory.getRuntimeMXBean().getStartTime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Element parse(Path file) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
        } catch (IOException | ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
