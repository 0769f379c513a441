package mcpauth.oidc;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is said of an access token, by itself or by introspection: read with the types that the specifications give the
 * members. A member of another type is as bad as a wrong one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-2.2">RFC 9068 section 2.2</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662#section-2.2">RFC 7662 section 2.2</a>
 */
record TokenClaims(JsonObject json) {
    /** The end of the year 9999, in seconds. */
    private static final double LATEST = 253_402_300_799.0;

    /** What only a token has that somebody signed in for. */
    private static final List<String> USER_MEMBERS = List.of(
            "sid",
            "auth_time",
            "acr",
            "amr",
            "username",
            "preferred_username",
            "name",
            "given_name",
            "family_name",
            "email",
            "phone_number",
            "upn",
            "oid");

    /** Members that ID tokens have and access tokens do not: OpenID Connect Core sections 2 and 3.3.2.11. */
    private static final List<String> ID_TOKEN_MEMBERS = List.of("nonce", "at_hash", "c_hash", "s_hash");

    /** What providers call an access token in a claim that names the kind. */
    private static final Set<String> ACCESS = Set.of("access", "access_token", "bearer", "at+jwt");

    /** What providers call other tokens, in a claim that has other uses too. */
    private static final Set<String> OTHER_USES = Set.of("id", "id_token", "refresh", "refresh_token", "logout");

    /**
     * Why it is no bearer access token; empty if nothing says so. Keycloak's access tokens have members that ID tokens of
     * others have ({@code azp}, {@code sid}, {@code auth_time}), and a {@code typ} that tells them apart.
     *
     * @param vouched whether something beside the claims says that it is an access token
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-7.2">RFC 9449 section 7.2</a>
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8705#section-3">RFC 8705 section 3</a>
     */
    Optional<String> defectOfKind(boolean vouched) {
        if (!isAbsent("cnf")) {
            return Optional.of("it is bound to a key (cnf), so it is no bearer token");
        }
        return isOtherToken(vouched)
                ? Optional.of("it is an ID token or another token that is no access token")
                : Optional.empty();
    }

    private boolean isOtherToken(boolean vouched) {
        if (ID_TOKEN_MEMBERS.stream().anyMatch(name -> !isAbsent(name))) {
            return true;
        }
        for (String name : List.of("typ", "token_use")) {
            if (!isAbsent(name) && !ACCESS.contains(word(name))) {
                return true;
            }
        }
        if (OTHER_USES.contains(word("use")) || OTHER_USES.contains(word("token_type"))) {
            return true;
        }
        boolean saysAccess = vouched || !isAbsent("typ") || !isAbsent("token_use");
        return !saysAccess && looksLikeIdToken();
    }

    /** Spring Authorization Server's has no other marks where the client sent no nonce; its audience is its client. */
    private boolean looksLikeIdToken() {
        if (isAbsent("azp")) {
            return false;
        }
        boolean forItsClient = string("azp").filter(strings("aud")::contains).isPresent();
        boolean hasScopes = !isAbsent("scope") || !isAbsent("scp");
        boolean ofASession = !isAbsent("sid") || !isAbsent("auth_time");
        return forItsClient ? ofASession || !hasScopes : !isAbsent("sid") && !hasScopes;
    }

    private String word(String name) {
        return string(name).orElse("").toLowerCase(Locale.ROOT);
    }

    /** Whether the audience is one of those accepted; for a token that names none, whether its client is one of them. */
    boolean isFor(Set<String> audiences, Set<String> clients) {
        if (!isAbsent("aud")) {
            return strings("aud").stream().anyMatch(audiences::contains);
        }
        return clientId().filter(clients::contains).isPresent();
    }

    /** Why the token cannot be used at this time; empty if it can, and says when it ends if it has to. */
    Optional<String> untimely(Instant now, Duration skew, boolean mustEnd) {
        if (mustEnd && isAbsent("exp")) {
            return Optional.of("it has no exp");
        }
        for (String name : List.of("exp", "nbf", "iat")) {
            if (!isAbsent(name) && !(json.get(name) instanceof JsonNumber)) {
                return Optional.of(name + " is not a number");
            }
        }
        double seconds = now.toEpochMilli() / 1000.0;
        double skewSeconds = skew.toMillis() / 1000.0;
        if (!isAbsent("exp") && seconds - skewSeconds >= number("exp")) {
            return Optional.of("it is expired");
        }
        if (!isAbsent("nbf") && seconds + skewSeconds < number("nbf")) {
            return Optional.of("it is not valid yet");
        }
        if (!isAbsent("iat") && seconds + skewSeconds < number("iat")) {
            return Optional.of("it was issued in the future");
        }
        return Optional.empty();
    }

    /** When the token ends; empty if it does not say so in a number. */
    Optional<Instant> expiresAt() {
        return json.get("exp") instanceof JsonNumber number
                ? Optional.of(Instant.ofEpochSecond((long) Math.min(Math.max(number.doubleValue(), 0), LATEST)))
                : Optional.empty();
    }

    /**
     * Who the caller is: the user that {@code sub} names, or a client that acts for itself. The latter is told apart, as
     * a client may have an id that is a user's {@code sub}. Empty for a user's token without {@code sub}: else all users
     * of one client would be one caller.
     */
    Optional<String> subject() {
        if (!isAbsent("sub")) {
            return string("sub");
        }
        return USER_MEMBERS.stream().allMatch(this::isAbsent)
                ? clientId().map(id -> "client_id:" + id)
                : Optional.empty();
    }

    /** {@code client_id}, or {@code azp} where the provider calls it so. */
    Optional<String> clientId() {
        return isAbsent("client_id") ? string("azp") : string("client_id");
    }

    /** {@code scope}, words with spaces between them, or {@code scp}, which is an array at some providers. */
    Set<String> scopes() {
        Set<String> scopes = new LinkedHashSet<>();
        for (String name : List.of("scope", "scp")) {
            for (String words : strings(name)) {
                for (String word : words.split(" ", -1)) {
                    if (!word.isEmpty()) {
                        scopes.add(word);
                    }
                }
            }
        }
        return scopes;
    }

    /** Empty if it is not there, or is no string with something in it. */
    Optional<String> string(String name) {
        return json.get(name) instanceof JsonString string
                        && !string.getString().isBlank()
                ? Optional.of(string.getString())
                : Optional.empty();
    }

    /** Not there, or a JSON null. */
    boolean isAbsent(String name) {
        @Nullable JsonValue value = json.get(name);
        return value == null || value == JsonValue.NULL;
    }

    private double number(String name) {
        return json.getJsonNumber(name).doubleValue();
    }

    private Set<String> strings(String name) {
        Set<String> strings = new LinkedHashSet<>();
        JsonValue value = json.get(name);
        if (value instanceof JsonString string) {
            strings.add(string.getString());
        } else if (value instanceof JsonArray array) {
            for (JsonValue element : array) {
                if (!(element instanceof JsonString string)) {
                    return Set.of();
                }
                strings.add(string.getString());
            }
        }
        return strings;
    }
}
