/**
 * The one form in which every room writes an error answer. Uses nothing of ours.
 */
@NullMarked
package mcpauth.http;

import org.jspecify.annotations.NullMarked;
