/** Real OpenID providers on loopback, and the sign-in of an MCP client there. */
@NullMarked
package mcpauth.interop;

import org.jspecify.annotations.NullMarked;
