// The sign-in as an MCP client does it, and the call of whoami, step by step. What goes wrong is thrown as a Problem,
// which names the step and what to change. The token is a local variable, and nothing else.

const PENDING = 'mcp-sign-in';
const PROTOCOL = '2025-11-25';
const TIMEOUT_MS = 20_000;

export const STEPS = ['challenge', 'resource', 'provider', 'sign-in', 'token', 'whoami'];

/** A step that failed: remedy is a key of the texts, values fill it. */
export class Problem extends Error {
  constructor(step, remedy, values = {}) {
    super(remedy);
    this.step = step;
    this.remedy = remedy;
    this.values = values;
  }
}

/**
 * Goes from the 401 to the provider's sign-in page, and leaves this page. report(step, detail) tells of each step that is
 * done.
 */
export async function leave(server, state, report) {
  const challenge = await findChallenge(server);
  report('challenge', server.mcp);
  const issuer = await findIssuer(server, challenge);
  report('resource', issuer);
  const provider = await findProvider(server, state, issuer);
  report('provider', provider.issuer);
  const clientId = server.clientId;
  if (!clientId) {
    throw new Problem('sign-in', 'no-client', { issuer });
  }
  const values = { clientId, redirectUri: server.redirectUri, resource: server.mcp, scopes: server.scopes.join(' '), issuer };
  const fresh = await readState(server).catch(() => state);
  if (fresh.signIn.redirectUri === server.redirectUri && REFUSALS[fresh.signIn.verdict]) {
    throw new Problem('sign-in', REFUSALS[fresh.signIn.verdict], values);
  }
  const verifier = random();
  const attempt = {
    state: random(),
    verifier,
    issuer: provider.issuer,
    namesItself: provider.namesItself,
    tokenEndpoint: provider.tokenEndpoint,
    clientId,
    redirectUri: server.redirectUri,
    resource: server.delegated ? undefined : server.mcp,
    scope: challenge.scope ?? server.scopes.join(' '),
  };
  const url = new URL(provider.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: attempt.redirectUri,
    scope: attempt.scope,
    state: attempt.state,
    code_challenge: await hash(verifier),
    code_challenge_method: 'S256',
    ...(attempt.resource ? { resource: attempt.resource } : {}),
  };
  Object.entries(parameters).forEach(([name, value]) => url.searchParams.set(name, value));
  // ends with the tab; the code is worth nothing without it, and it is worth nothing without the code
  sessionStorage.setItem(PENDING, JSON.stringify(attempt));
  location.assign(url);
}

/** The sign-in that this tab has left for; undefined if there is none. It is forgotten. */
export function takeAttempt() {
  const text = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  return text === null ? undefined : JSON.parse(text);
}

/** What the provider has sent back in the URL, which is cleaned; undefined if nothing. */
export function takeAnswer() {
  const query = new URLSearchParams(location.search);
  if (!query.has('code') && !query.has('error')) {
    return undefined;
  }
  history.replaceState(null, '', location.pathname);
  return Object.fromEntries(query);
}

/** From the provider's answer to the claims: { claims, token }. */
export async function finish(server, attempt, answer, report) {
  STEPS.slice(0, 3).forEach((step) => report(step));
  checkAnswer(attempt, answer);
  report('sign-in', attempt.issuer);
  const token = await fetchToken(attempt, answer.code);
  report('token', scopeOf(token) ?? '');
  const claims = await whoami(server, attempt, token);
  report('whoami', server.mcp);
  return { claims, token: token.access_token };
}

/** The JSON document behind the page. */
export async function readState(server) {
  const response = await ask(new URL('page/state.json', server.root));
  if (!response.ok) {
    throw new Error(`state.json: ${response.status}`);
  }
  return response.json();
}

/** What the provider says to the sign-in of the page, and the remedy for it. */
export const REFUSALS = {
  'unknown-client': 'unknown-client',
  'unknown-redirect-uri': 'unknown-redirect-uri',
  'unknown-resource': 'unknown-resource',
  'refused-scope': 'refused-scope',
  refused: 'sign-in-refused',
};

