package mcpauth.bench;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The figures of one server, as a Markdown table and as JSON. */
final class Report {
    private static final Path DIRECTORY = Path.of("target", "bench");

    /** By name: what of a round, and with how many digits. */
    private static final Map<String, Column> COLUMNS = columns();

    private final String server;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Profile.Shares> profiles = new TreeMap<>();
    private final List<String> sentences = new ArrayList<>();

    Report(String server) {
        this.server = server;
    }

    private record Column(int digits, Function<BenchIT.Round, Double> value) {}

    private static Map<String, Column> columns() {
        Map<String, Column> columns = new LinkedHashMap<>();
        columns.put("requests/s", new Column(0, BenchIT.Round::perSecond));
        columns.put("÷ bare servlet", new Column(2, round -> round.perSecond() / round.barePerSecond()));
        columns.put("CPU µs a request", new Column(0, BenchIT.Round::cpuMicros));
        columns.put("bare servlet µs", new Column(0, BenchIT.Round::bareMicros));
        columns.put("CPU ÷ bare servlet", new Column(2, round -> round.cpuMicros() / round.bareMicros()));
        columns.put("behind a mechanism µs", new Column(0, BenchIT.Round::guardedMicros));
        columns.put("CPU ÷ behind a mechanism", new Column(2, round -> round.cpuMicros() / round.guardedMicros()));
        columns.put("load tool's CPU", new Column(2, BenchIT.Round::toolCpu));
        return columns;
    }

    /** The median of several rounds, with the least and the most. */
    record Spread(double median, double least, double most) {
        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            return new Spread(sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
        }

        String text(int digits) {
            String format = "%." + digits + "f";
            return String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, least, most);
        }

        JsonObjectBuilder json() {
            return Json.createObjectBuilder()
                    .add("median", median)
                    .add("least", least)
                    .add("most", most);
        }
    }

    private record Row(String figure, Map<String, Spread> columns) {}

    /** The figure of several rounds. */
    void add(String figure, List<BenchIT.Round> rounds) {
        Map<String, Spread> columns = new LinkedHashMap<>();
        COLUMNS.forEach((name, column) ->
                columns.put(name, Spread.of(rounds.stream().map(column.value()).toList())));
        Row row = new Row(figure, columns);
        rows.add(row);
        System.out.println(line(row));
    }

    void profile(String name, Profile.Shares shares) {
        profiles.put(name, shares);
    }

    /** A figure that has no row of its own kind. */
    void say(String sentence) {
        sentences.add(sentence);
        System.out.println(sentence);
    }

    void plot(String name, String title, String xName, List<Plot.Line> lines) throws IOException {
        plot(name, title, xName, "µs", lines);
    }

    void plot(String name, String title, String xName, String yName, List<Plot.Line> lines) throws IOException {
        Files.createDirectories(DIRECTORY);
        Files.writeString(
                DIRECTORY.resolve(server + "-" + name + ".svg"), Plot.svg(title + ", " + server, xName, yName, lines));
        lines.forEach(line -> System.out.println(title + ", " + line));
    }

    private static String line(Row row) {
        List<String> cells = new ArrayList<>(List.of(row.figure));
        row.columns.forEach(
                (name, spread) -> cells.add(spread.text(COLUMNS.get(name).digits())));
        return "| " + String.join(" | ", cells) + " |";
    }

    void write() throws IOException {
        Files.createDirectories(DIRECTORY);
        StringBuilder markdown = new StringBuilder("### " + server + "\n\n| figure | "
                + String.join(" | ", COLUMNS.keySet()) + " |\n|" + " --- |".repeat(COLUMNS.size() + 1) + "\n");
        rows.forEach(row -> markdown.append(line(row)).append('\n'));
        sentences.forEach(sentence -> markdown.append("\n- ").append(sentence));
        profiles.forEach((name, shares) -> {
            markdown.append("\n\n**Profile: ")
                    .append(name)
                    .append("** (")
                    .append(shares.samples())
                    .append(" samples)\n\n")
                    .append("| room | share |\n| --- | --- |\n");
            shares.rooms().forEach(share -> markdown.append(line(share)));
            markdown.append("\n| method, own time | share |\n| --- | --- |\n");
            shares.methods().stream().limit(10).forEach(share -> markdown.append(line(share)));
        });
        Files.writeString(DIRECTORY.resolve(server + ".md"), markdown + "\n");
        JsonArrayBuilder json = Json.createArrayBuilder();
        rows.forEach(row -> {
            JsonObjectBuilder figure = Json.createObjectBuilder().add("figure", row.figure);
            row.columns.forEach((name, spread) -> figure.add(name, spread.json()));
            json.add(figure);
        });
        Files.writeString(DIRECTORY.resolve(server + ".json"), json.build() + "\n");
    }

    private static String line(Profile.Share share) {
        return String.format(Locale.ROOT, "| `%s` | %.1f %% |%n", share.name(), share.share() * 100);
    }
}
