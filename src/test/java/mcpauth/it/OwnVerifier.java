package mcpauth.it;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.interceptor.Interceptor;
import jakarta.json.Json;
import java.time.Duration;
import java.util.Set;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerifier;

/** Another way of checking tokens, as a user writes it: each is an API key with the user's name in it. */
@Alternative
@Priority(Interceptor.Priority.APPLICATION)
@ApplicationScoped
public class OwnVerifier implements TokenVerifier {
    @Override
    public TokenVerification verify(BearerToken token) {
        String key = token.value();
        if (key.equals("down")) {
            return new TokenVerification.Unavailable("the key store is down", Duration.ofSeconds(7));
        }
        return key.startsWith("key-of-")
                ? new TokenVerification.Verified(
                        "https://keys.example",
                        Json.createObjectBuilder()
                                .add("sub", key.substring("key-of-".length()))
                                .build(),
                        Set.of("read"))
                : new TokenVerification.Rejected("no such key");
    }
}
