package mcpauth.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.StringReader;
import java.util.Set;
import mcpauth.token.TokenVerification.Verified;
import org.junit.jupiter.api.Test;

final class ClaimsPrincipalTest {
    private final JsonObject claims = parse("""
            {"sub":"ft4t57nlza88","username":"alice","name":"Alice Smith","picture":null,"email":"alice@example.com",
             "email_verified":true,"updated_at":1795459899974,"exp":1.5,"aud":"api","address":{"country":"JP"},
             "roles":["reader"],"level":3,"locale":7,"groups":["admin"],"iss":"https://other.example"}""");
    private final ClaimsPrincipal principal =
            new ClaimsPrincipal(new Verified("https://issuer.example", claims, Set.of("openid")), Set.of("openid"));

    private static JsonObject parse(String json) {
        try (var reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    @Test
    void nameIsTheSubject() {
        assertThat(principal.getName()).isEqualTo("ft4t57nlza88");
        assertThat(principal.getSubject()).isEqualTo("ft4t57nlza88");
    }

    @Test
    void issuerIsTheOneThatWasAskedWhateverAClaimSays() {
        assertThat(principal.getIssuer()).isEqualTo("https://issuer.example");
    }

    @Test
    void groupsAreWhatTheMechanismSaysAndNoClaimOfTheProvider() {
        assertThat(principal.getGroups()).containsExactly("openid");
    }

    @Test
    void registeredClaimsHaveTheirJavaType() {
        assertThat(principal.<String>getClaim("email")).isEqualTo("alice@example.com");
        assertThat(principal.<Boolean>getClaim("email_verified")).isTrue();
        assertThat(principal.<Long>getClaim("updated_at")).isEqualTo(1795459899974L);
        assertThat(principal.<JsonObject>getClaim("address")).isEqualTo(parse("{\"country\":\"JP\"}"));
        assertThat(principal.getAudience()).containsExactly("api");
    }

    @Test
    void otherClaimsAreJson() {
        assertThat(principal.<JsonValue>getClaim("username")).isEqualTo(Json.createValue("alice"));
        assertThat(principal.<JsonValue>getClaim("level")).isEqualTo(Json.createValue(3));
        assertThat(principal.<JsonValue>getClaim("roles"))
                .isEqualTo(Json.createArrayBuilder().add("reader").build());
    }

    @Test
    void claimOfAnotherJsonTypeThanRegisteredIsJson() {
        assertThat(principal.<JsonValue>getClaim("locale")).isEqualTo(Json.createValue(7));
    }

    @Test
    void nullAndMissingClaimsAreNull() {
        assertThat(principal.<Object>getClaim("picture")).isNull();
        assertThat(principal.<Object>getClaim("nothing")).isNull();
        assertThat(principal.getClaimNames()).contains("picture").doesNotContain("nothing");
    }

    @Test
    void tokenIsNotToBeHad() {
        assertThat(principal.getRawToken()).isNull();
        assertThat(principal.getClaimNames()).doesNotContain("raw_token");
    }

    @Test
    void timesTheIssuerDoesNotTellAreZero() {
        ClaimsPrincipal short1 = new ClaimsPrincipal(new Verified("i", parse("{\"sub\":\"a\"}"), Set.of()), Set.of());
        assertThat(short1.getExpirationTime()).isZero();
        assertThat(short1.getIssuedAtTime()).isZero();
        assertThat(short1.getAudience()).isNull();
    }

    @Test
    void textFormShowsNoClaim() {
        assertThat(principal).hasToString("ClaimsPrincipal[15 claims]");
    }

    @Test
    void survivesSerialization() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(principal);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(principal).hasSameHashCodeAs(principal);
        }
    }
}
