package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mcpauth.interop.NpmRoom;
import org.assertj.core.api.SoftAssertions;

/** Lets the clients of {@code src/test/clients} be used, and looks at what they ended with. */
final class ClientRuns {
    static final String LAUNCH = System.getProperty("arquillian.launch");
    private static final String ASK = "ask ";

    private final NpmRoom room;
    private final String name;
    private final String claim;
    private final ClientsTable table;
    private final SoftAssertions assertions = new SoftAssertions();

    /**
     * For one deployment.
     *
     * @param name of it, in the table, as "mode, provider"
     * @param claim what whoami says of alice there
     */
    ClientRuns(String name, String claim, ClientsTable table) throws IOException, InterruptedException {
        this.room = NpmRoom.install("clients");
        this.name = name;
        this.claim = claim;
        this.table = table;
    }

    /**
     * Runs the rows, and notes what they ended with. One that has not ended as it should is run once more.
     *
     * @param token for clients that cannot sign in
     * @param redeploy what a row may ask for in its middle; run on this thread
     */
    void run(List<ClientRow> rows, String token, Runnable redeploy) {
        List<ClientRow> here = rows.stream().filter(row -> row.runsOn(LAUNCH)).toList();
        Path results = room.home().resolve("results").resolve(LAUNCH).resolve(name.replaceAll("\\W+", "-"));
        execute(here, results, token, redeploy);
        // browsers, and clients that are not ours: once in a while one of them loses its way
        List<ClientRow> again =
                here.stream().filter(row -> !endedAsItShould(row, results)).toList();
        if (!again.isEmpty()) {
            System.out.println(LAUNCH + ", " + name + ", once more: " + again);
            execute(again, results, token, redeploy);
        }
        for (ClientRow row : here) {
            assertions
                    .assertThatCode(() -> check(row, results))
                    .as("%s, %s", name, row.id())
                    .doesNotThrowAnyException();
            table.add(name, row);
        }
    }

    private void execute(List<ClientRow> rows, Path results, String token, Runnable redeploy) {
        try {
            Files.createDirectories(results);
            Path plan = results.resolve("plan.json");
            Files.writeString(plan, plan(rows, results, token).toString());
            for (ClientRow row : rows) {
                Files.deleteIfExists(results.resolve(row.id() + ".json"));
            }
            execute(plan, redeploy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean endedAsItShould(ClientRow row, Path results) {
        try {
            check(row, results);
            return true;
        } catch (AssertionError | RuntimeException e) {
            return false;
        }
    }

    /** Fails if one of the rows has not ended as it should. */
    void assertAll() {
        assertions.assertAll();
    }

    private void execute(Path plan, Runnable redeploy) throws IOException {
        Process process = new ProcessBuilder(room.node(), "rows.mjs", plan.toString())
                .directory(room.home().toFile())
                .redirectError(plan.resolveSibling("errors.txt").toFile())
                .start();
        try (OutputStream answers = process.getOutputStream();
                BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(ASK)) {
                    redeploy.run();
                    answers.write("done\n".getBytes(StandardCharsets.US_ASCII));
                    answers.flush();
                } else {
                    System.out.println(LAUNCH + ", " + name + ", " + line);
                }
            }
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(() -> read(plan.resolveSibling("errors.txt")))
                    .isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static JsonObject plan(List<ClientRow> rows, Path results, String token) {
        var array = Json.createArrayBuilder();
        for (ClientRow row : rows) {
            JsonObjectBuilder object = Json.createObjectBuilder()
                    .add("id", row.id())
                    .add("client", row.client().id())
                    .add("transport", row.transport().id())
                    .add("url", Server.BASE.resolve(row.transport().path()).toString())
                    .add("way", row.way())
                    .add("scenario", row.scenario().id())
                    .add("person", person(row))
                    .add("tokenLifetime", 10)
                    .add("token", token)
                    .add("pictures", row.client().hasForm());
            row.clientId().ifPresent(id -> object.add("clientId", id));
            if (row.client().hasForm()) {
                object.add("typedScope", "openid profile email");
            }
            array.add(object);
        }
        return Json.createObjectBuilder()
                .add("results", results.toString())
                .add("rows", array)
                .build();
    }

    private static String person(ClientRow row) {
        return switch (row.scenario()) {
            case CANCEL -> "cancel";
            case MISTYPED -> "mistyped";
            default -> "alice";
        };
    }

    private void check(ClientRow row, Path results) {
        JsonObject result;
        try (var reader = Json.createReader(Files.newBufferedReader(results.resolve(row.id() + ".json")))) {
            result = reader.readObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String error = result.getString("error", "");
        if (row.refusal().isPresent()) {
            assertThat(error).contains(row.refusal().get());
        } else {
            assertThat(error).isEmpty();
            assertThat(result.getJsonArray("claims")).hasSize(row.scenario().answers());
            // in the words of the client: as JSON, or as the text of a page
            assertThat(result.getJsonArray("claims"))
                    .allSatisfy(claims -> assertThat(claims.toString()).contains(claim));
        }
        JsonObject authorization = result.getJsonObject("authorization");
        if (authorization != null) {
            checkAuthorization(row, authorization);
        }
    }

    private void checkAuthorization(ClientRow row, JsonObject authorization) {
        assertThat(authorization.getString("redirect_uri").replaceFirst(":\\d+/", "/"))
                .startsWith(row.client().redirectUri());
        assertThat(List.of(authorization.getString("scope").split(" "))).contains("openid", "profile", "email");
        assertThat(authorization.getString("code_challenge_method")).isEqualTo("S256");
        if (name.startsWith("delegated")) {
            assertThat(authorization).doesNotContainKey("resource");
        } else {
            assertThat(authorization.getString("resource"))
                    .isEqualTo(Server.BASE.resolve(row.transport().path()).toString());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
