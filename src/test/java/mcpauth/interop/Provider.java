package mcpauth.interop;

/**
 * A real OpenID provider that runs on loopback until it is closed. It knows the users alice and bob, whose passwords are
 * their names.
 */
public interface Provider extends AutoCloseable {
    /** The client that signs people in: public, PKCE with S256, any port of {@code http://localhost/oauth/callback}. */
    String CLIENT_ID = "mcp-client";

    /** The client of the MCP server: confidential, may introspect and nothing else. */
    String SERVER_CLIENT_ID = "mcp-server";

    /** The secret that goes with {@link #SERVER_CLIENT_ID}. */
    String SERVER_CLIENT_SECRET = "mcp-server-secret";

    /** The issuer identifier. */
    String issuer();

    @Override
    void close();
}
