package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What was seen, as the table of {@code docs/clients.md}: each line was asserted before it came into it. */
final class ClientsTable {
    private static final Path DOCUMENT = Path.of("docs/clients.md");
    private static final Path SEEN = Path.of("target/clients/clients.md");
    private static final String HEAD = """
        | client | mode, provider | transport | the person … | reads in the end | server |
        | --- | --- | --- | --- | --- | --- |
        """;

    private final List<String> lines = new ArrayList<>();

    void add(String deployment, ClientRow row) {
        String servers = row.server().map(ClientsTable::server).orElse("both");
        String result = row.refusal().map(message -> "`" + message + "`").orElse("the claims of `whoami`");
        String way = row.way().isEmpty() ? "" : " (" + row.way() + ")";
        lines.add("| " + row.client().label() + " | " + deployment + " | "
                + row.transport().label() + way + " | " + row.scenario().label() + " | " + result + " | " + servers
                + " |");
    }

    private static String server(String launch) {
        return launch.equals("liberty") ? "Open Liberty" : "WildFly";
    }

    /** Writes the table, with what the run on the other server has seen, and compares this server's part with the document. */
    void finish() throws IOException {
        Files.write(SEEN.resolveSibling("seen-on-" + ClientRuns.LAUNCH + ".txt"), lines);
        TreeSet<String> all = new TreeSet<>();
        for (String launch : List.of("liberty", "wildfly")) {
            Path seen = SEEN.resolveSibling("seen-on-" + launch + ".txt");
            if (Files.exists(seen)) {
                all.addAll(Files.readAllLines(seen));
            }
        }
        Files.writeString(SEEN, HEAD + String.join("\n", all) + "\n");
        String elsewhere = " | " + server(ClientRuns.LAUNCH.equals("liberty") ? "wildfly" : "liberty") + " |";
        try (Stream<String> documented = Files.lines(DOCUMENT)) {
            assertThat(documented.filter(line ->
                            line.matches("\\| .* \\| (both|Open Liberty|WildFly) \\|") && !line.endsWith(elsewhere)))
                    .as("The table of %s is not what was seen: put %s there in its place", DOCUMENT, SEEN)
                    .containsExactlyInAnyOrderElementsOf(lines);
        }
    }
}
