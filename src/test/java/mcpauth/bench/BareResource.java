package mcpauth.bench;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;

/** What a server takes to start an application with a JAX-RS resource: answers a constant text. */
@Path("/answer")
public class BareResource {
    /** Called by the container only. */
    public BareResource() {}

    /** Always the same. */
    @GET
    public String answer() {
        return "answer";
    }

    /** Where the resource is. */
    @ApplicationPath("/rest")
    public static class BareApplication extends Application {
        /** Called by the container only. */
        public BareApplication() {}
    }
}
