package mcpauth.tool;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may call a tool: the annotations of Jakarta Annotations, which the platform itself holds for enterprise beans only.
 * That of the method goes before that of the
 * class that declares it.
 *
 * @param allowed the roles, one of which is enough; null where everybody may
 * @see <a href="https://jakarta.ee/specifications/annotations/2.1/annotations-spec-2.1#pfss">Jakarta Annotations 2.1,
 *     section 2.11 and following</a>
 */
record ToolRoles(@Nullable List<String> allowed) {

    static ToolRoles of(Method method) {
        return declared(method).or(() -> declared(method.getDeclaringClass())).orElse(new ToolRoles(null));
    }

    private static Optional<ToolRoles> declared(AnnotatedElement element) {
        if (element.isAnnotationPresent(DenyAll.class)) {
            return Optional.of(new ToolRoles(List.of()));
        }
        if (element.isAnnotationPresent(PermitAll.class)) {
            return Optional.of(new ToolRoles(null));
        }
        return Optional.ofNullable(element.getAnnotation(RolesAllowed.class))
                .map(roles -> new ToolRoles(List.of(roles.value())));
    }

    /** @throws ToolException telling the model what is missing */
    void check(Predicate<String> isCallerInRole) {
        if (allowed == null || allowed.stream().anyMatch(isCallerInRole)) {
            return;
        }
        throw new ToolException(
                allowed.isEmpty()
                        ? "Nobody may call this tool"
                        : "The signed-in user may not call this tool: it needs the role or scope "
                                + String.join(" or ", allowed));
    }
}
