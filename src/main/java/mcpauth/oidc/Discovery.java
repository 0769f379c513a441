package mcpauth.oidc;

import java.net.URI;
import java.util.List;
import java.util.StringJoiner;
import mcpauth.config.Provider;
import mcpauth.oidc.ProviderClient.Answer;

/** Finds the provider's metadata at the places the specifications give it. */
final class Discovery {
    private final ProviderClient client;
    private final Provider provider;
    private final ProviderMetadata.Use use;

    Discovery(ProviderClient client, Provider provider, ProviderMetadata.Use use) {
        this.client = client;
        this.provider = provider;
        this.use = use;
    }

    /**
     * Where the metadata of the issuer may be, in the order in which to ask: OpenID Connect Discovery 1.0 section 4.1
     * appends to the issuer's path, RFC 8414 section 3.1 inserts before it.
     */
    static List<URI> locations(URI issuer) {
        String origin = issuer.getScheme() + "://" + issuer.getRawAuthority();
        String path = issuer.getRawPath().replaceFirst("/$", "");
        return List.of(
                URI.create(origin + path + "/.well-known/openid-configuration"),
                URI.create(origin + "/.well-known/oauth-authorization-server" + path));
    }

    /** @throws ProviderUnavailableException if no place answers with metadata that can be used */
    ProviderMetadata discover() throws ProviderUnavailableException {
        StringJoiner refusals = new StringJoiner(", ");
        for (URI location : locations(provider.issuer())) {
            Answer answer = client.get(location, null);
            if (answer.retryAfter() != null) {
                throw ProviderUnavailableException.of(
                        "%s answered %d instead of the provider's metadata: check the provider's health and its log"
                                .formatted(location, answer.status()),
                        answer);
            }
            if (answer.status() != 200) {
                refusals.add(location + " answered " + answer.status());
            } else if (!JsonBody.isJson(answer)) {
                // Some hosts answer every path they do not know with a page
                refusals.add(location + " answered a document that is not JSON");
            } else {
                return new ProviderMetadata(provider, use, JsonBody.object(location, answer), answer.body());
            }
        }
        throw new ProviderUnavailableException(
                "No metadata found for %s %s: %s. Check that it is the issuer of an OpenID provider"
                        .formatted(provider.key("issuer"), provider.issuer(), refusals));
    }
}
