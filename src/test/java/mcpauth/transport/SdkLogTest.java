package mcpauth.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

final class SdkLogTest {
    private static final String SERVER = "io.modelcontextprotocol.server.McpAsyncServer";
    private static final String ARGUMENTS = "io.modelcontextprotocol.util.ToolInputValidator";

    private final SdkLog sdkLog = new SdkLog();
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            lines.add(logged.getLevel() + " " + logged.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is open
        }
    };
    private final Logger sdk = Logger.getLogger("io.modelcontextprotocol");

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        sdk.addHandler(handler);
        sdk.setUseParentHandlers(false);
        sdkLog.tame();
    }

    @AfterEach
    void listenNoMore() {
        sdkLog.release();
        sdk.removeHandler(handler);
        sdk.setUseParentHandlers(true);
        sdk.setLevel(null);
    }

    @Test
    void whatAClientSentForgesNoLine() {
        LoggerFactory.getLogger(SERVER).info("Client {}", "a\r\nINFO: all is well\u2028\u001b[2J");
        assertThat(lines).containsExactly("INFO Client a\\u000d\\u000aINFO: all is well\\u2028\\u001b[2J");
    }

    @Test
    void whatAClientSentFillsNoLog() {
        LoggerFactory.getLogger(SERVER).warn("{}", "😀".repeat(100_000));
        assertThat(lines).containsExactly("WARNING " + "😀".repeat(500) + " …");
    }

    @Test
    void argumentsThatAreWrongAreNoWarning() {
        LoggerFactory.getLogger(ARGUMENTS).warn("Tool a: wrong");
        assertThat(lines).isEmpty();
        sdk.setLevel(Level.FINE);
        LoggerFactory.getLogger(ARGUMENTS).warn("Tool a: wrong");
        assertThat(lines).containsExactly("FINE Tool a: wrong");
    }

    @Test
    void loggersAreReleased() {
        sdkLog.release();
        LoggerFactory.getLogger(ARGUMENTS).warn("a\nb");
        assertThat(lines).containsExactly("WARNING a\nb");
    }

    @ParameterizedTest
    @CsvSource({"a,a", "'',''", "ä😀,ä😀"})
    void textInOneLineStaysAsItIs(String text, String line) {
        assertThat(SdkLog.safe(text)).isEqualTo(line);
    }

    /** A version of the SDK that logs elsewhere is found out here. */
    @Test
    void everyClassOfTheSdkThatLogsIsKnown() {
        List<String> logging = new ClassFileImporter()
                .importPackages("io.modelcontextprotocol").stream()
                        .filter(type -> !type.getPackageName().startsWith("io.modelcontextprotocol.client"))
                        .filter(type -> !type.getPackageName().endsWith(".server.transport"))
                        .filter(type -> !type.getSimpleName().startsWith("McpClient"))
                        .filter(SdkLogTest::logs)
                        .map(JavaClass::getName)
                        .sorted()
                        .toList();
        assertThat(logging).containsAll(List.of(SERVER, ARGUMENTS));
        assertThat(SdkLog.NAMES).containsAll(logging);
    }

    private static boolean logs(JavaClass type) {
        return type.getMethodCallsFromSelf().stream()
                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(LoggerFactory.class));
    }
}
