package mcpauth.development;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** WildFly, as Galleon provisioned it and {@code src/main/wildfly/configure-server.cli} set it up. */
record WildFly(Path home) implements ServerProduct {

    @Override
    public void deploy(Path war) throws IOException {
        Path deployments = home.resolve("standalone/deployments");
        ServerProduct.copy(war, deployments);
        for (String marker : List.of(".deployed", ".failed", ".undeployed")) {
            Files.deleteIfExists(deployments.resolve(war.getFileName() + marker));
        }
    }

    @Override
    public ProcessBuilder command(int httpPort) throws IOException {
        return new ProcessBuilder(
                ServerProduct.script(home, "standalone.sh", "standalone.bat"),
                "-Djboss.http.port=" + httpPort,
                "-Djboss.management.http.port=" + freePort(),
                "-Dorg.jboss.logmanager.nocolor=true");
    }

    @Override
    public String started() {
        return "WFLYSRV0025";
    }

    @Override
    public String failed() {
        return "WFLYSRV0026";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
