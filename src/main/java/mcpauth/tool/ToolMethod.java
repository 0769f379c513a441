package mcpauth.tool;

import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.security.enterprise.SecurityContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Tool} method of a bean: what is told of it, and how it is called. Safe for use by many threads. */
public final class ToolMethod {
    private final BeanManager beanManager;
    private final Bean<?> bean;
    private final Method method;
    private final Tool tool;
    private final List<ToolParameter> parameters;
    private final ToolRoles roles;
    private volatile @Nullable Object proxy;

    /** @throws IllegalArgumentException saying what is wrong with the method */
    ToolMethod(BeanManager beanManager, Bean<?> bean, Method method) {
        this.beanManager = beanManager;
        this.bean = bean;
        this.method = method;
        this.tool = method.getAnnotation(Tool.class);
        check(Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()), "be public");
        Class<?> answer = tool.structuredContent() ? JsonObject.class : String.class;
        check(
                method.getReturnType() == answer,
                "return " + answer.getSimpleName() + ", as structuredContent is " + tool.structuredContent());
        check(!tool.description().isBlank(), "have a description, by which models choose tools");
        check(name().matches("[A-Za-z0-9_.-]{1,128}"), "have a name of 1 to 128 of A-Z, a-z, 0-9, _, . and -");
        this.parameters =
                Arrays.stream(method.getParameters()).map(ToolParameter::of).toList();
        this.roles = ToolRoles.of(method);
    }

    private void check(boolean holds, String duty) {
        if (!holds) {
            throw new IllegalArgumentException("the @Tool method " + this + " must " + duty);
        }
    }

    /** What the tool answers. */
    public record Answer(String text, @Nullable JsonObject structuredContent) {}

    /** Unique in the application. */
    public String name() {
        return tool.name().equals(Tool.ELEMENT_NAME) ? method.getName() : tool.name();
    }

    /** A name for people; null for none. */
    public @Nullable String title() {
        return tool.title().isEmpty() ? null : tool.title();
    }

    /** Tells a model what the tool is for. */
    public String description() {
        return tool.description();
    }

    /** What clients may take for granted. */
    public Tool.Annotations annotations() {
        return tool.annotations();
    }

    /** The JSON Schema of the arguments. */
    public JsonObject inputSchema() {
        JsonObjectBuilder properties = Json.createObjectBuilder();
        JsonArrayBuilder required = Json.createArrayBuilder();
        for (ToolParameter parameter : parameters) {
            if (parameter.isCancellation()) {
                continue;
            }
            properties.add(parameter.name(), parameter.schema());
            if (parameter.required()) {
                required.add(parameter.name());
            }
        }
        return Json.createObjectBuilder()
                .add("type", "object")
                .add("properties", properties)
                .add("required", required)
                .build();
    }

    /**
     * Calls the tool on this thread.
     *
     * @param arguments as parsed JSON, checked against {@link #inputSchema}
     * @param cancellation for a tool that asks for it
     * @throws ToolException if the caller has none of the roles of {@code @RolesAllowed}
     * @throws Exception what the method throws
     */
    public Answer call(Map<String, Object> arguments, Cancellation cancellation) throws Exception {
        roles.check(role ->
                beanManager.createInstance().select(SecurityContext.class).get().isCallerInRole(role));
        Object[] values = parameters.stream()
                .map(parameter -> parameter.isCancellation() ? cancellation : parameter.value(arguments))
                .toArray();
        CreationalContext<?> context = beanManager.createCreationalContext(bean);
        try {
            Object answer = method.invoke(reference(context), values);
            return new Answer(String.valueOf(answer), answer instanceof JsonObject object ? object : null);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            context.release();
        }
    }

    /** A client proxy stands for the bean wherever it is called; a dependent bean is made for each call. */
    private Object reference(CreationalContext<?> context) {
        Object known = proxy;
        if (known != null) {
            return known;
        }
        Object reference = beanManager.getReference(bean, bean.getBeanClass(), context);
        if (beanManager.isNormalScope(bean.getScope())) {
            proxy = reference;
        }
        return reference;
    }

    @Override
    public String toString() {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