async function findChallenge(server) {
  let response;
  try {
    response = await post(server, initialize());
  } catch {
    throw new Problem('challenge', 'server-unreachable', { url: server.mcp });
  }
  if (response.status === 403) {
    throw new Problem('challenge', 'origin-refused', { origin: location.origin });
  }
  if (response.status !== 401) {
    throw new Problem('challenge', 'no-challenge', { url: server.mcp, status: response.status });
  }
  const header = response.headers.get('WWW-Authenticate') ?? '';
  const parameter = (name) => header.match(new RegExp(`${name}="([^"]*)"`))?.[1];
  return { metadata: parameter('resource_metadata'), scope: parameter('scope') };
}

async function findIssuer(server, challenge) {
  if (server.delegated) {
    return server.issuer;
  }
  if (!challenge.metadata) {
    throw new Problem('resource', 'challenge-lost', { url: server.mcp });
  }
  const document = await readJson(challenge.metadata).catch(() => {
    throw new Problem('resource', 'resource-metadata-missing', { url: challenge.metadata });
  });
  if (document.resource !== server.mcp) {
    throw new Problem('resource', 'resource-differs', { resource: document.resource, url: server.mcp });
  }
  return document.authorization_servers[0];
}

async function findProvider(server, state, issuer) {
  const known = state.providers.find((provider) => provider.issuer === issuer);
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = server.delegated
    ? [new URL('/.well-known/oauth-authorization-server', server.root)]
    : [`${origin}${path}/.well-known/openid-configuration`, `${origin}/.well-known/oauth-authorization-server${path}`];
  let document;
  for (const place of places) {
    document ??= await readJson(place).catch(() => undefined);
  }
  if (!document) {
    if (!known?.available) {
      throw new Problem('provider', 'issuer-down', { issuer });
    }
    // the provider answers this server, but no web pages: the sign-in itself needs no more than these
    return provider(known.issuer, known.authorizationEndpoint, known.tokenEndpoint, known.namesItselfInAnswers);
  }
  if (document.issuer !== issuer) {
    throw new Problem('provider', 'issuer-differs', { issuer, own: String(document.issuer) });
  }
  if (!document.code_challenge_methods_supported?.includes('S256')) {
    throw new Problem('provider', 'no-pkce', { issuer });
  }
  return provider(
    issuer, document.authorization_endpoint, document.token_endpoint,
    document.authorization_response_iss_parameter_supported === true,
  );
}

function provider(issuer, authorizationEndpoint, tokenEndpoint, namesItself) {
  if (!authorizationEndpoint || !tokenEndpoint) {
    throw new Problem('provider', 'no-endpoints', { issuer });
  }
  return { issuer, authorizationEndpoint, tokenEndpoint, namesItself };
}

/** RFC 6749 section 4.1.2, RFC 9207 section 2.4. */
function checkAnswer(attempt, answer) {
  const values = {
    clientId: attempt.clientId, redirectUri: attempt.redirectUri, resource: attempt.resource, scopes: attempt.scope,
    issuer: attempt.issuer, code: safe(answer.error),
  };
  if (answer.state !== attempt.state) {
    throw new Problem('sign-in', 'state-differs', values);
  }
  if (answer.iss === undefined ? attempt.namesItself : answer.iss !== attempt.issuer) {
    throw new Problem('sign-in', 'answer-of-another', { ...values, own: safe(answer.iss) });
  }
  if (answer.error) {
    const remedies = {
      access_denied: 'cancelled', invalid_scope: 'refused-scope', invalid_target: 'unknown-resource',
      unauthorized_client: 'client-not-allowed', invalid_client: 'unknown-client',
    };
    throw new Problem('sign-in', remedies[answer.error] ?? 'sign-in-error', values);
  }
}

async function fetchToken(attempt, code) {
  const values = {
    clientId: attempt.clientId, redirectUri: attempt.redirectUri, resource: attempt.resource, issuer: attempt.issuer,
    origin: location.origin, url: attempt.tokenEndpoint,
  };
  let response;
  try {
    response = await ask(attempt.tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: attempt.redirectUri,
        client_id: attempt.clientId,
        code_verifier: attempt.verifier,
        ...(attempt.resource ? { resource: attempt.resource } : {}),
      }),
    });
  } catch {
    throw new Problem('token', 'token-endpoint-closed', values);
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok || typeof body.access_token !== 'string') {
    const remedies = {
      invalid_client: 'client-is-confidential', unauthorized_client: 'client-is-confidential',
      invalid_target: 'unknown-resource', invalid_request: 'token-endpoint-closed',
    };
    throw new Problem('token', remedies[body.error] ?? 'token-refused', {
      ...values, code: safe(body.error ?? String(response.status)),
    });
  }
  return body;
}

