package mcpauth.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiscoveryTest {
    @ParameterizedTest
    @CsvSource({
        "https://a.example/oidc, https://a.example/oidc/.well-known/openid-configuration,"
                + " https://a.example/.well-known/oauth-authorization-server/oidc",
        "https://a.example:8443/x/y, https://a.example:8443/x/y/.well-known/openid-configuration,"
                + " https://a.example:8443/.well-known/oauth-authorization-server/x/y",
        "https://a.example, https://a.example/.well-known/openid-configuration,"
                + " https://a.example/.well-known/oauth-authorization-server",
        "https://a.example/o/mcp/, https://a.example/o/mcp/.well-known/openid-configuration,"
                + " https://a.example/.well-known/oauth-authorization-server/o/mcp",
        "https://a.example/, https://a.example/.well-known/openid-configuration,"
                + " https://a.example/.well-known/oauth-authorization-server",
    })
    void placesFollowThePathRulesOfBothSpecifications(URI issuer, URI openid, URI oauth) {
        assertThat(Discovery.locations(issuer)).containsExactly(openid, oauth);
    }
}
