package mcpauth.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.annotation.WebServlet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of the page, and the two places that have to know the same paths. */
final class PageFilesTest {
    private static final Path DIRECTORY = Path.of("src/main/webapp/WEB-INF/page");

    private static Set<String> patterns(Class<?>... servlets) {
        return Stream.of(servlets)
                .flatMap(servlet ->
                        Arrays.stream(servlet.getAnnotation(WebServlet.class).urlPatterns()))
                .collect(Collectors.toSet());
    }

    private static String text(String name) throws IOException {
        return Files.readString(DIRECTORY.resolve(name));
    }

    private static InputStream open(String path) {
        try {
            return Files.newInputStream(Path.of("src/main/webapp" + path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the pattern's first group is, wherever it is found. */
    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFileIsServedAndNoOther() throws IOException {
        assertThat(patterns(PageServlet.class))
                .isEqualTo(Arrays.stream(PageFile.values()).map(PageFile::path).collect(Collectors.toSet()));
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertThat(files).hasSameSizeAs(PageFile.values());
        }
        for (PageFile file : PageFile.values()) {
            PageFile.Content content = file.read(PageFilesTest::open);
            assertThat(content.bytes()).isNotEmpty();
            assertThat(PageFile.at(file.path())).contains(file);
        }
        assertThat(PageFile.at("/page/other.js")).isEmpty();
    }

    @Test
    void fileThatIsMissingIsNoticed() {
        assertThatThrownBy(() -> PageFile.PAGE.read(path -> null))
                .hasMessage("/WEB-INF/page/index.html is missing in the application");
    }

    /** A prefix would open what is put there one day. The slash is the root for servers that do not know the empty one. */
    @Test
    void webXmlOpensEachPathByItself() throws IOException {
        String webXml = Files.readString(Path.of("src/main/webapp/WEB-INF/web.xml"));
        String opened = webXml.substring(webXml.indexOf("<web-resource-name>page</web-resource-name>"));
        Set<String> expected = new TreeSet<>(patterns(PageServlet.class, StateServlet.class, WalkServlet.class));
        expected.add("/");
        assertThat(found("<url-pattern>(.*)</url-pattern>", opened)).isEqualTo(expected);
    }

    @Test
    void pageHasNoScriptOrStyleInItAndNothingOfAnotherHost() throws IOException {
        String page = text("index.html");
        assertThat(page).doesNotContainPattern("<script(?! type=\"module\" src=\"page/main.js\"></script>)");
        assertThat(page).doesNotContainPattern("<style|style=|\\son[a-z]+=");
        for (PageFile file : PageFile.values()) {
            String name = file.path().isEmpty() ? "index.html" : file.path().substring("/page/".length());
            assertThat(text(name))
                    .doesNotContainPattern("innerHTML|insertAdjacentHTML|localStorage|document\\.cookie|eval\\(");
            assertThat(text(name)).doesNotContainPattern("(src|href|from|import|url)[=(\\s]+[\"']?(https?:)?//");
        }
    }

    @Test
    void japaneseSaysAllThatEnglishSays() throws IOException {
        String key = "(?m)^  '?([\\w.-]+)'?: ";
        Set<String> english = found(key, text("texts.en.js"));
        english.addAll(found("data-text=\"([^\"]+)\"", text("index.html")));
        assertThat(found(key, text("texts.ja.js"))).isEqualTo(english);
    }

    @Test
    void everyTextThatIsSaidIsThere() throws IOException {
        Set<String> known = found("(?m)^  '?([\\w.-]+)'?: ", text("texts.en.js"));
        Set<String> said = found("new Problem\\([^,]+, '([\\w-]+)'", text("sign-in.js")).stream()
                .map("remedy."::concat)
                .collect(Collectors.toCollection(TreeSet::new));
        said.addAll(found("(?:say|rich|check)\\((?:'\\w+', )?'([\\w.-]+)'", text("main.js")));
        said.addAll(found("key: '([\\w.-]+)'", text("clients.js")).stream()
                .map("snippet."::concat)
                .toList());
        said.removeIf(key -> key.endsWith("."));
        assertThat(said).hasSizeGreaterThan(40);
        assertThat(known).containsAll(said);
    }

    @Test
    void policyNamesTheOriginsThatAreAsked() {
        assertThat(ContentSecurityPolicy.ofPage(List.of(
                        URI.create("https://tenant.logto.app/oidc"),
                        URI.create("https://tenant.logto.app/oidc/token"),
                        URI.create("http://localhost:3002/oidc"))))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
                        + " https://tenant.logto.app http://localhost:3002; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'; require-trusted-types-for 'script'");
    }
}
