package mcpauth.bench;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The figures of one server, as a Markdown table and as JSON. */
final class Report {
    private static final Path DIRECTORY = Path.of("target", "bench");

    private final String server;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Profile.Shares> profiles = new TreeMap<>();
    private final List<String> sentences = new ArrayList<>();

    Report(String server) {
        this.server = server;
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

    private record Row(
            String figure,
            Spread perSecond,
            Spread cpuMicros,
            Spread rateRatio,
            Spread cpuRatio,
            Spread bareMicros,
            Spread toolCpu) {}

    void add(
            String figure,
            Spread perSecond,
            Spread cpuMicros,
            Spread rateRatio,
            Spread cpuRatio,
            Spread bareMicros,
            Spread toolCpu) {
        Row row = new Row(figure, perSecond, cpuMicros, rateRatio, cpuRatio, bareMicros, toolCpu);
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
        return "| %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        row.figure,
                        row.perSecond.text(0),
                        row.rateRatio.text(2),
                        row.cpuMicros.text(0),
                        row.bareMicros.text(0),
                        row.cpuRatio.text(2),
                        row.toolCpu.text(2));
    }

    void write() throws IOException {
        Files.createDirectories(DIRECTORY);
        StringBuilder markdown = new StringBuilder("### " + server + "\n\n"
                + "| figure | requests/s | ÷ bare servlet | CPU µs a request | bare servlet µs | ÷ bare servlet | load"
                + " tool's CPU |\n| --- | --- | --- | --- | --- | --- | --- |\n");
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
        rows.forEach(row -> json.add(Json.createObjectBuilder()
                .add("figure", row.figure)
                .add("requestsPerSecond", row.perSecond.json())
                .add("rateRatio", row.rateRatio.json())
                .add("cpuMicros", row.cpuMicros.json())
                .add("bareCpuMicros", row.bareMicros.json())
                .add("cpuRatio", row.cpuRatio.json())
                .add("loadToolCpu", row.toolCpu.json())));
        Files.writeString(DIRECTORY.resolve(server + ".json"), json.build() + "\n");
    }

    private static String line(Profile.Share share) {
        return String.format(Locale.ROOT, "| `%s` | %.1f %% |%n", share.name(), share.share() * 100);
    }
}
