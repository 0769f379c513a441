// An OpenID provider on loopback that is set up as Logto sets up the same library, oidc-provider.
//
//   node server.mjs [--page=<URL>] <registered resource> ...
//
// The page is that of the MCP server, a web page that signs people in: its URL is a redirect URI of its clients.
//
// Prints the issuer in the first line when it is ready, and ends when its standard input does.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import Provider, { errors } from 'oidc-provider';

const PAGE_CLIENT = 'mcp-page';
const PAGE_CLIENT_WITHOUT_CORS = 'mcp-page-without-cors';
const RESOURCE_SCOPES = 'read:things write:things';

// The password is the username. What is not set is null, as in Logto's answers.
const ACCOUNTS = [
  { sub: 'ft4t57nlza88', username: 'alice', name: 'Alice Smith', email: 'alice@example.com' },
  { sub: 'mefx2umquwbs', username: 'bob', name: null, email: null },
];

const PAGE = '--page=';
const page = process.argv.slice(2).find((argument) => argument.startsWith(PAGE))?.slice(PAGE.length);
const resources = new Set(process.argv.slice(2).filter((argument) => !argument.startsWith(PAGE)));

const NATIVE_REDIRECT_URIS = [
  'http://localhost/oauth/callback', 'http://127.0.0.1/oauth/callback',
  // MCP Inspector 1.x fetches the token in the browser: its origin has to be one of these, and that has a port
  'http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug',
];

const tokenLifetime = (client) => (client.clientId === 'impatient-client' ? 10 : 3600);

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const origin = `http://localhost:${server.address().port}`;
  const provider = new Provider(`${origin}/oidc`, configuration());
  const underIssuer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/oidc/')) {
      // the library finds out from the two URLs where it is mounted
      request.originalUrl = request.url;
      request.url = request.url.slice('/oidc'.length);
      underIssuer(request, response);
    } else if (request.url.startsWith('/sign-in/')) {
      signIn(provider, request, response).catch((failure) => answer(response, 500, 'text/plain', String(failure)));
    } else {
      answer(response, 404, 'text/plain', 'Not Found');
    }
  });
  console.log(`${origin}/oidc`);
});
process.stdin.resume().on('end', () => process.exit());

function configuration() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES384' }] },
    enabledJWA: { idTokenSigningAlgValues: ['ES384'] },
    clientDefaults: { id_token_signed_response_alg: 'ES384' },
    clients: [
      {
        // Logto's type "Native": a loopback address without a port stands for any port
        client_id: 'mcp-client',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: NATIVE_REDIRECT_URIS,
        grant_types: ['authorization_code', 'refresh_token'],
      },
      {
        // the same, but its access tokens end soon
        client_id: 'impatient-client',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: NATIVE_REDIRECT_URIS,
        grant_types: ['authorization_code', 'refresh_token'],
      },
      ...(page ? [PAGE_CLIENT, PAGE_CLIENT_WITHOUT_CORS] : []).map((id) => ({
        client_id: id,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: [page, 'http://localhost/oauth/callback', 'http://127.0.0.1/oauth/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
      })),
      {
        client_id: 'mcp-server',
        client_secret: 'mcp-server-secret',
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
    ],
    routes: {
      authorization: '/auth',
      token: '/token',
      userinfo: '/me',
      jwks: '/jwks',
      introspection: '/token/introspection',
      revocation: '/token/revocation',
      end_session: '/session/end',
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      revocation: { enabled: true },
      introspection: {
        enabled: true,
        // a confidential client may ask about every token, a public one about its own
        allowedPolicy: (context, client, token) =>
          client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo: (context, resource, client) => {
          if (!resources.has(resource)) {
            throw new errors.InvalidTarget();
          }
          return {
            scope: RESOURCE_SCOPES,
            accessTokenFormat: 'jwt',
            accessTokenTTL: tokenLifetime(client),
            jwt: { sign: { alg: 'ES384' } },
          };
        },
      },
    },
    // as Logto: web pages of the origin of a redirect URI, its port included
    clientBasedCORS: (context, origin, client) => client.clientId !== PAGE_CLIENT_WITHOUT_CORS
      && client.redirectUris.some((uri) => new URL(uri).origin === origin),
    pkce: { required: () => true },
    claims: { profile: ['name', 'preferred_username', 'username', 'picture'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: (context, token, client) => tokenLifetime(client), AuthorizationCode: 60, Grant: 1209600,
      IdToken: 3600, Interaction: 600, RefreshToken: 1209600, Session: 1209600,
    },
    cookies: { keys: ['a test keeps no secrets'] },
    interactions: { url: (context, interaction) => `/sign-in/${interaction.uid}` },
    findAccount: (context, sub) => account(ACCOUNTS.find((known) => known.sub === sub)),
  };
}

function account(known) {
  return known && {
    accountId: known.sub,
    claims: () => ({
      ...known, preferred_username: known.username, picture: null, email_verified: known.email !== null,
    }),
  };
}

async function signIn(provider, request, response) {
  const { uid, prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'consent') {
    // nobody is asked: Logto does not ask for an application of its own tenant
    const grant = (grantId && await provider.Grant.find(grantId))
      || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(' '));
    for (const [resource, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
      grant.addResourceScope(resource, scopes.join(' '));
    }
    await finish(provider, request, response, { consent: { grantId: await grant.save() } });
    return;
  }
  if (request.url.endsWith('/cancel')) {
    await provider.interactionFinished(request, response, {
      error: 'access_denied', error_description: 'the person has cancelled the sign-in',
    });
    return;
  }
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const known = ACCOUNTS.find((candidate) => candidate.username === form.get('username'));
    if (known && form.get('password') === known.username) {
      await finish(provider, request, response, { login: { accountId: known.sub } });
      return;
    }
  }
  answer(response, request.method === 'POST' ? 401 : 200, 'text/html', `<!doctype html><title>Sign in</title>
${request.method === 'POST' ? '<p>The username or the password is wrong.</p>' : ''}
<form method="post" action="/sign-in/${uid}">
  <input name="username" autocomplete="username"> <input name="password" type="password"> <button>Sign in</button>
</form>
<a href="/sign-in/${uid}/cancel">Cancel</a>`);
}

function finish(provider, request, response, result) {
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

function answer(response, status, type, body) {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}
