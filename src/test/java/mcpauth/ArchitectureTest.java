package mcpauth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The map in docs/architecture.md. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("mcpauth");

    @ParameterizedTest
    @CsvSource({
        "config, ''",
        "http, ''",
        "token, ''",
        "tool, ''",
        "oidc, token config",
        "security, token config http",
        "metadata, oidc config http",
        "page, oidc config http",
        "transport, tool config http token",
        "whoami, tool"
    })
    void roomsUseOnlyTheRoomsTheyMayEnter(String room, String others) {
        String[] allowed = Stream.concat(Stream.of(room), Arrays.stream(others.split(" ", -1)))
                .map(name -> "mcpauth." + name)
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("mcpauth." + room)
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.or(
                        JavaClass.Predicates.resideOutsideOfPackage("mcpauth.."),
                        JavaClass.Predicates.resideInAnyPackage(allowed)))
                .check(CLASSES);
    }

    @Test
    void everyClassLivesInARoom() {
        classes()
                .should()
                .resideInAnyPackage(Stream.of(
                                "config",
                                "http",
                                "token",
                                "tool",
                                "oidc",
                                "security",
                                "metadata",
                                "page",
                                "transport",
                                "whoami")
                        .map(room -> "mcpauth." + room)
                        .toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void roomsAreFreeOfCycles() {
        slices().matching("mcpauth.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void mcpSdkStaysInTransport() {
        noClasses()
                .that()
                .resideOutsideOfPackage("mcpauth.transport")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.modelcontextprotocol..", "reactor..", "tools.jackson..")
                .check(CLASSES);
    }

    @Test
    void httpClientStaysInOidc() {
        noClasses()
                .that()
                .resideOutsideOfPackage("mcpauth.oidc")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.HttpURLConnection")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "jakarta.ws.rs.client..")
                .check(CLASSES);
    }

    @Test
    void toolsKnowNoServlet() {
        noClasses()
                .that()
                .resideInAnyPackage("mcpauth.tool", "mcpauth.whoami", "mcpauth.token", "mcpauth.oidc", "mcpauth.config")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.servlet..")
                .check(CLASSES);
    }

    @Test
    void noJaxRsPathStandsOutsideOfTheMetadata() {
        assertThat(CLASSES.stream().filter(type -> type.isAnnotatedWith(ApplicationPath.class)))
                .singleElement()
                .satisfies(type -> assertThat(
                                type.getAnnotationOfType(ApplicationPath.class).value())
                        .isEqualTo("/.well-known"));
        assertThat(CLASSES.stream().filter(type -> type.isAnnotatedWith(Path.class)))
                .isNotEmpty()
                .allSatisfy(type -> assertThat(type.getPackageName()).isEqualTo("mcpauth.metadata"));
    }
}
