package mcpauth.it;

import java.util.Locale;
import java.util.Optional;

/**
 * One client, used by a person in one way, and what that person reads in the end.
 *
 * @param client which one
 * @param transport what is chosen, and which URL is typed
 * @param way how, where there are several ways to the same
 * @param scenario what happens besides
 * @param clientId what is typed, if anything
 * @param refusal what the message has in it with which it ends; empty where it ends with the claims of whoami
 * @param server the only one on which it is run, as Arquillian calls it; empty for both
 */
record ClientRow(
        McpProgram client,
        Transport transport,
        String way,
        Scenario scenario,
        Optional<String> clientId,
        Optional<String> refusal,
        Optional<String> server) {
    enum Transport {
        HTTP("Streamable HTTP", "/mcp"),
        SSE("HTTP+SSE", "/sse");

        private final String label;
        private final String path;

        Transport(String label, String path) {
            this.label = label;
            this.path = path;
        }

        String label() {
            return label;
        }

        String path() {
            return path;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Scenario {
        SIGN_IN("signs in", 1),
        MISTYPED("types a wrong password, then the right one", 1),
        CANCEL("cancels the sign-in", 0),
        NO_CLIENT_ID("types no client id", 0),
        REFRESH("goes on after the token has expired", 2),
        REDEPLOY("goes on after the application was deployed again", 2),
        PROVIDER_DOWN("signs in while the provider is down", 0);

        private final String label;
        private final int answers;

        Scenario(String label, int answers) {
            this.label = label;
            this.answers = answers;
        }

        String label() {
            return label;
        }

        /** How often whoami is called. */
        int answers() {
            return answers;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static ClientRow of(McpProgram client, Transport transport) {
        return new ClientRow(
                client, transport, "", Scenario.SIGN_IN, Optional.of("mcp-client"), Optional.empty(), Optional.empty());
    }

    ClientRow way(String changed) {
        return new ClientRow(client, transport, changed, scenario, clientId, refusal, server);
    }

    ClientRow when(Scenario changed) {
        Optional<String> typed = switch (changed) {
            case NO_CLIENT_ID -> Optional.empty();
            case REFRESH -> Optional.of("impatient-client");
            default -> clientId;
        };
        return new ClientRow(client, transport, way, changed, typed, refusal, server);
    }

    /** It ends with a message that has this in it. */
    ClientRow refused(String message) {
        return new ClientRow(client, transport, way, scenario, clientId, Optional.of(message), server);
    }

    ClientRow onlyOn(String name) {
        return new ClientRow(client, transport, way, scenario, clientId, refusal, Optional.of(name));
    }

    boolean runsOn(String name) {
        return server.isEmpty() || server.get().equals(name);
    }

    String id() {
        return String.join("-", client.id(), transport.id(), scenario.id(), way).replaceFirst("-$", "");
    }
}
