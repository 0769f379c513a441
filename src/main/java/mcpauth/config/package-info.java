/**
 * Every setting, read once from MicroProfile Config. A wrong value stops the deployment with one sentence.
 */
@NullMarked
package mcpauth.config;

import org.jspecify.annotations.NullMarked;
