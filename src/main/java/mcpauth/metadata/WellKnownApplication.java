package mcpauth.metadata;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** The public documents; {@code web.xml} opens this path, and no other, to requests without a token. */
@ApplicationPath("/.well-known")
public class WellKnownApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(WellKnownResource.class, CorsFilter.class);
    }
}
