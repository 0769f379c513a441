package mcpauth.tool;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;

/** All tools of the application, complete once it is deployed. Injectable. */
@ApplicationScoped
public class ToolRegistry {
    private final ToolExtension extension;

    @Inject
    ToolRegistry(ToolExtension extension) {
        this.extension = extension;
    }

    /** Used by the CDI client proxy only. */
    @SuppressWarnings("NullAway")
    protected ToolRegistry() {
        this.extension = null;
    }

    /** The tools, no two of one name. */
    public Collection<ToolMethod> tools() {
        return extension.tools();
    }
}
