package mcpauth.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.Map;
import mcpauth.testing.SigningProvider;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A protected resource that trusts two providers. */
@ExtendWith(ArquillianExtension.class)
final class SeveralProvidersIT {
    private static final String MCP = Server.BASE.resolve("/mcp").toString();

    private static SigningProvider first;
    private static SigningProvider partner;

    @Deployment(testable = false)
    static WebArchive war() {
        first = SigningProvider.start(MCP);
        partner = SigningProvider.start("api://mcp");
        return Server.war(Map.of(
                "mcp.auth.cache.ttl",
                "PT0S",
                "mcp.auth.issuer",
                first.issuer(),
                "mcp.auth.resource",
                MCP,
                "mcp.auth.providers",
                "partner",
                "mcp.auth.provider.partner.issuer",
                partner.issuer(),
                "mcp.auth.provider.partner.audience",
                "api://mcp"));
    }

    @AfterAll
    static void stopProviders() {
        first.close();
        partner.close();
    }

    @BeforeEach
    void providersAreWell() {
        first.recover();
        partner.recover();
    }

    private static int status(String token) {
        return Server.send(Streamable.post(token, Streamable.initialize("2025-11-25")))
                .statusCode();
    }

    @Test
    void metadataListsThemAll() {
        JsonObject document = SignIn.json(Server.get("/.well-known/oauth-protected-resource/mcp"));
        assertThat(document.getJsonArray("authorization_servers").getValuesAs(jakarta.json.JsonString::getString))
                .containsExactly(first.issuer(), partner.issuer());
    }

    @Test
    void jwtIsJudgedByTheProviderThatItNames() {
        assertThat(status(first.forge().token())).isEqualTo(200);
        assertThat(status(partner.forge().token())).isEqualTo(200);
    }

    @Test
    void providerCannotSpeakForAnother() {
        assertThat(status(partner.forge()
                        .token(claims -> claims.add("iss", first.issuer()).add("aud", MCP))))
                .isEqualTo(401);
        assertThat(status(first.forge().token(claims -> claims.add("aud", "api://mcp"))))
                .isEqualTo(401);
        assertThat(status(first.forge().token(claims -> claims.add("iss", "https://other.example"))))
                .isEqualTo(401);
        assertThat(first.userinfoRequests() + partner.userinfoRequests()).isZero();
    }

    @Test
    void sessionOfOneProvidersUserIsNotThatOfTheOthersUserOfTheSameName() {
        String session = Streamable.open(first.forge().token());
        assertThat(Streamable.post(partner.forge().token(), session, Streamable.PING)
                        .statusCode())
                .isEqualTo(404);
        assertThat(Streamable.post(first.forge().token(), session, Streamable.PING)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void opaqueTokenIsShownToEachInTurn() {
        partner.userinfoKnows(
                "opaque", Json.createObjectBuilder().add("sub", "bob").build());
        assertThat(status("opaque")).isEqualTo(200);
        assertThat(first.userinfoRequests()).isEqualTo(1);
        assertThat(partner.userinfoRequests()).isEqualTo(1);
        assertThat(status("unknown")).isEqualTo(401);
    }
}
