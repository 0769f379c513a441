package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ProviderMetadataServiceTest {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private volatile boolean down;
    private final ProviderMetadataService service = new ProviderMetadataService(this::fetch, TTL, now::get);

    private ProviderMetadata fetch() throws ProviderUnavailableException {
        int number = fetches.incrementAndGet();
        if (down) {
            throw new ProviderUnavailableException("down");
        }
        return metadata(number);
    }

    private static ProviderMetadata metadata(int number) throws ProviderUnavailableException {
        String issuer = "https://a.example";
        JsonObject document = Json.createObjectBuilder()
                .add("issuer", issuer)
                .add("authorization_endpoint", issuer + "/auth")
                .add("token_endpoint", issuer + "/token")
                .add("userinfo_endpoint", issuer + "/me")
                .add("response_types_supported", Json.createArrayBuilder().add("code"))
                .add(
                        "code_challenge_methods_supported",
                        Json.createArrayBuilder().add("S256"))
                .add("number", number)
                .build();
        return new ProviderMetadata(URI.create(issuer), document, document.toString());
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    @Test
    void metadataIsRememberedUntilItIsOld() throws ProviderUnavailableException {
        assertThat(service.get()).isEqualTo(metadata(1));
        pass(TTL.minusNanos(1));
        assertThat(service.get()).isEqualTo(metadata(1));
        pass(Duration.ofNanos(1));
        assertThat(service.get()).isEqualTo(metadata(2));
        assertThat(fetches).hasValue(2);
    }

    @Test
    void providerThatGoesDownLeavesWhatIsRememberedInForce() throws ProviderUnavailableException {
        service.get();
        down = true;
        pass(TTL);
        assertThat(service.get()).isEqualTo(metadata(1));
        assertThat(fetches).hasValue(2);
    }

    @Test
    void failureIsBelievedOneSecond() throws ProviderUnavailableException {
        down = true;
        assertThatThrownBy(service::get).isInstanceOf(ProviderUnavailableException.class);
        assertThatThrownBy(service::get).isInstanceOf(ProviderUnavailableException.class);
        assertThat(fetches).hasValue(1);
        down = false;
        pass(Duration.ofSeconds(1));
        assertThat(service.get()).isEqualTo(metadata(2));
    }

    @Test
    void crowdOfCallersMakesOneFetch() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        ProviderMetadataService slow = new ProviderMetadataService(
                () -> {
                    try {
                        mayAnswer.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return fetch();
                },
                TTL,
                now::get);
        ExecutorService callers = Executors.newFixedThreadPool(50);
        try {
            List<Future<ProviderMetadata>> answers = Stream.generate(() -> (Callable<ProviderMetadata>) slow::get)
                    .limit(50)
                    .map(callers::submit)
                    .toList();
            mayAnswer.countDown();
            for (Future<ProviderMetadata> answer : answers) {
                assertThat(answer.get()).isEqualTo(metadata(1));
            }
            assertThat(fetches).hasValue(1);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void unexpectedFailureLeavesNobodyWaiting() {
        ProviderMetadataService broken = new ProviderMetadataService(
                () -> {
                    throw new IllegalStateException("bug");
                },
                TTL,
                now::get);
        assertThatThrownBy(broken::get).hasMessage("bug");
        assertThatThrownBy(broken::get).hasRootCauseMessage("fetching the provider's metadata failed");
    }
}
