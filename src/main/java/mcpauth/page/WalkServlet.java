package mcpauth.page;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.JsonError;
import mcpauth.oidc.ClientWalk;
import mcpauth.oidc.ClientWalk.Step;
import mcpauth.oidc.ProviderUnavailableException;

/**
 * The way of a client, walked by this server, for an operator without a browser: text, one line for what is found at each
 * hop. Called by the container only.
 */
@WebServlet(name = "page-walk", urlPatterns = WalkServlet.PATH)
public class WalkServlet extends PublicServlet {
    static final String PATH = "/page/check";

    private static final long serialVersionUID = 1L;

    private final transient ClientWalk walk;
    private final transient Map<Locale, WalkText> texts =
            WalkText.LANGUAGES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), WalkText::new));

    /** Called by the container only. */
    @Inject
    public WalkServlet(McpAuthConfig config, ClientWalk walk) {
        super(config);
        this.walk = walk;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        URI base = base(request);
        List<Step> steps;
        try {
            steps = walk.steps(base);
        } catch (ProviderUnavailableException e) {
            response.setHeader("Retry-After", Long.toString(ProviderUnavailableException.RETRY_AFTER.toSeconds()));
            new JsonError("temporarily_unavailable", "A walk is on its way, and takes long. Try again.")
                    .send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        Locale language = WalkText.language(Collections.list(request.getLocales()));
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Language", language.getLanguage());
        response.setHeader("Vary", "Accept-Language");
        String text =
                requireNonNull(texts.get(language), "every language has a text").of(base, steps);
        send(request, response, "text/plain;charset=UTF-8", text.getBytes(StandardCharsets.UTF_8));
    }
}
