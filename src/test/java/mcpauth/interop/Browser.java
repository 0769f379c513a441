package mcpauth.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/** A browser with no cookies yet, and a person who types into sign-in forms. */
final class Browser {
    private static final int MAX_STEPS = 12;

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new Cookies()).build();

    /** Goes on from page to page, filling in the fields of those names, until it is sent to the address. */
    URI follow(URI start, Map<String, String> fields, String until) {
        URI page = start;
        HttpRequest.Builder request = HttpRequest.newBuilder(page);
        for (int step = 0; step < MAX_STEPS; step++) {
            HttpResponse<String> response = Http.send(http, request);
            if (response.statusCode() >= 300 && response.statusCode() < 400) {
                page = page.resolve(Http.header(response, "Location"));
                if (page.toString().startsWith(until)) {
                    return page;
                }
                request = HttpRequest.newBuilder(page);
            } else {
                assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                FormElement form = filled(response, page, fields);
                page = URI.create(form.hasAttr("action") ? form.absUrl("action") : page.toString());
                request = Http.postForm(page, data(form));
            }
        }
        throw new AssertionError("Never arrived at " + until + ", but at " + page);
    }

    private static FormElement filled(HttpResponse<String> response, URI page, Map<String, String> fields) {
        FormElement form =
                (FormElement) Jsoup.parse(response.body(), page.toString()).expectFirst("form");
        assertThat(form.attr("method")).isEqualToIgnoringCase("post");
        fields.forEach((name, value) -> {
            for (Element field : form.select("[name=" + name + "]")) {
                field.val(value);
            }
        });
        return form;
    }

    private static Map<String, String> data(FormElement form) {
        Map<String, String> data = new LinkedHashMap<>();
        form.formData().forEach(field -> data.put(field.key(), field.value()));
        return data;
    }

    /** To a browser loopback is secure, and gets the cookies that are for secure connections alone; not so to Java. */
    private static final class Cookies extends CookieManager {
        @Override
        public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) throws IOException {
            return super.get(URI.create(uri.toString().replaceFirst("^http:", "https:")), headers);
        }
    }
}