async function whoami(server, attempt, token) {
  const opened = await call(server, attempt, token, initialize());
  const session = opened.headers.get('Mcp-Session-Id');
  await message(opened);
  try {
    if (session !== null) {
      await call(server, attempt, token, { jsonrpc: '2.0', method: 'notifications/initialized' }, session);
    }
    const answered = await call(server, attempt, token, {
      jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} },
    }, session);
    const { result, error } = await message(answered);
    if (!result || result.isError) {
      throw new Problem('whoami', 'tool-failed', { message: safe(error?.message ?? result?.content?.[0]?.text) });
    }
    return result.structuredContent ?? JSON.parse(result.content[0].text);
  } finally {
    if (session !== null) {
      await ask(server.mcp, {
        method: 'DELETE', headers: { Authorization: `Bearer ${token.access_token}`, 'Mcp-Session-Id': session },
      }).catch(() => undefined);
    }
  }
}

async function call(server, attempt, token, body, session) {
  let response;
  try {
    response = await post(server, body, token.access_token, session);
  } catch {
    throw new Problem('whoami', 'server-unreachable', { url: server.mcp });
  }
  if (response.ok) {
    return response;
  }
  throw refusal(server, attempt, token, response);
}

function refusal(server, attempt, token, response) {
  const header = response.headers.get('WWW-Authenticate') ?? '';
  const claims = payload(token.access_token);
  const values = {
    status: response.status, resource: server.mcp, issuer: attempt.issuer, clientId: attempt.clientId,
    granted: scopeOf(token) || '–', needed: safe(header.match(/scope="([^"]*)"/)?.[1]),
  };
  if (response.status === 403 && header.includes('insufficient_scope')) {
    return new Problem('whoami', 'scope-missing', values);
  }
  if (response.status === 403) {
    return new Problem('whoami', 'origin-refused', { origin: location.origin });
  }
  if (response.status === 503) {
    return new Problem('whoami', 'provider-unavailable', values);
  }
  if (response.status !== 401) {
    return new Problem('whoami', 'call-failed', values);
  }
  if (!claims) {
    return new Problem('whoami', server.delegated ? 'opaque-refused-delegated' : 'opaque-refused', values);
  }
  const audience = [claims.aud ?? []].flat().map(safe);
  if (!audience.includes(server.mcp)) {
    return new Problem('whoami', server.delegated ? 'jwt-in-delegated' : 'wrong-audience', {
      ...values, audience: audience.join(', ') || '–',
    });
  }
  if (claims.iss !== attempt.issuer) {
    return new Problem('whoami', 'issuer-differs', { issuer: attempt.issuer, own: safe(claims.iss) });
  }
  return new Problem('whoami', 'token-not-valid', values);
}

function initialize() {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'mcp-auth-jakarta page', version: '1' } },
  };
}

function post(server, body, token, session) {
  return ask(server.mcp, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(session ? { 'Mcp-Session-Id': session, 'MCP-Protocol-Version': PROTOCOL } : {}),
    },
    body: JSON.stringify(body),
  });
}

/** The answer, which comes as JSON or as the last event of a stream. */
async function message(response) {
  const text = await response.text();
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
    return JSON.parse(text);
  }
  const data = text.split(/\r?\n\r?\n/)
    .map((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n'))
    .filter((event) => event.trim() !== '');
  return data.map((event) => JSON.parse(event)).find((event) => event.result || event.error);
}

function ask(url, options = {}) {
  return fetch(url, {
    credentials: 'omit', cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS), ...options,
  });
}

async function readJson(url) {
  const response = await ask(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return response.json();
}

/** What a JWT says, to show it: whether it is true is the server's to judge. Undefined for another token. */
function payload(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function scopeOf(token) {
  return safe(token.scope ?? payload(token.access_token)?.scope);
}

/** What somebody else wrote, of a length that can be shown. */
function safe(text) {
  return String(text ?? '').slice(0, 300);
}

function random() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

async function hash(text) {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
