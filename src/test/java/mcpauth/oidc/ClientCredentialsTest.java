package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import mcpauth.config.Provider;
import mcpauth.config.Provider.Client;
import mcpauth.config.Provider.ClientAuthentication;
import mcpauth.config.Verification;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ClientCredentialsTest {
    private static final URI ENDPOINT = URI.create("https://tenant.example/oidc/token/introspection");

    private static ClientCredentials credentials(
            ClientAuthentication authentication, @Nullable String secret, @Nullable String key) {
        return ClientCredentials.of(new Provider(
                "mcp.auth.",
                URI.create("https://tenant.example/oidc"),
                Verification.INTROSPECTION,
                Set.of(),
                new Client("mcp server", secret, authentication, key),
                false,
                Set.of(),
                Set.of()));
    }

    @Test
    void basicEncodesBothBeforeItPutsThemTogether() {
        ClientCredentials basic = credentials(ClientAuthentication.CLIENT_SECRET_BASIC, "s3cret:+/%", null);
        assertThat(basic.authorization()).contains("Basic bWNwK3NlcnZlcjpzM2NyZXQlM0ElMkIlMkYlMjU=");
        assertThat(basic.parameters(ENDPOINT)).isEmpty();
    }

    @Test
    void postPutsBothIntoTheForm() {
        ClientCredentials post = credentials(ClientAuthentication.CLIENT_SECRET_POST, "s3cret", null);
        assertThat(post.authorization()).isEmpty();
        assertThat(post.parameters(ENDPOINT)).isEqualTo(Map.of("client_id", "mcp server", "client_secret", "s3cret"));
    }

    @Test
    void assertionIsSignedForTheEndpointAndLivesAMinute() throws Exception {
        for (Curve curve : new Curve[] {Curve.P_256, Curve.P_384, Curve.P_521}) {
            ECKey key = new ECKeyGenerator(curve).keyID("ours").generate();
            assertThat(assertion(key).verify(new ECDSAVerifier(key.toPublicJWK())))
                    .isTrue();
        }
        RSAKey key = new RSAKeyGenerator(2048).keyID("ours").generate();
        assertThat(assertion(key).verify(new RSASSAVerifier(key.toPublicJWK()))).isTrue();
    }

    private static SignedJWT assertion(JWK key) throws Exception {
        ClientCredentials credentials = credentials(ClientAuthentication.PRIVATE_KEY_JWT, null, key.toJSONString());
        assertThat(credentials.authorization()).isEmpty();
        Map<String, String> form = credentials.parameters(ENDPOINT);
        assertThat(form)
                .hasSize(3)
                .containsEntry("client_id", "mcp server")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        SignedJWT assertion = SignedJWT.parse(form.get("client_assertion"));
        assertThat(assertion.getHeader().getKeyID()).isEqualTo("ours");
        assertThat(assertion.getJWTClaimsSet().getIssuer()).isEqualTo("mcp server");
        assertThat(assertion.getJWTClaimsSet().getSubject()).isEqualTo("mcp server");
        assertThat(assertion.getJWTClaimsSet().getAudience()).containsExactly(ENDPOINT.toString());
        assertThat(Duration.between(
                        assertion.getJWTClaimsSet().getIssueTime().toInstant(),
                        assertion.getJWTClaimsSet().getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(SignedJWT.parse(credentials.parameters(ENDPOINT).get("client_assertion"))
                        .getJWTClaimsSet()
                        .getJWTID())
                .isNotEqualTo(assertion.getJWTClaimsSet().getJWTID());
        return assertion;
    }

    @Test
    void noFormPrintsASecret() {
        assertThat(credentials(ClientAuthentication.CLIENT_SECRET_POST, "s3cret", null)
                        .toString())
                .doesNotContain("s3cret");
    }
}
