// mcp-remote, started by an MCP client as Claude Desktop and others start it, from their file of settings.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import { followLink } from './person.mjs';
import { start } from './processes.mjs';
import { goOn } from './session.mjs';

export const mcpRemote = {
  async run(row) {
    const program = start('node_modules/mcp-remote/dist/proxy.js', [
      row.url,
      ...(row.transport === 'sse' ? ['--transport', 'sse-only'] : []),
      ...(row.clientId ? ['--static-oauth-client-info', JSON.stringify({ client_id: row.clientId })] : []),
      ...(row.typedScope ? ['--static-oauth-client-metadata', JSON.stringify({ scope: row.typedScope })] : []),
    ], row.home, {}, 'pipe');
    const client = new Client({ name: 'a desktop program', version: '1' });
    try {
      const connected = client.connect(overStdio(program), { timeout: 60_000 });
      connected.catch(() => {});
      const link = await Promise.race([connected.then(() => undefined, () => undefined), program.opened()]);
      if (link) {
        row.authorization(link);
        row.saw('steps', await followLink(row.browser, link, row.person));
      }
      await Promise.race([
        connected,
        program.exited.then((status) => {
          throw new Error(`mcp-remote ended with ${status}`);
        }),
      ]);
      await callWhoami();
      await goOn(row, callWhoami, () => {});
    } catch (failure) {
      throw new Error(`${failure.message}\n${program.errors}`);
    } finally {
      await program.stop();
      row.log(program.text);
    }

    async function callWhoami() {
      const answer = await client.callTool({ name: 'whoami', arguments: {} }, undefined, { timeout: 15_000 });
      row.claims(JSON.parse(answer.content[0].text));
    }
  },
};

/** The SDK's own transport over stdio would start the process itself, and hide what it prints. */
function overStdio(program) {
  const buffer = new ReadBuffer();
  const transport = {
    async start() {
      program.child.stdout.on('data', (data) => {
        buffer.append(data);
        for (let message = buffer.readMessage(); message !== null; message = buffer.readMessage()) {
          transport.onmessage?.(message);
        }
      });
    },
    async send(message) {
      program.child.stdin.write(serializeMessage(message));
    },
    async close() {
      program.child.stdin.end();
    },
  };
  return transport;
}
