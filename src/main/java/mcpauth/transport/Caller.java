package mcpauth.transport;

import jakarta.security.enterprise.SecurityContext;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * To whom a session belongs: not to a token, as clients refresh tokens during a session.
 *
 * @param issuer who vouches for the subject
 * @param subject unique within the issuer
 */
record Caller(String issuer, String subject) {

    /**
     * The caller of the current request, which the authentication mechanism let through.
     *
     * @throws IllegalStateException if there is none
     */
    static Caller current(SecurityContext securityContext) {
        return securityContext.getPrincipalsByType(JsonWebToken.class).stream()
                .findFirst()
                .map(token -> new Caller(token.getIssuer(), token.getSubject()))
                .orElseThrow(() -> new IllegalStateException("no caller on a protected path"));
    }

    @Override
    public String toString() {
        return "Caller[issuer=" + issuer + "]";
    }
}
