/**
 * Jakarta Security: from the request's credentials to the caller principal, or to a refusal.
 */
@NullMarked
package mcpauth.security;

import org.jspecify.annotations.NullMarked;
