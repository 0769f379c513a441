package mcpauth.oidc;

import static java.lang.System.Logger.Level.WARNING;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import mcpauth.config.McpAuthConfig;
import mcpauth.oidc.ProviderClient.Answer;

/**
 * The keys with which one provider signs. A key that is not among those remembered makes them be asked for again, no more
 * often than once in an interval, whatever tokens name. Safe for use by many threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517#section-5">RFC 7517 section 5</a>
 */
final class ProviderKeys {
    private static final System.Logger LOGGER = System.getLogger(ProviderKeys.class.getName());

    private final Remembered<JWKSet> keys;
    private final Duration refreshInterval;

    ProviderKeys(Remembered<JWKSet> keys, Duration refreshInterval) {
        this.keys = keys;
        this.refreshInterval = refreshInterval;
    }

    /** Those at the {@code jwks_uri} of the metadata. */
    static ProviderKeys of(
            ProviderClient client, ProviderMetadataService metadata, McpAuthConfig.Timing timing, Waiters waiters) {
        return new ProviderKeys(
                new Remembered<>(
                        () -> fetch(client, metadata),
                        timing.jwksTtl(),
                        timing.jwksOutageTtl(),
                        waiters,
                        System::nanoTime),
                timing.jwksRefreshInterval());
    }

    /**
     * The keys that fit; empty if the provider has none.
     *
     * @throws ProviderUnavailableException if no keys are known and the provider gives none
     */
    List<JWK> select(JWKMatcher matcher) throws ProviderUnavailableException {
        JWKSelector selector = new JWKSelector(matcher);
        List<JWK> known = selector.select(keys.get());
        return known.isEmpty() ? selector.select(keys.refreshed(refreshInterval)) : known;
    }

    private static JWKSet fetch(ProviderClient client, ProviderMetadataService metadata)
            throws ProviderUnavailableException {
        URI uri = metadata.get().jwksUri();
        try {
            return parse(uri, client.get(uri, null));
        } catch (ProviderUnavailableException e) {
            LOGGER.log(WARNING, "MCPAUTH-105 " + e.getMessage());
            throw e;
        }
    }

    private static JWKSet parse(URI uri, Answer answer) throws ProviderUnavailableException {
        if (answer.status() != 200) {
            throw new ProviderUnavailableException(
                    "%s answered %d instead of keys: check the provider's health and its log"
                            .formatted(uri, answer.status()));
        }
        try {
            // its public keys alone, whatever else it has
            return JWKSet.parse(answer.body()).toPublicJWKSet();
        } catch (ParseException e) {
            throw new ProviderUnavailableException(
                    uri + " did not answer a set of keys: check that it is the provider's own address", e);
        }
    }
}
