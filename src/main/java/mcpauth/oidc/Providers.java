package mcpauth.oidc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mcpauth.token.TokenVerifier;

/** The configured providers. Injectable. */
public class Providers {
    private final List<ConfiguredProvider> providers;

    Providers(List<ConfiguredProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** The metadata of each, in the order of the settings; not empty. */
    public List<ProviderMetadataService> metadata() {
        return providers.stream().map(ConfiguredProvider::metadata).toList();
    }

    /** Judges the tokens of all of them. */
    TokenVerifier verifier() {
        if (providers.size() == 1) {
            return providers.get(0).verifier();
        }
        Map<String, TokenVerifier> verifiers = new LinkedHashMap<>();
        providers.forEach(provider -> verifiers.put(provider.metadata().issuer().toString(), provider.verifier()));
        return new SeveralProvidersTokenVerifier(verifiers);
    }
}
