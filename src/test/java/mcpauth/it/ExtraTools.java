package mcpauth.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.util.stream.Collectors;
import mcpauth.tool.Tool;
import mcpauth.tool.ToolArg;
import mcpauth.tool.ToolException;

/** Tools as a user adds them: deployed into the WAR by the tests that need them. */
@ApplicationScoped
public class ExtraTools {
    @Inject
    ServletContext servletContext;

    /** The URL pattern of every servlet in the application, one a line. */
    @Tool(name = "servlet-mappings", description = "Tells the URL pattern of every servlet.")
    public String servletMappings() {
        return servletContext.getServletRegistrations().values().stream()
                .flatMap(servlet -> servlet.getMappings().stream())
                .collect(Collectors.joining("\n"));
    }

    /** Repeats a word. */
    @Tool(description = "Repeats a word.")
    public String repeat(@ToolArg(description = "The word") String word, int times) {
        if (times > 3) {
            throw new ToolException("Not more than three times, please");
        }
        if (times < 0) {
            throw new ToolException("Not less than no time, please");
        }
        return word.repeat(times);
    }

    /** Takes its time. */
    @Tool(description = "Waits, then answers.")
    public String sleep(int milliseconds) throws InterruptedException {
        Thread.sleep(milliseconds);
        return "awake";
    }

    /** A long answer. */
    @Tool(description = "Answers that many bytes.")
    public String large(int bytes) {
        return "x".repeat(bytes);
    }

    /** Fails as a tool with a defect does. */
    @Tool(description = "Fails.")
    public String fail() {
        throw new IllegalStateException("jdbc:secret");
    }
}
