/**
 * The public documents under {@code /.well-known}.
 */
@NullMarked
package mcpauth.metadata;

import org.jspecify.annotations.NullMarked;
