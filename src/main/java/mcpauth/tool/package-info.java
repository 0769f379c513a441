/**
 * What the author of a tool uses, and the registry of the tools found. Uses nothing of ours.
 */
@NullMarked
package mcpauth.tool;

import org.jspecify.annotations.NullMarked;
