package mcpauth.it;

/** The MCP clients that are tried; the versions are those of {@code src/test/clients/package.json}. */
enum McpProgram {
    INSPECTOR_2("MCP Inspector 2.12.0, web", "inspectorTwo", "http://127.0.0.1/oauth/callback"),
    INSPECTOR_2_CLI("MCP Inspector 2.12.0, command line", "inspectorCliTwo", "http://127.0.0.1/oauth/callback"),
    INSPECTOR_1("MCP Inspector 1.0.3, web", "inspectorOne", "http://localhost/oauth/callback"),
    INSPECTOR_1_CLI("MCP Inspector 1.0.3, command line", "inspectorCliOne", ""),
    MCP_REMOTE("mcp-remote 0.15.1", "mcpRemote", "http://localhost/oauth/callback"),
    SDK_1("TypeScript SDK 1.32.2", "sdkOne", "http://127.0.0.1/oauth/callback"),
    SDK_2("TypeScript SDK 2.4.0", "sdkTwo", "http://127.0.0.1/oauth/callback"),
    JAVA_SDK("MCP Java SDK 2.1.0", "", "");

    private final String label;
    private final String id;
    private final String redirectUri;

    McpProgram(String label, String id, String redirectUri) {
        this.label = label;
        this.id = id;
        this.redirectUri = redirectUri;
    }

    String label() {
        return label;
    }

    /** What the rows' program calls it; empty where it is not one of npm. */
    String id() {
        return id;
    }

    /** What it was seen to send, without the port; empty where it cannot sign in. */
    String redirectUri() {
        return redirectUri;
    }

    /** Whether the person types the scope into a form; else it comes from the challenge. */
    boolean hasForm() {
        return this == INSPECTOR_1 || this == INSPECTOR_2;
    }
}
