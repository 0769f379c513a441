/**
 * The page for people at the root, the JSON document behind it, and the same walk for operators as text. Public data only;
 * {@code mcp.page.enabled} turns all of it off.
 */
@NullMarked
package mcpauth.page;

import org.jspecify.annotations.NullMarked;
