package mcpauth.testing;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;

/**
 * Open Liberty 26.0.0.3 keeps the {@code HttpAuthenticationMechanism} of each web module it ever had, and so the class
 * loader: its key is weak, its value is not. Loaded into the running server, this empties that cache, so that a test can
 * see whether anything else keeps an application.
 */
public final class OpenLibertyCacheAgent {
    private static final String CACHE = "com.ibm.ws.security.javaeesec.properties.ModulePropertiesUtils";

    private OpenLibertyCacheAgent() {}

    /** Called by the JVM. Does nothing on another server. */
    public static void agentmain(String arguments, Instrumentation instrumentation)
            throws ReflectiveOperationException {
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (type.getName().equals(CACHE)) {
                Object cache = type.getMethod("getInstance").invoke(null);
                for (String name : List.of("ModuleToHam", "ModuleToHamLookup")) {
                    Field field = type.getDeclaredField(name);
                    field.setAccessible(true);
                    ((Map<?, ?>) field.get(cache)).clear();
                }
            }
        }
    }
}
