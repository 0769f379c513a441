package mcpauth.tool;

import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** Describes a parameter of a {@link Tool} method to the model. */
@Documented
@Retention(RUNTIME)
@Target(PARAMETER)
public @interface ToolArg {
    /** The argument's name; that of the parameter needs {@code -parameters} at compile time. */
    String name() default Tool.ELEMENT_NAME;

    /** Tells a model what to put here. */
    String description() default "";

    /** Whether a call without it is refused; an optional one is null, so not of a primitive type. */
    boolean required() default true;
}
