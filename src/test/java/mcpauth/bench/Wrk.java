package mcpauth.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load tool wrk, on a core of its own; {@code src/test/bench/load.lua} says what it sends and checks each answer. */
final class Wrk {
    private static final Path SCRIPT = Path.of("src/test/bench/load.lua");
    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final Pattern RESULT = Pattern.compile("(?m)^RESULT (.*)$");
    private static final Pattern CPU = Pattern.compile("(?m)^CPU ([0-9.]+) ([0-9.]+)$");

    private Wrk() {}

    /** One caller: what its requests carry. */
    record Client(String token, String session, String path, int user) {}

    /**
     * What to send.
     *
     * @param url of the server
     * @param clients whose requests are sent in turn
     * @param connections at once
     * @param newTokens whether each request carries a token of its own
     * @param checked whether the answer has to be the claims of the client's user
     */
    record Load(String url, List<Client> clients, int connections, boolean newTokens, boolean checked) {}

    /**
     * What came of it.
     *
     * @param requests answered
     * @param seconds it took
     * @param failed answers of a status from 400 on, and connections that broke
     * @param wrong answers that were not the client's own
     * @param medianMillis latency
     * @param p99Millis latency
     * @param cpu how busy the tool was, of one core: near 1 it is the limit itself
     */
    record Outcome(
            long requests, double seconds, long failed, long wrong, double medianMillis, double p99Millis, double cpu) {
        double perSecond() {
            return requests / seconds;
        }
    }

    static Outcome run(Load load, int seconds) throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        Path clients = DIRECTORY.resolve("clients.tsv").toAbsolutePath();
        Files.write(
                clients,
                load.clients().stream()
                        .map(client -> String.join(
                                "\t", client.token(), client.session(), client.path(), Integer.toString(client.user())))
                        .toList());
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "TIMEFORMAT='CPU %U %S'; time \"$@\"",
                "wrk",
                "wrk",
                "--threads",
                "1",
                "--connections",
                Integer.toString(load.connections()),
                "--duration",
                seconds + "s",
                "--timeout",
                "30s",
                "--script",
                SCRIPT.toString(),
                load.url(),
                "--",
                clients.toString(),
                load.newTokens() ? Long.toString(System.nanoTime()) : "known",
                load.checked() ? "checked" : "unchecked"));
        Process process = new ProcessBuilder(Cpu.onLoadCore(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("wrk failed (install it: on Debian, apt-get install wrk): " + output);
        }
        Matcher result = RESULT.matcher(output);
        Matcher cpu = CPU.matcher(output);
        if (!result.find() || !cpu.find()) {
            throw new IOException("wrk says nothing that can be read: " + output);
        }
        JsonObject json = Json.createReader(new StringReader(result.group(1))).readObject();
        double took = json.getJsonNumber("seconds").doubleValue();
        return new Outcome(
                json.getJsonNumber("requests").longValue(),
                took,
                json.getJsonNumber("failed").longValue(),
                json.getJsonNumber("wrong").longValue(),
                json.getJsonNumber("medianMillis").doubleValue(),
                json.getJsonNumber("p99Millis").doubleValue(),
                (Double.parseDouble(cpu.group(1)) + Double.parseDouble(cpu.group(2))) / took);
    }
}
