// Programs on the TypeScript SDKs, written as their documentation has it: an OAuthClientProvider, and a transport.

import { createServer } from 'node:http';
import * as sdk2 from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { followLink } from './person.mjs';
import { goOn } from './session.mjs';

const sdk1 = { Client, SSEClientTransport, StreamableHTTPClientTransport, UnauthorizedError };

/** SDK 1.32: the program has to know the transport. */
export const sdkOne = {
  run: (row) => run(row, sdk1, {}, [transportOf(row, sdk1)]),
};

/** SDK 2: the revision is negotiated, and HTTP+SSE is tried when Streamable HTTP is refused. */
export const sdkTwo = {
  run: (row) => run(row, sdk2, { versionNegotiation: { mode: 'auto' } }, [
    sdk2.StreamableHTTPClientTransport, sdk2.SSEClientTransport,
  ]),
};

function transportOf(row, sdk) {
  return row.transport === 'sse' ? sdk.SSEClientTransport : sdk.StreamableHTTPClientTransport;
}

async function run(row, sdk, options, transports) {
  const callback = await listen();
  const store = {};
  const provider = {
    redirectUrl: callback.url,
    clientMetadata: {
      client_name: 'a program',
      redirect_uris: [callback.url],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...(row.typedScope ? { scope: row.typedScope } : {}),
    },
    clientInformation: () => store.client ?? (row.clientId ? { client_id: row.clientId } : undefined),
    saveClientInformation: (client) => { store.client = client; },
    tokens: () => store.tokens,
    saveTokens: (tokens) => {
      store.tokens = tokens;
      row.saw('tokens', tokens.access_token.split('.').length === 3 ? 'JWT' : 'opaque');
    },
    redirectToAuthorization: (url) => { store.link = String(url); },
    saveCodeVerifier: (verifier) => { store.verifier = verifier; },
    codeVerifier: () => store.verifier,
  };
  let client;
  try {
    client = await connect();
    await callWhoami();
    await goOn(row, callWhoami, async () => { client = await connect(); });
  } finally {
    await client?.close();
    callback.close();
  }

  async function callWhoami() {
    const answer = await client.callTool({ name: 'whoami', arguments: {} });
    row.claims(JSON.parse(answer.content[0].text));
  }

  async function connect() {
    let failure;
    for (const Transport of transports) {
      try {
        return await connectOver(Transport);
      } catch (refused) {
        failure = refused;
        if (refused.code !== 405 && refused.status !== 405 && refused.data?.status !== 405) {
          break;
        }
        row.saw('steps', `POST was refused: ${refused.message}`);
      }
    }
    throw failure;
  }

  async function connectOver(Transport) {
    for (;;) {
      const made = new sdk.Client({ name: 'a program', version: '1' }, options);
      const transport = new Transport(new URL(row.url), { authProvider: provider });
      try {
        await made.connect(transport);
        return made;
      } catch (failure) {
        if (!(failure instanceof sdk.UnauthorizedError) || !store.link) {
          throw failure;
        }
        const link = store.link;
        store.link = undefined;
        row.authorization(link);
        await followLink(row.browser, link, row.person);
        const returned = await callback.returned;
        if (!returned.has('code')) {
          throw new Error(`${returned.get('error')}: ${returned.get('error_description')}`);
        }
        await transport.finishAuth(returned.get('code'), returned.get('iss') ?? undefined);
      }
    }
  }
}

async function listen() {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${server.address().port}/oauth/callback`;
  const returned = new Promise((resolve) => {
    server.on('request', (request, response) => {
      response.end('Signed in. You may close this page.');
      if (request.url.startsWith('/oauth/callback')) {
        resolve(new URL(request.url, url).searchParams);
      }
    });
  });
  return { url, returned, close: () => server.close() };
}
