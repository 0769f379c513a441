package mcpauth.oidc;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import mcpauth.config.Provider;
import mcpauth.config.Provider.Client;

/** How the server says who it is when it asks a provider for introspection. Never prints itself. */
abstract class ClientCredentials {
    /** The Authorization header; empty for none. */
    Optional<String> authorization() {
        return Optional.empty();
    }

    /** Fields of the form; empty for none. */
    Map<String, String> parameters(URI endpoint) {
        return Map.of();
    }

    /** Those of the provider's settings. */
    static ClientCredentials of(Provider provider) {
        Client client = requireNonNull(provider.client(), "client is null");
        return switch (client.authentication()) {
            case CLIENT_SECRET_BASIC -> new Basic(client.id(), requireNonNull(client.secret()));
            case CLIENT_SECRET_POST -> new Post(client.id(), requireNonNull(client.secret()));
            case PRIVATE_KEY_JWT -> new PrivateKeyJwt(client.id(), requireNonNull(client.key()));
        };
    }

    /** RFC 6749 section 2.3.1: both are form-encoded before they are put together. */
    private static final class Basic extends ClientCredentials {
        private final String header;

        Basic(String id, String secret) {
            String pair = URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                    + URLEncoder.encode(secret, StandardCharsets.UTF_8);
            this.header = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        Optional<String> authorization() {
            return Optional.of(header);
        }
    }

    private static final class Post extends ClientCredentials {
        private final String id;
        private final String secret;

        Post(String id, String secret) {
            this.id = id;
            this.secret = secret;
        }

        @Override
        Map<String, String> parameters(URI endpoint) {
            return Map.of("client_id", id, "client_secret", secret);
        }
    }

    /** RFC 7523 section 3. */
    private static final class PrivateKeyJwt extends ClientCredentials {
        private static final Duration LIFETIME = Duration.ofMinutes(1);

        private final String id;
        private final JWSSigner signer;
        private final JWSHeader header;

        PrivateKeyJwt(String id, String key) {
            this.id = id;
            try {
                JWK jwk = JWK.parse(key);
                this.signer =
                        jwk instanceof ECKey elliptic ? new ECDSASigner(elliptic) : new RSASSASigner((RSAKey) jwk);
                JWSAlgorithm algorithm = jwk.getAlgorithm() instanceof JWSAlgorithm named
                        ? named
                        : jwk instanceof ECKey
                                ? signer.supportedJWSAlgorithms().iterator().next()
                                : JWSAlgorithm.RS256;
                this.header =
                        new JWSHeader.Builder(algorithm).keyID(jwk.getKeyID()).build();
            } catch (ParseException | JOSEException e) {
                throw new IllegalStateException("mcp.auth.client-key was checked when it was read", e);
            }
        }

        @Override
        Map<String, String> parameters(URI endpoint) {
            Instant now = Instant.now();
            SignedJWT assertion = new SignedJWT(
                    header,
                    new JWTClaimsSet.Builder()
                            .issuer(id)
                            .subject(id)
                            .audience(endpoint.toString())
                            .jwtID(UUID.randomUUID().toString())
                            .issueTime(Date.from(now))
                            .expirationTime(Date.from(now.plus(LIFETIME)))
                            .build());
            try {
                assertion.sign(signer);
            } catch (JOSEException e) {
                throw new IllegalStateException("mcp.auth.client-key cannot sign", e);
            }
            return Map.of(
                    "client_id",
                    id,
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion",
                    assertion.serialize());
        }
    }
}
