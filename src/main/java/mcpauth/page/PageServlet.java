package mcpauth.page;

import static java.util.Objects.requireNonNull;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import mcpauth.config.McpAuthConfig;
import mcpauth.oidc.ProviderMetadataService;
import mcpauth.oidc.Providers;

/** The static files of the page. Called by the container only. */
@WebServlet(
        name = "page",
        urlPatterns = {
            "",
            "/page/style.css",
            "/page/icon.svg",
            "/page/main.js",
            "/page/sign-in.js",
            "/page/clients.js",
            "/page/elements.js",
            "/page/texts.en.js",
            "/page/texts.ja.js"
        })
public class PageServlet extends PublicServlet {
    private static final long serialVersionUID = 1L;

    private final transient Providers providers;
    private final transient Map<PageFile, PageFile.Content> contents = new EnumMap<>(PageFile.class);

    /** Called by the container only. */
    @Inject
    public PageServlet(McpAuthConfig config, Providers providers) {
        super(config);
        this.providers = providers;
    }

    /** Reads the files, so that one that is missing is noticed before somebody asks for it. */
    @Override
    public void init() {
        for (PageFile file : PageFile.values()) {
            contents.put(file, file.read(getServletContext()::getResourceAsStream));
        }
    }

    /** What is known of the providers when the page is sent: nobody is asked, so that a page does not wait for them. */
    @Override
    String contentSecurityPolicy() {
        List<URI> asked = new ArrayList<>();
        for (ProviderMetadataService provider : providers.metadata()) {
            asked.add(provider.issuer());
            provider.known().flatMap(metadata -> metadata.tokenEndpoint()).ifPresent(asked::add);
        }
        return ContentSecurityPolicy.ofPage(asked);
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getServletPath();
        // the root, which Undertow calls by the one name and the specification by the other
        PageFile file = PageFile.at(path.equals("/") ? "" : path)
                .orElseThrow(() -> new IllegalStateException("no file is at " + path));
        if (file == PageFile.PAGE && !request.getRequestURI().endsWith("/")) {
            // below a context path the files are found from the slash on; not every server adds it
            response.setHeader("Location", config().server().externalPath(request.getContextPath()) + "/");
            response.setStatus(HttpServletResponse.SC_FOUND);
            return;
        }
        PageFile.Content content = requireNonNull(contents.get(file), "init has read every file");
        response.setHeader("ETag", content.tag());
        // a new version of the application may be there at any time, and its files belong together
        response.setHeader("Cache-Control", "no-cache");
        if (content.tag().equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        send(request, response, file.mediaType(), content.bytes());
    }
}
