package mcpauth.security;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import mcpauth.token.TokenVerification.Verified;
import org.jspecify.annotations.Nullable;

/** The Jakarta roles of a caller: the token's scopes, and the values of the claims that are set to be roles. */
final class Roles {
    private final List<String> claims;

    /** @param claims names of claims, or paths of names with slashes between them */
    Roles(List<String> claims) {
        this.claims = List.copyOf(claims);
    }

    /** In the order of the token, scopes first; unmodifiable. */
    Set<String> of(Verified verified) {
        if (claims.isEmpty()) {
            return verified.scopes();
        }
        Set<String> roles = new LinkedHashSet<>(verified.scopes());
        for (String claim : claims) {
            add(find(verified.claims(), claim), roles);
        }
        return Collections.unmodifiableSet(roles);
    }

    /** A claim of the whole name comes first: names may be URLs. */
    private static @Nullable JsonValue find(JsonObject claims, String path) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        int slash = path.indexOf('/');
        return slash > 0 && claims.get(path.substring(0, slash)) instanceof JsonObject object
                ? find(object, path.substring(slash + 1))
                : null;
    }

    /** One string is one role, also with spaces in it; anything but strings is none. */
    private static void add(@Nullable JsonValue value, Set<String> roles) {
        if (value instanceof JsonString role) {
            roles.add(role.getString());
        } else if (value instanceof JsonArray array) {
            array.forEach(element -> {
                if (element instanceof JsonString role) {
                    roles.add(role.getString());
                }
            });
        }
    }
}
