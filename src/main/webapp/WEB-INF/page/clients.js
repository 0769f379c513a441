// What each MCP client has to be given, filled with this server's own values. Versions are those the tests run.

const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
const INSPECTOR_DELEGATED = '@modelcontextprotocol/inspector@1.0.3';
const MCP_REMOTE = 'mcp-remote@0.15.1';
const MCP_REMOTE_DELEGATED = 'mcp-remote@0.1.43';
const PROTOCOL = '2025-11-25';

/**
 * The clients, in the order in which they are shown. Keys are looked up in the texts: where a snippet goes, and what else
 * there is to say.
 */
export function clients(server) {
  const { mcp, clientId, needsClientId, delegated } = server;
  const id = clientId ?? (needsClientId ? 'CLIENT_ID' : undefined);
  const scope = server.scopes.join(' ');
  const name = server.name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'mcp-server';
  const inspector = delegated ? INSPECTOR_DELEGATED : INSPECTOR;
  return [
    {
      id: 'inspector',
      title: 'MCP Inspector',
      snippets: [
        { key: 'inspector.web', text: delegated ? `npx -y ${inspector}` : `npx -y ${inspector} --web \\\n  --transport http --server-url ${shell(mcp)}` },
        { key: 'inspector.cli', note: 'token', text: [
          `npx -y ${inspector} --cli`,
          `${shell(mcp)} --transport http`,
          '--method tools/call --tool-name whoami',
          '--header "Authorization: Bearer $TOKEN"',
        ].join(' \\\n  ') },
      ],
      fields: [
        ['transport', 'Streamable HTTP'], ['url', mcp], ...(id ? [['clientId', id]] : []), ['scope', scope],
      ],
      redirectUris: delegated
        ? ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug']
        : ['http://127.0.0.1:6274/oauth/callback', 'http://127.0.0.1:6276/oauth/callback'],
    },
    {
      id: 'vscode',
      title: 'VS Code',
      snippets: [{ key: 'vscode.file', text: json({
        servers: { [name]: { type: 'http', url: mcp, ...(id ? { oauth: { clientId: id } } : {}) } },
      }) }],
      redirectUris: ['http://127.0.0.1/', 'https://vscode.dev/redirect'],
    },
    {
      id: 'claude',
      title: 'Claude',
      snippets: [
        { key: 'claude.code', text: `claude mcp add --transport http ${id ? `--client-id ${shell(id)} ` : ''}${name} ${shell(mcp)}` },
      ],
      after: delegated ? ['claude.delegated'] : ['claude.web'],
      redirectUris: [
        'http://localhost/callback', 'http://127.0.0.1/callback',
        ...(delegated ? [] : ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback']),
      ],
    },
    {
      id: 'cursor',
      title: 'Cursor',
      snippets: [{ key: 'cursor.file', text: json({
        mcpServers: { [name]: { url: mcp, ...(id ? { auth: { CLIENT_ID: id, scopes: server.scopes } } : {}) } },
      }) }],
      redirectUris: [
        'http://localhost/callback', 'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
      ],
    },
    {
      id: 'mcp-remote',
      title: 'mcp-remote',
      snippets: [{ key: 'remote.file', text: json({
        mcpServers: { [name]: { command: 'npx', args: [
          '-y', delegated ? MCP_REMOTE_DELEGATED : MCP_REMOTE, mcp,
          ...(id ? ['--static-oauth-client-info', JSON.stringify({ client_id: id })] : []),
          '--static-oauth-client-metadata', JSON.stringify({ scope }),
        ] } },
      }) }],
      redirectUris: ['http://localhost/oauth/callback'],
    },
    {
      id: 'curl',
      title: 'curl',
      snippets: [{ key: 'curl.script', note: 'token', text: curl(server) }],
      redirectUris: [],
    },
  ];
}

function curl({ mcp, stateless }) {
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
  const post = (body, session) => [
    `curl -sS ${shell(mcp)} -H "Authorization: Bearer $TOKEN"`,
    ...(session ? ['-H "Mcp-Session-Id: $SESSION"'] : []),
    "-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream'",
    `-d '${JSON.stringify(body)}'`,
  ].join(' \\\n  ');
  const check = ': "${TOKEN:?put an access token into it}"';
  if (stateless) {
    return [check, post(call, false)].join('\n');
  }
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'curl', version: '1' } },
  };
  return [
    check,
    `SESSION=$(${post(initialize, false)} \\\n  -D - -o /dev/null | tr -d '\\r' | awk 'tolower($1) == "mcp-session-id:" { print $2 }')`,
    post({ jsonrpc: '2.0', method: 'notifications/initialized' }, true),
    post(call, true),
    `curl -sS -X DELETE ${shell(mcp)} -H "Authorization: Bearer $TOKEN" -H "Mcp-Session-Id: $SESSION"`,
  ].join('\n');
}

function json(value) {
  return JSON.stringify(value, null, 2);
}

/** A word of a POSIX shell. */
function shell(value) {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
