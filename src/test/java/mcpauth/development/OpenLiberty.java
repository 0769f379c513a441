package mcpauth.development;

import java.io.IOException;
import java.nio.file.Path;

/** Open Liberty, with the server that {@code src/main/liberty/config} describes. */
record OpenLiberty(Path home) implements ServerProduct {
    private static final String SERVER = "mcp-auth-jakarta";

    @Override
    public void deploy(Path war) throws IOException {
        ServerProduct.copy(war, home.resolve("usr/servers/" + SERVER + "/dropins"));
    }

    @Override
    public ProcessBuilder command(int httpPort) {
        ProcessBuilder builder = new ProcessBuilder(ServerProduct.script(home, "server", "server.bat"), "run", SERVER);
        builder.environment().put("HTTP_PORT", Integer.toString(httpPort));
        return builder;
    }

    @Override
    public String started() {
        return "CWWKZ0001I";
    }

    @Override
    public String failed() {
        return "CWWKZ0002E";
    }
}
