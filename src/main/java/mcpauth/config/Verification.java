package mcpauth.config;

import java.util.Locale;

/** How access tokens are judged: {@code mcp.auth.verification}. */
public enum Verification {
    /**
     * By the kind of token, once: in the delegated mode at userinfo; as a protected resource a JWT by the provider's keys
     * alone, any other token by introspection if there is a client, else at userinfo.
     */
    AUTO,
    /** At the provider's userinfo endpoint, which cannot tell for whom a token was issued. */
    USERINFO,
    /** By signature and claims: RFC 9068. */
    JWT,
    /** At the provider's introspection endpoint: RFC 7662. */
    INTROSPECTION;

    /** The word in the configuration. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
