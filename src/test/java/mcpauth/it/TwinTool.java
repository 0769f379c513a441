package mcpauth.it;

import jakarta.enterprise.context.ApplicationScoped;
import mcpauth.tool.Tool;

/** Has a tool of the same name as another: a mistake that must be found at deployment. */
@ApplicationScoped
public class TwinTool {
    /** The other one is in {@link ExtraTools}. */
    @Tool(description = "Repeats nothing.")
    public String repeat() {
        return "";
    }
}
