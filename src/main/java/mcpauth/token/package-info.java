/**
 * The nouns of RFC 6750: a bearer token, what verifies it, and what may come of that. Uses nothing of ours.
 */
@NullMarked
package mcpauth.token;

import org.jspecify.annotations.NullMarked;
