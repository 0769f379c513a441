package mcpauth.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import java.util.Set;
import mcpauth.token.TokenVerification.Verified;
import org.junit.jupiter.api.Test;

final class RolesTest {
    private static final JsonObject CLAIMS =
            Json.createReader(new StringReader("""
                    {"sub":"a","roles":["reader","night watch"],"permission":"write","realm_access":{"roles":["admin"]},
                     "https://example.com/roles":["owner"],"level":7,"mixed":["x",7,null],"realm_access/no":"y"}""")).readObject();

    private static Set<String> roles(String... claims) {
        return new Roles(List.of(claims)).of(new Verified("https://a.example", CLAIMS, Set.of("openid")));
    }

    @Test
    void scopesAreRoles() {
        assertThat(roles()).containsExactly("openid");
    }

    @Test
    void stringsOfTheClaimsAreRoles() {
        assertThat(roles("roles", "permission", "mixed"))
                .containsExactly("openid", "reader", "night watch", "write", "x");
    }

    @Test
    void claimsAreFoundByPathAndWholeNamesFirst() {
        assertThat(roles("realm_access/roles", "https://example.com/roles", "realm_access/no"))
                .containsExactly("openid", "admin", "owner", "y");
    }

    @Test
    void whatIsNotThereOrNoStringIsNoRole() {
        assertThat(roles("level", "nothing", "realm_access", "realm_access/nothing", "roles/x", "/roles", "sub/x"))
                .containsExactly("openid");
    }
}
