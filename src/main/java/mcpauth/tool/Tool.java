package mcpauth.tool;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Makes a public method of a CDI bean an MCP tool. It runs on the request's own thread, so the {@code SecurityContext},
 * {@code @RequestScoped} beans and interceptors work as in any other call.
 *
 * <p>Each parameter is a {@code String}, {@code boolean}, {@code int}, {@code long}, {@code double} or one of their
 * wrappers, or an enum; one of type {@link Cancellation} is no argument, and tells whether anybody still waits for the
 * call. The method returns a {@code String}, or a {@code JsonObject} where
 * {@link #structuredContent()} is set. It throws {@link ToolException} for an error the model shall see; of any other
 * exception the model learns nothing but that it happened. Misuse stops the deployment.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/server/tools">MCP, Tools</a>
 */
@Documented
@Retention(RUNTIME)
@Target(METHOD)
public @interface Tool {
    /** Stands for the name of the annotated element. */
    String ELEMENT_NAME = "<<element name>>";

    /** The name clients call; unique in the application. */
    String name() default ELEMENT_NAME;

    /** A name for people; empty for none. */
    String title() default "";

    /** Tells a model what the tool is for and when to call it. */
    String description();

    /** Whether the answer is also sent as {@code structuredContent}. */
    boolean structuredContent() default false;

    /** What clients may take for granted of the tool, for example to decide whether a call needs a person's consent. */
    Annotations annotations() default @Annotations;

    /** Hints; the defaults are those of the specification for a tool of which nothing is known. */
    @Documented
    @Retention(RUNTIME)
    @Target({})
    @interface Annotations {
        /** The tool changes nothing. */
        boolean readOnlyHint() default false;

        /** The tool may destroy something; means nothing for one that only reads. */
        boolean destructiveHint() default true;

        /** Calling it once more with the same arguments changes nothing more. */
        boolean idempotentHint() default false;

        /** The tool deals with things outside of the application. */
        boolean openWorldHint() default true;
    }
}
