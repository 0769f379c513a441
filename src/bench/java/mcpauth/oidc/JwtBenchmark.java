package mcpauth.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import mcpauth.bench.Benchmarks;
import mcpauth.config.McpAuthConfig;
import mcpauth.testing.TokenForge;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One JWT: the library alone, our verifier, and our verifier behind the cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JwtBenchmark {
    @Param({"ES384", "RS256"})
    public String algorithm;

    private String token;
    private JWSVerifier library;
    private TokenVerifier verifier;
    private TokenVerifier caching;

    /** Makes a token and the keys. */
    @Setup
    public void make() throws JOSEException {
        TokenForge forge = new TokenForge(Benchmarks.ISSUER, Benchmarks.RESOURCE, Instant.now());
        token = forge.ofEachAlgorithm().get(algorithm);
        JWKSet keys = forge.keys();
        JWK key = keys.getKeyByKeyId(algorithm.equals("RS256") ? "rsa" : TokenForge.KEY_ID);
        library = algorithm.equals("RS256") ? new RSASSAVerifier(key.toRSAKey()) : new ECDSAVerifier(key.toECKey());
        McpAuthConfig.Auth config = Benchmarks.config(Duration.ofHours(1));
        verifier = new JwtTokenVerifier(
                config.providers().get(0),
                Set.of(Benchmarks.RESOURCE),
                new ProviderKeys(
                        new Remembered<>(
                                () -> keys,
                                Duration.ofHours(1),
                                Duration.ofHours(1),
                                new Waiters(4, System::nanoTime),
                                System::nanoTime),
                        Duration.ofSeconds(30)),
                Duration.ofSeconds(30),
                InstantSource.system());
        caching = CachingTokenVerifier.of(verifier, config);
        if (!(verifier.verify(new BearerToken(token)) instanceof Verified)) {
            throw new IllegalStateException("the token is refused");
        }
    }

    @Benchmark
    public Object library() throws ParseException, JOSEException {
        SignedJWT jwt = SignedJWT.parse(token);
        return jwt.verify(library) ? jwt.getJWTClaimsSet() : null;
    }

    @Benchmark
    public Object verifier() {
        return verifier.verify(new BearerToken(token));
    }

    @Benchmark
    public Object caching() {
        return caching.verify(new BearerToken(token));
    }
}
