package mcpauth.oidc;

import static java.lang.System.Logger.Level.WARNING;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private static final int MAX_KID_LENGTH = 100;
    private static final int MAX_WARNINGS = 100;

    private final Remembered<JWKSet> keys;
    private final Duration refreshInterval;

    ProviderKeys(Remembered<JWKSet> keys, Duration refreshInterval) {
        this.keys = keys;
        this.refreshInterval = refreshInterval;
    }

    /** Those at the {@code jwks_uri} of the metadata. */
    static ProviderKeys of(
            ProviderClient client, ProviderMetadataService metadata, McpAuthConfig.Timing timing, Waiters waiters) {
        Set<String> warned = ConcurrentHashMap.newKeySet();
        return new ProviderKeys(
                new Remembered<>(
                        () -> fetch(client, metadata, warned),
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

    private static JWKSet fetch(ProviderClient client, ProviderMetadataService metadata, Set<String> warned)
            throws ProviderUnavailableException {
        URI uri = metadata.get().jwksUri();
        try {
            return parse(uri, client.get(uri, null), warned);
        } catch (ProviderBusyException e) {
            throw e;
        } catch (ProviderUnavailableException e) {
            LOGGER.log(WARNING, "MCPAUTH-105 " + e.getMessage());
            throw e;
        }
    }

    static JWKSet parse(URI uri, Answer answer, Set<String> warned) throws ProviderUnavailableException {
        if (answer.status() != 200) {
            throw ProviderUnavailableException.of(
                    "%s answered %d instead of keys: check the provider's health and its log"
                            .formatted(uri, answer.status()),
                    answer);
        }
        List<?> elements;
        try {
            elements = elements(answer.body());
        } catch (ParseException e) {
            throw new ProviderUnavailableException(
                    uri + " did not answer a set of keys: check that it is the provider's own address", e);
        }
        List<JWK> keys = new ArrayList<>();
        for (Object element : elements) {
            key(element).ifPresentOrElse(keys::add, () -> warnOfKey(uri, element, warned));
        }
        if (keys.isEmpty() && !elements.isEmpty()) {
            throw new ProviderUnavailableException(
                    uri + " has no key that can be used: have the provider sign with RSA, EC or Ed25519 keys");
        }
        // its public keys alone, whatever else it has
        return new JWKSet(keys).toPublicJWKSet();
    }

    private static List<?> elements(String body) throws ParseException {
        // null for the text null, although nothing says so
        Map<String, Object> set = JSONObjectUtils.parse(body);
        if (set != null && set.get("keys") instanceof List<?> elements) {
            return elements;
        }
        throw new ParseException("keys is not an array", 0);
    }

    /** Empty if it is not understood, or misses what its type needs: RFC 7517 section 5 has such a key ignored. */
    private static Optional<JWK> key(Object element) {
        if (!(element instanceof Map<?, ?> members)) {
            return Optional.empty();
        }
        Map<String, Object> named = new LinkedHashMap<>();
        members.forEach((name, value) -> named.put(String.valueOf(name), value));
        try {
            return Optional.of(JWK.parse(named));
        } catch (ParseException | RuntimeException e) {
            // the library throws several kinds for members that contradict each other
            return Optional.empty();
        }
    }

    private static void warnOfKey(URI uri, Object element, Set<String> warned) {
        String kid = element instanceof Map<?, ?> members ? String.valueOf(members.get("kid")) : "none";
        String name = kid.replaceAll("[^\\x21-\\x7E]", "?");
        String shown = name.length() > MAX_KID_LENGTH ? name.substring(0, MAX_KID_LENGTH) + "…" : name;
        if (warned.size() < MAX_WARNINGS && warned.add(shown)) {
            LOGGER.log(
                    WARNING,
                    "MCPAUTH-107 " + uri + " has a key that is not understood, kid " + shown
                            + ": it is ignored, and tokens signed with it are refused");
        }
    }
}
