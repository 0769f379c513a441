/**
 * The OpenID provider: its metadata, and the verification of tokens at its endpoints.
 */
@NullMarked
package mcpauth.oidc;

import org.jspecify.annotations.NullMarked;
