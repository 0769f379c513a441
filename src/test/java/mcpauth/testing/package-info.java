/** Doubles of the servers around ours. */
@NullMarked
package mcpauth.testing;

import org.jspecify.annotations.NullMarked;
