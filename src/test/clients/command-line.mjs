// MCP Inspector's command line, as it is typed.

import { followLink } from './person.mjs';
import { freePort, jsonIn, start } from './processes.mjs';

const CALL = ['--method', 'tools/call', '--tool-name', 'whoami'];

/** 2.x signs in by itself: it opens a browser, and waits at a port for the person to come back. */
export const inspectorCliTwo = {
  async run(row) {
    const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
    const program = start('node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', [
      '--cli', row.url,
      ...CALL,
      ...(row.clientId ? ['--client-id', row.clientId] : []),
      '--callback-url', callback,
    ], row.home, {
      // without a terminal it does not sign in otherwise
      MCP_AUTO_OPEN_ENABLED: 'true',
    });
    try {
      const link = await program.opened();
      if (link) {
        row.authorization(link);
        row.saw('steps', await followLink(row.browser, link, row.person));
      }
      const status = await program.end();
      if (status !== 0) {
        throw new Error(program.text.trim());
      }
      row.claims(JSON.parse(jsonIn(program.output.slice(program.output.indexOf('{'))).content[0].text));
    } finally {
      await program.stop();
      row.log(program.text);
    }
  },
};

/** 1.x has no sign-in: the person brings a token. */
export const inspectorCliOne = {
  async run(row) {
    const program = start('node_modules/inspector-1/cli/build/cli.js', [
      '--cli', row.url, '--transport', row.transport,
      ...CALL,
      ...(row.token ? ['--header', `Authorization: Bearer ${row.token}`] : []),
    ], row.home);
    try {
      const status = await program.end();
      if (status !== 0) {
        throw new Error(program.text.trim());
      }
      row.claims(JSON.parse(jsonIn(program.output).content[0].text));
    } finally {
      await program.stop();
      row.log(program.text);
    }
  },
};
