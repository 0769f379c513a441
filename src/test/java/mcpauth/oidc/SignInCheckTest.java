package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import mcpauth.oidc.ProviderClient.Answer;
import mcpauth.oidc.SignInCheck.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an authorization endpoint means by its answer. */
final class SignInCheckTest {
    private static final String REDIRECT_URI = SignInCheck.redirectUri(URI.create("https://mcp.example.com/tools"));

    private static Verdict verdict(int status, @Nullable String location, String body)
            throws ProviderUnavailableException {
        return SignInCheck.verdict(new Answer(status, "application/json", null, location, body), REDIRECT_URI);
    }

    @ParameterizedTest
    @CsvSource({
        "login_required, ACCEPTED",
        "interaction_required, ACCEPTED",
        "consent_required, ACCEPTED",
        "account_selection_required, ACCEPTED",
        "invalid_target, UNKNOWN_RESOURCE",
        "invalid_scope, REFUSED_SCOPE",
        "unauthorized_client, REFUSED",
        "server_error, REFUSED"
    })
    void errorThatIsSentBackIsUnderstood(String error, Verdict expected) throws ProviderUnavailableException {
        assertThat(verdict(303, REDIRECT_URI + "?state=a&error=" + error + "&iss=x", ""))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_client, UNKNOWN_CLIENT",
        "invalid_redirect_uri, UNKNOWN_REDIRECT_URI",
        "invalid_target, UNKNOWN_RESOURCE",
        "invalid_request, REFUSED"
    })
    void errorThatIsShownIsUnderstood(String error, Verdict expected) throws ProviderUnavailableException {
        assertThat(verdict(400, null, "{\"error\":\"" + error + "\"}")).isEqualTo(expected);
    }

    @Test
    void codeOnAPageForPeopleIsFound() throws ProviderUnavailableException {
        assertThat(verdict(400, null, "<pre><strong>error</strong>: invalid_client</pre>"))
                .isEqualTo(Verdict.UNKNOWN_CLIENT);
        assertThat(verdict(400, null, "<pre>invalid_redirect_uri: redirect_uri did not match</pre>"))
                .isEqualTo(Verdict.UNKNOWN_REDIRECT_URI);
        assertThat(verdict(400, null, "<p>invalid_clients</p>")).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void errorPageThatIsNoJsonIsARefusal() throws ProviderUnavailableException {
        assertThat(verdict(400, null, "<p>Invalid parameter: redirect_uri</p>")).isEqualTo(Verdict.REFUSED);
        assertThat(verdict(400, null, "{\"error\":7}")).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void everythingElseIsAPage() throws ProviderUnavailableException {
        assertThat(verdict(200, null, "<form>")).isEqualTo(Verdict.PAGE);
        assertThat(verdict(302, "https://provider.example/sign-in", "")).isEqualTo(Verdict.PAGE);
        assertThat(verdict(302, "https://mcp.example.com/tools/elsewhere?error=invalid_target", ""))
                .isEqualTo(Verdict.PAGE);
    }

    @Test
    void codeThatIsSentBackIsAccepted() throws ProviderUnavailableException {
        assertThat(verdict(302, REDIRECT_URI + "?code=abc&state=a", "")).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void providerThatFailsSaysNothing() {
        assertThatThrownBy(() -> verdict(500, null, "")).isInstanceOf(ProviderUnavailableException.class);
    }
}
