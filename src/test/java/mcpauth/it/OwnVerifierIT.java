package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A CDI alternative of {@code TokenVerifier} decides in the place of ours. */
@ExtendWith(ArquillianExtension.class)
final class OwnVerifierIT {
    @Deployment(testable = false)
    static WebArchive war() {
        // nobody is there: nothing may depend on it
        return Server.war(Map.of(
                        "mcp.auth.issuer",
                        "http://localhost:1/oidc",
                        "mcp.auth.resource",
                        Server.BASE.resolve("/mcp").toString()))
                .addClass(OwnVerifier.class);
    }

    @Test
    void tokenItKnowsIsItsUsers() {
        String session = Streamable.open("key-of-carol");
        assertThat(Streamable.post("key-of-carol", session, Streamable.whoami(1))
                        .body())
                .contains("\"structuredContent\":{\"sub\":\"carol\"}");
    }

    @Test
    void tokenItRefusesIsRefused() {
        HttpResponse<String> response = ask("other");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Server.header(response, "WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void whatItCannotFindOutIsUnavailable() {
        HttpResponse<String> response = ask("down");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Server.header(response, "Retry-After")).isEqualTo("7");
    }

    private static HttpResponse<String> ask(String token) {
        return Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")));
    }
}
