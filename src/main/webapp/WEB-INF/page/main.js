// Fills the page with what this server is, and runs the sign-in.

import { clients } from './clients.js';
import { announce, copyButton, element, fill, prose } from './elements.js';
import { finish, leave, Problem, readState, REFUSALS, STEPS, takeAnswer, takeAttempt } from './sign-in.js';
import english from './texts.en.js';
import japanese from './texts.ja.js';

const language = navigator.languages.map((tag) => tag.split('-')[0]).find((tag) => ['en', 'ja'].includes(tag)) ?? 'en';
const texts = language === 'ja' ? japanese : english;
const byId = (id) => document.getElementById(id);
const say = (key, values) => fill(texts[key], values);
const rich = (key, values) => prose(say(key, values));

function translate() {
  document.documentElement.lang = language;
  for (const translated of document.querySelectorAll('[data-text]')) {
    const text = texts[translated.dataset.text];
    if (text !== undefined) {
      translated.replaceChildren(...prose(text));
    }
  }
}

/** What the modules need to know of this server, from the document behind the page and from where the page is. */
function serverOf(state) {
  const root = new URL('./', location.href.split(/[?#]/)[0]).href;
  const base = state.url ?? root.replace(/\/$/, '');
  const [provider] = state.providers;
  return {
    name: state.name,
    root,
    base,
    elsewhere: `${base}/` !== root,
    mcp: `${base}/mcp`,
    sse: state.stateless ? undefined : `${base}/sse`,
    redirectUri: `${base}/`,
    delegated: state.mode === 'delegated',
    stateless: state.stateless,
    scopes: state.scopes,
    clientId: state.clientId,
    needsClientId: !provider.registersClients && !provider.takesClientIdMetadataDocuments,
    issuer: provider.issuer,
  };
}

function showHead(server, state) {
  const host = new URL(server.issuer).host;
  document.title = say('title', { name: server.name });
  byId('name').textContent = server.name;
  const needed = state.requiredScopes.join(' ');
  byId('lead').replaceChildren(...rich(needed ? 'whoScopes' : 'who', { host, scopes: needed }));
  byId('endpoint').replaceChildren(element('code', {}, server.mcp), copy(say('facts.mcp'), () => server.mcp));
  byId('endpoint').hidden = false;
  const up = state.providers.every((provider) => provider.available);
  byId('chips').replaceChildren(
    element('li', { class: up ? 'good' : 'bad' }, say(up ? 'chip.up' : 'chip.down')),
    element('li', { class: 'plain' }, say(server.delegated ? 'chip.delegated' : 'chip.resource')),
  );
  byId('chips').hidden = false;
  if (state.documentation?.match(/^https?:/)) {
    byId('documentation').replaceChildren(element('a', { href: state.documentation }, say('documentation')));
  }
}

function showFacts(server, state) {
  const metadata = server.delegated
    ? new URL('/.well-known/oauth-authorization-server', server.base).href
    : `${server.base}/.well-known/oauth-protected-resource/mcp`;
  const facts = [
    ['facts.sse', server.sse], ['facts.clientId', server.clientId],
    ['facts.scope', server.scopes.join(' ')],
    ...state.providers.map((provider) => ['facts.issuer', provider.issuer]),
  ];
  byId('facts').replaceChildren(
    ...facts.filter(([, value]) => value !== undefined).flatMap(([key, value]) => [
      element('dt', {}, say(key)),
      element('dd', {}, element('span', {}, element('code', {}, value)), copy(say(key), () => value)),
    ]),
    element('dt', {}, say('facts.metadata')),
    element('dd', {}, element('span', {}, element('a', { href: metadata }, new URL(metadata).pathname))),
  );
}

function copy(what, text) {
  return copyButton({ text: say('copy'), name: say('copyWhat', { what }) }, say('copied'), text);
}

function showProviders(server, state) {
  byId('providers').replaceChildren(...state.providers.map((provider, index) => element(
    'ul', { class: 'checks' }, ...checks(server, state, provider, index === 0),
  )));
  byId('provider').hidden = false;
}

function checks(server, state, provider, first) {
  const check = (kind, key, values) => element('li', { class: kind }, ...rich(key, values));
  if (!provider.available) {
    return [check('bad', 'provider.down')];
  }
  const verdict = { accepted: ['good', 'provider.accepted'], page: ['note', 'provider.page'] }[state.signIn.verdict]
    ?? (REFUSALS[state.signIn.verdict] && ['bad', `remedy.${REFUSALS[state.signIn.verdict]}`]);
  const list = [check('good', 'provider.up')];
  if (provider.gaps.length === 0) {
    list.push(check('good', 'provider.s256'));
  }
  provider.gaps.forEach((gap) => list.push(check('bad', 'provider.gap', { gap })));
  if (provider.registersClients) {
    list.push(check('good', 'provider.registers'));
  }
  if (provider.takesClientIdMetadataDocuments) {
    list.push(check('good', 'provider.documents'));
  }
  if (!provider.registersClients && !provider.takesClientIdMetadataDocuments) {
    list.push(first && server.clientId
      ? check('note', 'provider.static', { clientId: server.clientId })
      : check('note', 'provider.create'));
  }
  if (first && verdict) {
    const [kind, key] = verdict;
    const text = [texts[key]].flat()[0];
    list.push(element('li', { class: kind }, ...prose(fill(text, remedyValues(server)))));
  }
  if (!server.delegated && state.signIn.verdict !== 'accepted') {
    list.push(check('note', 'provider.resource', { mcp: server.mcp, sse: server.sse ?? server.mcp }));
  }
  return list;
}

function remedyValues(server) {
  return {
    clientId: server.clientId, redirectUri: server.redirectUri, resource: server.mcp, scopes: server.scopes.join(' '),
    issuer: server.issuer,
  };
}

function showClients(server) {
  const all = clients(server);
  const tabs = all.map((client, index) => element('button', {
    type: 'button', role: 'tab', id: `tab-${client.id}`, 'aria-controls': `panel-${client.id}`,
    'aria-selected': String(index === 0), tabindex: index === 0 ? '0' : '-1', onclick: () => select(index),
  }, client.title));
  const panels = all.map((client, index) => element('div', {
    role: 'tabpanel', class: 'panel', id: `panel-${client.id}`, 'aria-labelledby': `tab-${client.id}`, hidden: index !== 0,
  }, ...panel(server, client)));
  const select = (index) => {
    tabs.forEach((tab, other) => {
      tab.setAttribute('aria-selected', String(other === index));
      tab.tabIndex = other === index ? 0 : -1;
      panels[other].hidden = other !== index;
    });
    tabs[index].focus();
  };
  byId('tabs').addEventListener('keydown', (event) => {
    const current = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      select((next + tabs.length) % tabs.length);
    }
  });
  byId('tabs').replaceChildren(...tabs);
  byId('panels').replaceChildren(...panels);
  byId('connect').hidden = false;
}

function panel(server, client) {
  const parts = [];
  for (const snippet of client.snippets) {
    const label = say(`snippet.${snippet.key}`);
    parts.push(element(
      'div', { class: 'snippet' },
      element('div', { class: 'snippet-head' }, element('span', {}, label), copy(label, () => snippet.text)),
      element('pre', { tabindex: '0', role: 'region', 'aria-label': label, 'data-snippet': snippet.key },
        element('code', {}, snippet.text)),
      snippet.note ? element('p', { class: 'hint' }, ...rich(`note.${snippet.note}`)) : null,
    ));
  }
  if (client.fields) {
    parts.push(element('h3', {}, say('connect.fields')), element('dl', { class: 'fields' }, ...client.fields.flatMap(
      ([key, value]) => [element('dt', {}, say(`field.${key}`)), element('dd', {}, element('code', {}, value))],
    )));
  }
  (client.after ?? []).forEach((key) => parts.push(element('p', {}, ...rich(key))));
  if (server.needsClientId && client.redirectUris.length > 0) {
    parts.push(
      element('h3', {}, say('connect.redirect')),
      element('ul', {}, ...client.redirectUris.map((uri) => element('li', {}, element('code', {}, uri)))),
    );
  }
  if (server.needsClientId && !server.clientId && client.redirectUris.length > 0) {
    parts.push(element('p', { class: 'hint' }, ...rich('connect.placeholder')));
  }
  return parts;
}

function notice(...content) {
  byId('notices').append(element('p', { class: 'notice' }, ...content));
}

/** The list of steps: report tells of one that is done, fail of one that is not. */
function stepList() {
  const items = Object.fromEntries(STEPS.map((step) => [step, element(
    'li', {}, element('strong', {}, say(`step.${step}`)), element('span', { class: 'visually-hidden' }),
    element('span', { class: 'detail' }),
  )]));
  const mark = (step, kind) => {
    items[step].className = kind;
    items[step].querySelector('.visually-hidden').textContent = ` (${say(`state.${kind}`)})`;
  };
  byId('steps').replaceChildren(...Object.values(items));
  byId('steps').hidden = false;
  byId('outcome').hidden = true;
  mark(STEPS[0], 'busy');
  return {
    report(step, detail) {
      mark(step, 'good');
      items[step].querySelector('.detail').textContent = detail ?? '';
      const next = STEPS[STEPS.indexOf(step) + 1];
      if (next) {
        mark(next, 'busy');
      }
    },
    fail(problem) {
      STEPS.slice(0, STEPS.indexOf(problem.step)).filter((step) => items[step].className === 'busy' || items[step].className === '')
        .forEach((step) => mark(step, 'good'));
      mark(problem.step, 'bad');
      const [first, ...others] = [texts[`remedy.${problem.remedy}`]].flat().map((text) => fill(text, problem.values));
      items[problem.step].append(element(
        'div', { class: 'remedy', 'data-remedy': problem.remedy },
        element('p', {}, ...prose(first)),
        others.length > 0 ? element('ul', {}, ...others.map((text) => element('li', {}, ...prose(text)))) : null,
      ));
      announce(`${say(`step.${problem.step}`)} (${say('state.bad')}): ${[first, ...others].join(' ').replaceAll('`', '')}`);
    },
  };
}

async function run(action) {
  const button = byId('sign-in');
  button.disabled = true;
  const list = stepList();
  try {
    return await action(list.report);
  } catch (failure) {
    list.fail(failure instanceof Problem ? failure : new Problem('challenge', 'unexpected', { message: String(failure) }));
    return undefined;
  } finally {
    button.disabled = false;
    button.textContent = say('try.again');
  }
}

function showClaims({ claims, token }) {
  const shown = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  byId('outcome').replaceChildren(
    element('p', {}, ...rich('try.done')),
    element('table', { class: 'claims', id: 'claims' },
      element('caption', {}, say('try.claims')),
      element('tbody', {}, ...Object.entries(claims).map(([name, value]) => element(
        'tr', {}, element('th', { scope: 'row' }, name), element('td', {}, shown(value)),
      )))),
    element('p', {}, copyButton({ text: say('try.token'), name: say('try.token') }, say('copied'), () => token)),
    element('p', { class: 'hint' }, ...rich('try.tokenHint')),
  );
  byId('outcome').hidden = false;
  announce(say('try.done').replaceAll('`', ''));
  byId('outcome').focus();
}

/** What became of a sign-in that this tab left for; false if there was none. */
function comeBack(server) {
  const attempt = takeAttempt();
  const answer = takeAnswer();
  if (!attempt && !answer) {
    return;
  }
  run(async (report) => {
    if (!attempt) {
      throw new Problem('sign-in', 'no-attempt');
    }
    if (!answer) {
      STEPS.slice(0, 3).forEach((step) => report(step));
      throw new Problem('sign-in', 'no-answer', { ...remedyValues(server), clientId: attempt.clientId });
    }
    return finish(server, attempt, answer, report);
  }).then((done) => done && showClaims(done));
}

async function start() {
  translate();
  let state;
  try {
    state = await readState({ root: location.href.split(/[?#]/)[0] });
  } catch (failure) {
    notice(say('notice.state', { reason: failure.message }));
    return;
  }
  const server = serverOf(state);
  showHead(server, state);
  showFacts(server, state);
  showProviders(server, state);
  showClients(server);
  if (server.elsewhere) {
    notice(...rich('notice.elsewhere', { here: server.root, url: `${server.base}/` }), ' ',
      element('a', { href: `${server.base}/` }, say('notice.open')));
    return;
  }
  byId('before').replaceChildren(...(server.clientId
    ? rich('try.before', { host: new URL(server.issuer).host })
    : rich('try.noClient', { redirectUri: server.redirectUri })));
  byId('before').hidden = false;
  byId('sign-in').disabled = !server.clientId;
  byId('sign-in').addEventListener('click', () => run((report) => leave(server, state, report)));
  // a browser may keep the page as it was when it left
  addEventListener('pageshow', (event) => event.persisted && comeBack(server));
  comeBack(server);
}

start();
