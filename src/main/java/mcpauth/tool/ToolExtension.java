package mcpauth.tool;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the {@link Tool} methods of all beans while the application is deployed. Called by the CDI container only. */
public class ToolExtension implements Extension {
    private final List<Found> found = new ArrayList<>();
    private final Map<String, ToolMethod> tools = new LinkedHashMap<>();

    private record Found(Bean<?> bean, Method method) {}

    /** Called by the CDI container only. */
    public ToolExtension() {}

    void find(@Observes ProcessManagedBean<?> event) {
        for (AnnotatedMethod<?> method : event.getAnnotatedBeanClass().getMethods()) {
            if (method.isAnnotationPresent(Tool.class)) {
                found.add(new Found(event.getBean(), method.getJavaMember()));
            }
        }
    }

    void check(@Observes AfterDeploymentValidation event, BeanManager beanManager) {
        for (Found candidate : found) {
            try {
                add(new ToolMethod(beanManager, candidate.bean, candidate.method));
            } catch (IllegalArgumentException e) {
                event.addDeploymentProblem(new DefinitionException(e.getMessage()));
            }
        }
    }

    private void add(ToolMethod tool) {
        ToolMethod other = tools.putIfAbsent(tool.name(), tool);
        if (other != null) {
            throw new IllegalArgumentException(
                    "two tools are named \"%s\": %s and %s; give one another name".formatted(tool.name(), other, tool));
        }
    }

    Collection<ToolMethod> tools() {
        return List.copyOf(tools.values());
    }
}
