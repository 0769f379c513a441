package mcpauth.security;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.security.enterprise.CallerPrincipal;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import mcpauth.token.TokenVerification.Verified;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * The caller: a {@link JsonWebToken} of the claims that the issuer vouches for. Found in the {@code SecurityContext} by
 * {@code getPrincipalsByType(JsonWebToken.class)}; a container may wrap the caller principal itself. Immutable. Knows the
 * claims, not the token: a tool cannot pass the caller's token on.
 */
public final class ClaimsPrincipal extends CallerPrincipal implements JsonWebToken {
    private static final long serialVersionUID = 1L;

    private static final Map<String, Class<?>> TYPES =
            Arrays.stream(Claims.values()).collect(Collectors.toUnmodifiableMap(Claims::name, Claims::getType));

    private final String issuer;
    private final transient JsonObject claims;
    private final LinkedHashSet<String> groups;

    /** @param groups the caller's roles */
    ClaimsPrincipal(Verified verified, Set<String> groups) {
        this(verified.issuer(), verified.subject(), verified.claims(), groups);
    }

    private ClaimsPrincipal(String issuer, String subject, JsonObject claims, Set<String> groups) {
        super(subject);
        this.issuer = issuer;
        this.claims = claims;
        this.groups = new LinkedHashSet<>(groups);
    }

    /**
     * The claim {@code sub}: unique within the issuer, never assigned anew. For a client that acts for itself, and whom
     * its provider gives no {@code sub}, its id behind {@code client_id:}.
     */
    @Override
    public String getName() {
        return super.getName();
    }

    /** The issuer that was asked, whether or not it repeats itself in a claim {@code iss}. */
    @Override
    public String getIssuer() {
        return issuer;
    }

    /** Always null: the token stays with the authentication mechanism. */
    @Override
    @SuppressWarnings("NullAway") // the interface, which is not annotated, has null for "not there"
    public String getRawToken() {
        return null;
    }

    /** The caller's roles: the scopes of the token where they are known, and the values of the role claims. */
    @Override
    public Set<String> getGroups() {
        return Collections.unmodifiableSet(groups);
    }

    /** Seconds since 1970; 0 where the issuer does not tell. */
    @Override
    public long getExpirationTime() {
        return seconds(Claims.exp);
    }

    /** Seconds since 1970; 0 where the issuer does not tell. */
    @Override
    public long getIssuedAtTime() {
        return seconds(Claims.iat);
    }

    /** The names of all claims, in the issuer's order, those with a JSON null included. */
    @Override
    public Set<String> getClaimNames() {
        return claims.keySet();
    }

    /**
     * The value of a claim: of the Java type that {@link Claims} states for a claim known there whose JSON value has that
     * type, else the JSON value itself.
     *
     * @return null if there is no such claim, or it is a JSON null
     */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"}) // the interface has it so
    public <T> T getClaim(String claimName) {
        JsonValue value = claims.get(claimName);
        return value == null || value == JsonValue.NULL ? null : (T) typed(type(claimName), value);
    }

    private long seconds(Claims claim) {
        return claims.get(claim.name()) instanceof JsonNumber number ? number.longValue() : 0;
    }

    private static Class<?> type(String claimName) {
        return TYPES.getOrDefault(claimName, JsonValue.class);
    }

    private static Object typed(Class<?> type, JsonValue value) {
        if (type == String.class && value instanceof JsonString string) {
            return string.getString();
        }
        if (type == Long.class && value instanceof JsonNumber number && number.isIntegral()) {
            return number.longValue();
        }
        if (type == Boolean.class && (value == JsonValue.TRUE || value == JsonValue.FALSE)) {
            return value == JsonValue.TRUE;
        }
        @Nullable Set<String> strings = type == Set.class ? strings(value) : null;
        return strings == null ? value : strings;
    }

    /** RFC 7519 section 4.1.3: one string stands for an array of one. */
    private static @Nullable Set<String> strings(JsonValue value) {
        if (value instanceof JsonString string) {
            return Set.of(string.getString());
        }
        if (!(value instanceof JsonArray array) || !array.stream().allMatch(JsonString.class::isInstance)) {
            return null;
        }
        return array.getValuesAs(JsonString::getString).stream().collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Neither the token nor a claim: principals end in logs. */
    @Override
    public String toString() {
        return "ClaimsPrincipal[" + claims.size() + " claims]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClaimsPrincipal that
                && issuer.equals(that.issuer)
                && getName().equals(that.getName())
                && claims.equals(that.claims)
                && groups.equals(that.groups);
    }

    @Override
    public int hashCode() {
        return issuer.hashCode() * 31 + getName().hashCode();
    }

    private Object writeReplace() {
        return new Serialized(issuer, getName(), claims.toString(), groups);
    }

    private void readObject(ObjectInputStream stream) throws InvalidObjectException {
        throw new InvalidObjectException("only its stand-in is serialized");
    }

    /** Stands in for the principal in serialized form, as JSON-P objects have none. */
    private record Serialized(String issuer, String subject, String claims, LinkedHashSet<String> groups)
            implements Serializable {
        private Object readResolve() {
            try (JsonReader reader = Json.createReader(new StringReader(claims))) {
                return new ClaimsPrincipal(issuer, subject, reader.readObject(), groups);
            }
        }
    }
}
