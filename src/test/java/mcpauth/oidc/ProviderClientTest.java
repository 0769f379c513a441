package mcpauth.oidc;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import mcpauth.config.McpAuthConfig;
import mcpauth.oidc.ProviderClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real HTTP server. */
final class ProviderClientTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    private final WireMockServer server = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final ProviderClient client =
            new ProviderClient(new McpAuthConfig.Timing(TEN, TEN, TEN, TEN, TEN, TEN, TEN, TEN), scheduler);

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        client.close();
        scheduler.shutdownNow();
        server.stop();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private int requests(String path) {
        return server.findAll(anyRequestedFor(urlPathEqualTo(path))).size();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void endpointThatWishesToBeLeftAloneIsNotAsked(int status) throws ProviderUnavailableException {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        server.stubFor(any(urlPathEqualTo("/me"))
                .willReturn(aResponse().withStatus(status).withHeader("Retry-After", "200")));
        assertThat(client.get(uri("/me"), null).retryAfter()).isEqualTo(Duration.ofSeconds(200));
        ProviderBusyException busy =
                catchThrowableOfType(ProviderBusyException.class, () -> client.get(uri("/me"), null));
        assertThat(busy.isTooMany()).isEqualTo(status == 429);
        assertThat(busy.retryAfter()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(200));
        assertThat(requests("/me")).isEqualTo(1);
        assertThat(client.get(uri("/jwks"), null).status()).isEqualTo(200);
    }

    @Test
    void tooManyWithoutATimeIsNoPause() throws ProviderUnavailableException {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "never")));
        assertThat(client.get(uri("/me"), null).retryAfter()).isNull();
        assertThat(client.get(uri("/me"), null).isTooMany()).isTrue();
        assertThat(requests("/me")).isEqualTo(2);
    }

    @Test
    void dateIsComparedWithThatOfTheAnswer() throws ProviderUnavailableException {
        server.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(503)
                        .withHeader("Date", "Fri, 27 Nov 2020 12:00:00 GMT")
                        .withHeader("Retry-After", "Fri, 27 Nov 2020 12:01:00 GMT")));
        assertThat(client.get(uri("/me"), null).retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void eachChallengeIsReadInItsOrder() throws ProviderUnavailableException {
        server.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(401)
                        .withHeader("WWW-Authenticate", "Negotiate", "Bearer error=\"invalid_token\"")));
        Answer answer = client.get(uri("/me"), null);
        assertThat(answer.wwwAuthenticate()).isEqualTo("Negotiate, Bearer error=\"invalid_token\"");
    }
}
