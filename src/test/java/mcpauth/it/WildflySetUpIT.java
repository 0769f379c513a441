package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mcpauth.development.DevelopmentIssuer;
import mcpauth.development.DevelopmentIssuer.User;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What WildFly needs once: the script that sets it, and a WAR that notices where it was not set. */
@Tag("wildfly")
@ExtendWith(ArquillianExtension.class)
final class WildflySetUpIT {
    private static final String DOMAIN = "/subsystem=undertow/application-security-domain=other";
    private static final String REMEDY = "run once jboss-cli.sh --connect --commands=\"" + DOMAIN
            + ":write-attribute(name=integrated-jaspi,value=false),reload\"";
    private static final Path SCRIPT = Path.of("src/main/wildfly/configure-server.cli");

    private static DevelopmentIssuer issuer;

    @ArquillianResource
    Deployer deployer;

    /** Whether something else was done since the script was run to its end. */
    private boolean changed;

    @Deployment(name = "war", managed = false, testable = false)
    static WebArchive war() throws IOException {
        issuer = DevelopmentIssuer.start(0);
        return Server.war(Map.of("mcp.auth.issuer", issuer.issuer()));
    }

    @AfterAll
    static void stopIssuer() {
        issuer.close();
    }

    @AfterEach
    void serverIsSetUpForTheOtherTests() throws Exception {
        if (changed) {
            runScript();
        }
    }

    private String runScript() throws IOException, InterruptedException {
        String output = cli("--file=" + SCRIPT.toAbsolutePath());
        assertThat(output).doesNotContain("failed");
        changed = false;
        return output;
    }

    private void change(String commands) throws IOException, InterruptedException {
        changed = true;
        cli("--commands=" + commands);
    }

    @Test
    void deploymentSaysWhichCommandToRunAndTheScriptIsEnough() throws Exception {
        change(DOMAIN + ":write-attribute(name=integrated-jaspi,value=true),reload");
        assertThatThrownBy(() -> deployer.deploy("war")).isInstanceOf(Exception.class);
        deployer.undeploy("war");
        assertThat(Server.log())
                .contains("MCPAUTH-301 WildFly looks each caller up")
                .contains(REMEDY);

        runScript();
        deployer.deploy("war");
        assertThat(statusWithValidToken()).isEqualTo(400);
        deployer.undeploy("war");
    }

    @Test
    void applicationThatStartsWithTheServerSaysItInTheLog() throws Exception {
        deployer.deploy("war");
        String before = Server.log();
        change(DOMAIN + ":write-attribute(name=integrated-jaspi,value=true),reload");
        String remedy = "ERROR [mcpauth.security.LoginCheck]";
        for (int attempt = 0;
                attempt < 100 && !Server.log().substring(before.length()).contains(remedy);
                attempt++) {
            Thread.sleep(200);
        }
        assertThat(Server.log().substring(before.length())).contains(remedy).contains(REMEDY);
        deployer.undeploy("war");
    }

    @Test
    void scriptAddsTheSecurityDomainWhereItIsMissing() throws Exception {
        change(DOMAIN + ":remove,reload");
        runScript();
        deployer.deploy("war");
        assertThat(statusWithValidToken()).isEqualTo(400);
        deployer.undeploy("war");
    }

    @Test
    void scriptChangesNothingTheSecondTime() throws Exception {
        runScript();
        String log = Server.log();
        assertThat(runScript()).doesNotContain("outcome");
        assertThat(cli("--command=:read-attribute(name=server-state)")).contains("\"result\" => \"running\"");
        assertThat(Server.log()).isEqualTo(log);
    }

    /** Set right, but not loaded: what the server does is not what its management beans say. */
    @Test
    void requestThatTheServerRefusesTellsTheOperatorWhatToRun() throws Exception {
        change(DOMAIN + ":write-attribute(name=integrated-jaspi,value=true),reload," + DOMAIN
                + ":write-attribute(name=integrated-jaspi,value=false)");
        deployer.deploy("war");
        assertThat(statusWithValidToken()).isEqualTo(500);
        deployer.undeploy("war");
        assertThat(Server.log())
                .contains("The server refused the caller. MCPAUTH-301")
                .contains(REMEDY);
    }

    /** 400 is the answer to a message without a session: the caller was let through. */
    private static int statusWithValidToken() {
        return Server.post("/messages", issuer.token(User.ALICE), "{}").statusCode();
    }

    private static String cli(String argument) throws IOException, InterruptedException {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        Path command =
                Path.of(System.getProperty("it.wildfly.home"), "bin", windows ? "jboss-cli.bat" : "jboss-cli.sh");
        ProcessBuilder builder = new ProcessBuilder(
                        command.toString(),
                        "--connect",
                        "--controller=localhost:" + System.getProperty("it.management.port"),
                        argument)
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // it does little, and most of that is to start
        builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
