package mcpauth.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ToolRolesTest {
    @RolesAllowed("admin")
    static class Restricted {
        void asTheClass() {}

        @RolesAllowed({"reader", "writer"})
        void other() {}

        @PermitAll
        void open() {}

        @DenyAll
        void closed() {}
    }

    static class Heir extends Restricted {}

    static class Open {
        void open() {}
    }

    private static ToolRoles roles(Class<?> type, String method) {
        for (Class<?> declaring = type; ; declaring = declaring.getSuperclass()) {
            try {
                return ToolRoles.of(declaring.getDeclaredMethod(method));
            } catch (NoSuchMethodException e) {
                assertThat(declaring).isNotEqualTo(Object.class);
            }
        }
    }

    private static void call(Class<?> type, String method, String... callerRoles) {
        roles(type, method).check(Set.of(callerRoles)::contains);
    }

    @Test
    void methodWithoutAnAnnotationIsAsItsClass() {
        call(Restricted.class, "asTheClass", "admin");
        assertRefused(Restricted.class, "asTheClass", "admin");
        assertRefused(Heir.class, "asTheClass", "admin");
        call(Open.class, "open");
    }

    @Test
    void annotationOfTheMethodComesFirst() {
        call(Restricted.class, "open");
        call(Restricted.class, "other", "writer");
        assertRefused(Restricted.class, "other", "reader or writer", "admin");
    }

    @Test
    void nobodyMayCallWhatIsClosed() {
        assertThatThrownBy(() -> call(Restricted.class, "closed", "admin"))
                .isInstanceOf(ToolException.class)
                .hasMessage("Nobody may call this tool");
    }

    private static void assertRefused(Class<?> type, String method, String needed, String... callerRoles) {
        assertThatThrownBy(() -> call(type, method, callerRoles))
                .isInstanceOf(ToolException.class)
                .hasMessage("The signed-in user may not call this tool: it needs the role or scope " + needed);
    }
}
