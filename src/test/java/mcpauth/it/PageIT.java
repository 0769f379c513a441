package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import mcpauth.testing.LogtoDouble;
import mcpauth.testing.LogtoDouble.User;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page for people, on the wire: what it sends, what it does not open, and that it can be turned off. */
@ExtendWith(ArquillianExtension.class)
final class PageIT {
    /** What is open beside the metadata; empty stands for the root. */
    static final List<String> PATHS = List.of(
            "",
            "/page/style.css",
            "/page/icon.svg",
            "/page/main.js",
            "/page/sign-in.js",
            "/page/clients.js",
            "/page/elements.js",
            "/page/texts.en.js",
            "/page/texts.ja.js",
            "/page/state.json",
            "/page/check");

    private static final String MCP = Server.BASE.resolve("/mcp").toString();
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";
    private static final Path FILES = Path.of("src/main/webapp/WEB-INF/page");

    private static LogtoDouble logto;

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "resource", managed = false, testable = false)
    static WebArchive resource() {
        return Server.war(
                "resource.war",
                Map.of(
                        "mcp.auth.issuer",
                        logto().issuer(),
                        "mcp.auth.resource",
                        MCP,
                        "mcp.auth.resource-name",
                        "Notes of <everybody>",
                        "mcp.page.client-id",
                        "the-page's-id"));
    }

    @Deployment(name = "delegated", managed = false, testable = false)
    static WebArchive delegated() {
        return Server.war("delegated.war", Map.of("mcp.auth.issuer", logto().issuer()));
    }

    @Deployment(name = "below a path", managed = false, testable = false)
    static WebArchive belowAPath() {
        return ContextPathIT.below(
                "/company",
                Server.war(
                        "company.war",
                        Map.of(
                                "mcp.auth.issuer",
                                logto().issuer(),
                                "mcp.auth.resource",
                                Server.BASE.resolve("/company/mcp").toString())));
    }

    @Deployment(name = "off", managed = false, testable = false)
    static WebArchive off() {
        return Server.war("off.war", Map.of("mcp.auth.issuer", logto().issuer(), "mcp.page.enabled", "false"));
    }

    @Deployment(name = "public elsewhere", managed = false, testable = false)
    static WebArchive publicElsewhere() {
        return Server.war(
                "elsewhere.war",
                Map.of("mcp.auth.issuer", logto().issuer(), "mcp.server.public-url", "http://localhost:1/tools"));
    }

    /** Arquillian asks for the deployments in an order of its own. */
    private static LogtoDouble logto() {
        if (logto == null) {
            logto = LogtoDouble.start();
        }
        return logto;
    }

    @AfterAll
    static void stopProvider() {
        logto.close();
    }

    private void with(String deployment, ThrowingRunnable test) throws IOException {
        logto.recover();
        deployer.deploy(deployment);
        try {
            test.run();
        } finally {
            deployer.undeploy(deployment);
        }
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    private static HttpResponse<String> send(String method, String path) {
        return Server.send(
                HttpRequest.newBuilder(URI.create(Server.BASE + path)).method(method, BodyPublishers.noBody()));
    }

    private static HttpResponse<String> readAs(String language, String path) {
        return Server.send(Server.request(path).header("Accept-Language", language));
    }

    private static JsonObject json(HttpResponse<String> response) {
        return Json.createReader(new StringReader(response.body())).readObject();
    }

    private static Map<String, String> guards(HttpResponse<?> response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : List.of(
                "Content-Security-Policy",
                "X-Content-Type-Options",
                "Referrer-Policy",
                "Cross-Origin-Opener-Policy",
                "Cross-Origin-Resource-Policy",
                "Access-Control-Allow-Origin",
                "Set-Cookie")) {
            headers.put(name, Server.header(response, name));
        }
        return headers;
    }

    private static Map<String, String> guarded(String contentSecurityPolicy) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Security-Policy", contentSecurityPolicy);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Access-Control-Allow-Origin", "");
        headers.put("Set-Cookie", "");
        return headers;
    }

    private static String policyOfPage() {
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' "
                + logto.issuer().replace("/oidc", "")
                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    }

    @Test
    void protectedResourceHasAPage() throws IOException {
        with("resource", () -> {
            staticFilesAreSentAsTheyAre();
            otherMethodsAreRefused();
            nothingElseIsOpened();
            guardsOfTheEndpointsStand();
            stateIsPublicDataOnly();
            walkSaysWhatAClientFinds();
            crowdAsksTheProviderOnce();
        });
    }

    private static void staticFilesAreSentAsTheyAre() throws IOException {
        for (String path : PATHS.subList(0, PATHS.size() - 2)) {
            HttpResponse<String> response = Server.get(path.isEmpty() ? "/" : path);
            String name = path.isEmpty() ? "index.html" : path.substring("/page/".length());
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.body()).as(path).isEqualTo(Files.readString(FILES.resolve(name)));
            assertThat(guards(response)).as(path).isEqualTo(guarded(policyOfPage()));
            assertThat(Server.header(response, "Cache-Control")).as(path).isEqualTo("no-cache");
            String type = Map.of(
                            "html", "text/html;charset=UTF-8",
                            "css", "text/css;charset=UTF-8",
                            "svg", "image/svg+xml",
                            "js", "text/javascript;charset=UTF-8")
                    .get(name.replaceAll(".*\\.", ""));
            assertThat(Server.header(response, "Content-Type").replace("; ", ";"))
                    .as(path)
                    .isEqualTo(type);
            String tag = Server.header(response, "ETag");
            assertThat(tag).matches("\"[0-9a-f]{64}\"");
            HttpResponse<String> again =
                    Server.send(Server.request(path.isEmpty() ? "/" : path).header("If-None-Match", tag));
            assertThat(again.statusCode()).as(path).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            HttpResponse<String> head = send("HEAD", path.isEmpty() ? "/" : path);
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(Server.header(head, "Content-Length")).isEqualTo(Server.header(response, "Content-Length"));
            assertThat(guards(head)).as(path).isEqualTo(guarded(policyOfPage()));
        }
    }

    private static void otherMethodsAreRefused() {
        for (String path : PATHS) {
            for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
                HttpResponse<String> response = send(method, path.isEmpty() ? "/" : path);
                assertThat(response.statusCode()).as(method + path).isEqualTo(405);
                assertThat(Server.header(response, "Allow")).isEqualTo("GET, HEAD");
                assertThat(Server.header(response, "Cache-Control")).isEqualTo("no-store");
                assertThat(response.body())
                        .isEqualTo("{\"error\":\"invalid_request\",\"error_description\":\"This is for people to read."
                                + " The MCP endpoints are /mcp and /sse.\"}");
                assertThat(Server.header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
            }
        }
    }

    private static void nothingElseIsOpened() {
        for (String path : List.of(
                "/page",
                "/page/",
                "/page/index.html",
                "/page/style.css/",
                "/page/style.css/more",
                "/page/state.json/",
                "/page/check/more",
                "/page/other.js",
                "/page/..%2fmcp",
                "/index.html",
                "/style.css",
                "/error",
                "/mcp",
                "/mcp/",
                "/sse",
                "/messages",
                "/messages?sessionId=1",
                "/nothing",
                "/*")) {
            for (String method : List.of("GET", "POST", "DELETE", "HEAD")) {
                HttpResponse<String> response = send(method, path);
                assertThat(response.statusCode()).as(method + " " + path).isIn(401, 404, 400);
                if (path.matches("/(mcp|sse|messages|error|nothing|page|index.html).*") && !path.contains("%")) {
                    assertThat(response.statusCode()).as(method + " " + path).isEqualTo(401);
                    assertThat(Server.header(response, "WWW-Authenticate")).startsWith("Bearer resource_metadata=");
                }
            }
        }
        for (String path : List.of("/WEB-INF/page/index.html", "/WEB-INF/web.xml", "/META-INF/MANIFEST.MF")) {
            HttpResponse<String> response = send("GET", path);
            assertThat(response.statusCode()).as(path).isIn(401, 404);
            assertThat(response.body())
                    .doesNotContain("<!doctype html>\n<html lang")
                    .doesNotContain("<web-app");
        }
    }

    private static void guardsOfTheEndpointsStand() {
        HttpResponse<String> foreign = Server.send(Server.request("/mcp")
                .header("Origin", "https://evil.example")
                .POST(BodyPublishers.ofString(Streamable.initialize("2025-11-25"))));
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(Server.header(foreign, "Access-Control-Allow-Origin")).isEmpty();
        // no page of another origin reads what is behind this one
        for (String path : List.of("/", "/page/state.json", "/page/check")) {
            HttpResponse<String> shared = Server.send(Server.request(path).header("Origin", "https://evil.example"));
            assertThat(Server.header(shared, "Access-Control-Allow-Origin")).isEmpty();
            assertThat(Server.header(shared, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        }
        // a token there is not looked at
        assertThat(Server.send(Server.request("/", "garbage")).statusCode()).isEqualTo(200);
        assertThat(Server.send(Server.request("/mcp", "garbage")).statusCode()).isEqualTo(401);
    }

    private static void stateIsPublicDataOnly() {
        HttpResponse<String> response = Server.get("/page/state.json");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(guards(response)).isEqualTo(guarded(NOTHING));
        assertThat(Server.header(response, "Cache-Control")).isEqualTo("no-store");
        assertThat(Server.header(response, "Content-Type")).isEqualTo("application/json");
        String issuer = logto.issuer();
        assertThat(json(response))
                .isEqualTo(Json.createReader(new StringReader("""
                {"name":"Notes of <everybody>","mode":"protected-resource","stateless":false,
                 "scopes":["openid","profile","email"],"requiredScopes":[],"url":"%s","clientId":"the-page's-id",
                 "providers":[{"issuer":"%s","authorizationEndpoint":"%s/auth","tokenEndpoint":"%s/token",
                   "available":true,"offersS256":true,"namesItselfInAnswers":%s,"registersClients":false,
                   "takesClientIdMetadataDocuments":false,"gaps":[]}],
                 "signIn":{"verdict":"refused","redirectUri":"%s/"}}
                """.formatted(
                                Server.BASE,
                                issuer,
                                issuer,
                                issuer,
                                logto.metadata().build().toString().contains("response_iss_parameter_supported\":true"),
                                Server.BASE)))
                        .readObject());
        // what is asked of another name is the same: nothing is made of the request
        String other = Server.BASE.toString().replace("localhost", "127.0.0.1");
        assertThat(Server.send(HttpRequest.newBuilder(URI.create(other + "/page/state.json?url=https://evil.example")))
                        .body())
                .isEqualTo(response.body());
    }

    private static void walkSaysWhatAClientFinds() {
        HttpResponse<String> english = readAs("de, en;q=0.5", "/page/check?url=https://evil.example");
        assertThat(english.statusCode()).isEqualTo(200);
        assertThat(guards(english)).isEqualTo(guarded(NOTHING));
        assertThat(Server.header(english, "Content-Type").replace("; ", ";")).isEqualTo("text/plain;charset=UTF-8");
        assertThat(Server.header(english, "Content-Language")).isEqualTo("en");
        assertThat(Server.header(english, "Vary")).isEqualTo("Accept-Language");
        assertThat(english.body().lines().filter(line -> line.matches("(ok|note|change) .*")))
                .containsExactly(
                        "ok      401: " + MCP + " refuses a request without a token and says where to go.",
                        "ok      resource metadata: " + Server.BASE
                                + "/.well-known/oauth-protected-resource/mcp names the provider.",
                        "ok      provider metadata: " + logto.issuer() + " answers, with what MCP clients need.",
                        "note    registration: " + logto.issuer()
                                + " has no dynamic client registration: type the client id the-page's-id into each"
                                + " client, and register its redirect URI there.",
                        "change  registration: the provider refuses a sign-in. Check that it knows client id"
                                + " the-page's-id, as a public client, with the redirect URI " + Server.BASE + "/.",
                        "note    audience: whether tokens are issued for " + MCP
                                + " is not seen without a sign-in. The page tries it.",
                        "note    whoami: not called, as there is no token here: that " + MCP
                                + " refuses a request without one is all that was seen. Sign in on the page, or go on"
                                + " with curl.");
        assertThat(english.body()).contains("curl -sS -i " + MCP + " -H \"Authorization: Bearer $TOKEN\"");
        HttpResponse<String> japanese = readAs("ja-JP, en", "/page/check");
        assertThat(Server.header(japanese, "Content-Language")).isEqualTo("ja");
        assertThat(japanese.body()).contains("正常").contains(MCP + " はトークンのない要求を拒否し");
        assertThat(send("HEAD", "/page/check").body()).isEmpty();
    }

    /** Nobody can use the page to have somebody else asked. */
    private static void crowdAsksTheProviderOnce() {
        int before = logto.discoveryCalls();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(visitor -> CompletableFuture.supplyAsync(
                        () -> Server.get(visitor % 2 == 0 ? "/page/check" : "/page/state.json")))
                .toList());
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(logto.discoveryCalls() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void delegatedModeHasAPageTooAndAProviderThatIsDownIsSaid() throws IOException {
        with("delegated", () -> {
            JsonObject state = json(Server.get("/page/state.json"));
            assertThat(state.getString("mode")).isEqualTo("delegated");
            assertThat(state.containsKey("url")).isFalse();
            assertThat(state.containsKey("clientId")).isFalse();
            assertThat(state.getJsonObject("signIn").getString("verdict")).isEqualTo("no-client");
            assertThat(Server.get("/page/check").body())
                    .contains("ok      resource metadata: " + Server.BASE
                            + "/.well-known/oauth-authorization-server passes the provider's metadata on")
                    .contains("note    audience: in the delegated mode");
        });
        logto.stop();
        deployer.deploy("delegated");
        try {
            assertThat(Server.get("/").statusCode()).isEqualTo(200);
            JsonObject provider = json(Server.get("/page/state.json"))
                    .getJsonArray("providers")
                    .getJsonObject(0);
            assertThat(provider.toString()).isEqualTo("{\"issuer\":\"" + logto.issuer() + "\",\"available\":false}");
            assertThat(Server.get("/page/check").body())
                    .contains(
                            "change  provider metadata: the metadata of " + logto.issuer() + " cannot be had or used.");
        } finally {
            deployer.undeploy("delegated");
            logto.restart();
        }
    }

    @Test
    void publicUrlThatLeadsNowhereIsSaid() throws IOException {
        with("public elsewhere", () -> {
            assertThat(json(Server.get("/page/state.json")).getString("url")).isEqualTo("http://localhost:1/tools");
            assertThat(Server.get("/page/check").body())
                    .contains("change  401: http://localhost:1/tools/mcp could not be reached from this server.")
                    .doesNotContain("resource metadata:");
        });
    }

    @Test
    void pageStandsBelowAContextPath() throws IOException {
        with("below a path", () -> {
            assertThat(Server.get("/company/").body()).isEqualTo(Files.readString(FILES.resolve("index.html")));
            HttpResponse<String> withoutSlash = Server.get("/company");
            assertThat(withoutSlash.statusCode()).isIn(301, 302, 303);
            assertThat(Server.header(withoutSlash, "Location")).endsWith("/company/");
            for (String path : PATHS.subList(1, PATHS.size())) {
                assertThat(Server.get("/company" + path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(json(Server.get("/company/page/state.json")).getString("url"))
                    .isEqualTo(Server.BASE + "/company");
            assertThat(Server.get("/company/page/check").body())
                    .contains("ok      resource metadata: " + Server.BASE
                            + "/company/.well-known/oauth-protected-resource/mcp names the provider.");
            assertThat(Server.get("/company/nothing").statusCode()).isEqualTo(401);
            assertThat(Server.get("/company/mcp").statusCode()).isEqualTo(401);
        });
    }

    @Test
    void pageThatIsOffAnswersAsEveryOtherPath() throws IOException {
        with("off", () -> {
            String token = logto.signIn(User.ALICE);
            HttpResponse<String> refused = Server.get("/nothing");
            for (String path : PATHS) {
                for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")) {
                    HttpResponse<String> response = send(method, path.isEmpty() ? "/" : path);
                    assertThat(response.statusCode()).as(method + path).isEqualTo(401);
                    assertThat(Server.header(response, "WWW-Authenticate"))
                            .isEqualTo("Bearer scope=\"openid profile email\"");
                    assertThat(Server.header(response, "Cache-Control")).isEqualTo("no-store");
                    assertThat(response.body()).isEqualTo(method.equals("HEAD") ? "" : refused.body());
                }
                HttpResponse<String> signedIn = Server.send(Server.request(path.isEmpty() ? "/" : path, token));
                assertThat(signedIn.statusCode()).as(path).isEqualTo(404);
                assertThat(signedIn.body())
                        .isEqualTo("{\"error\":\"not_found\",\"error_description\":\"There is nothing here. The MCP"
                                + " endpoints are /mcp and /sse.\"}");
                assertThat(Server.send(Server.request(path.isEmpty() ? "/" : path, "garbage"))
                                .statusCode())
                        .as(path)
                        .isEqualTo(401);
            }
            assertThat(logto.discoveryCalls())
                    .as("nobody is asked for the page")
                    .isLessThanOrEqualTo(2);
        });
    }
}
