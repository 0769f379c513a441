package mcpauth.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What the rooms cost by themselves, without a server, so once and not on each. */
@Tag("bench")
@EnabledIfSystemProperty(named = "arquillian.launch", matches = "liberty")
final class RoomsIT {
    private static final Path DIRECTORY = Path.of("target", "bench");

    @Test
    void rooms() throws RunnerException, IOException {
        Files.createDirectories(DIRECTORY);
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("mcpauth\\..*Benchmark")
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .addProfiler(GCProfiler.class)
                        .resultFormat(ResultFormatType.JSON)
                        .result(DIRECTORY.resolve("rooms.json").toString())
                        .output(DIRECTORY.resolve("rooms.txt").toString())
                        .build())
                .run();
        StringBuilder table = new StringBuilder("| room | ns | ± | bytes allocated |\n| --- | --- | --- | --- |\n");
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark().replaceAll(".*\\.(?=[^.]*\\.)", "")
                    + (result.getParams().getParam("algorithm") == null
                            ? ""
                            : " " + result.getParams().getParam("algorithm"));
            table.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %.0f | %.0f | %.0f |%n",
                    name,
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreError(),
                    result.getSecondaryResults().entrySet().stream()
                            .filter(secondary -> secondary.getKey().endsWith("gc.alloc.rate.norm"))
                            .mapToDouble(secondary -> secondary.getValue().getScore())
                            .findFirst()
                            .orElse(Double.NaN)));
        }
        Files.writeString(DIRECTORY.resolve("rooms.md"), table);
        System.out.println(table);
    }
}
