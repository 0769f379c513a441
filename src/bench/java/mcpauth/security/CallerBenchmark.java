package mcpauth.security;

import jakarta.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import mcpauth.bench.Benchmarks;
import mcpauth.security.BearerCredentials.Present;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From the header of a request to its caller, in our rooms. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallerBenchmark {
    private final String token = "hNGpSIXWAmIA0vWQZ6rYjFtXvQzJ8b1qk3n2mPzLx7c";
    private final List<String> headers = List.of("Bearer " + token);
    private final Verified verified = new Verified(
            "https://issuer.example/oidc",
            Json.createObjectBuilder()
                    .add("sub", "ft4t57nlza88")
                    .add("username", "alice")
                    .add("name", "Alice Smith")
                    .add("email", "alice@example.com")
                    .build(),
            Set.of("openid", "profile", "email"));
    private final TokenVerifier caching =
            mcpauth.oidc.CachingTokenVerifier.of(asked -> verified, Benchmarks.config(Duration.ofHours(1)));
    private final Roles roles = new Roles(List.of());

    @Benchmark
    public Object header() {
        return BearerCredentials.parse(headers, null);
    }

    @Benchmark
    public Object challenge() {
        return BearerChallenge.missingToken(
                        "https://mcp.example.com/.well-known/oauth-protected-resource/mcp",
                        List.of("openid", "profile", "email"))
                .headerValue();
    }

    @Benchmark
    public Object knownToken() {
        return caching.verify(new BearerToken(token));
    }

    @Benchmark
    public Object principal() {
        return new ClaimsPrincipal(verified, roles.of(verified));
    }

    @Benchmark
    public Object headerToPrincipal() {
        Present present = (Present) BearerCredentials.parse(headers, null);
        Verified known = (Verified) caching.verify(present.token());
        return new ClaimsPrincipal(known, roles.of(known));
    }
}
