/**
 * The {@code whoami} tool: the example a user copies.
 */
@NullMarked
package mcpauth.whoami;

import org.jspecify.annotations.NullMarked;
