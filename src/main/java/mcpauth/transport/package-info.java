/**
 * The only room that knows the servers and transports of the MCP SDK: start-up, guards, session ownership.
 */
@NullMarked
package mcpauth.transport;

import org.jspecify.annotations.NullMarked;
