// node snippets.mjs <url> <username>
//
// Reads the snippets that the page shows, signs in, and does what they say, to the letter: curl and MCP Inspector's command
// line in a shell, mcp-remote as a client that starts programs does. JSON on the standard output: what each has answered,
// and the redirect URIs that the page names.

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { end, launch, open, signIn } from './browser.mjs';

const [url, username] = process.argv.slice(2);
const room = dirname(import.meta.dirname);
// tokens that the clients keep are kept nowhere else
const home = mkdtempSync(join(tmpdir(), 'mcp-page-'));
const environment = {
  ...process.env, HOME: home, MCP_REMOTE_CONFIG_DIR: home,
  PATH: join(room, 'node_modules', '.bin') + delimiter + process.env.PATH,
};

const browser = await launch();
const context = await browser.newContext({ locale: 'en-US' });
await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
const page = await context.newPage();
await open(page, url);
const snippets = Object.fromEntries(await page.locator('[data-snippet]').evaluateAll((all) => all.map(
  (shown) => [shown.dataset.snippet, shown.textContent],
)));
// what the person is told to register at the provider
const redirectUris = Object.fromEntries(await page.locator('[role=tabpanel]').evaluateAll((all) => all.map(
  (shown) => [shown.id, [...shown.querySelectorAll('ul > li > code')].map((uri) => uri.textContent)],
)));
const answers = {};
answers['mcp-remote'] = await mcpRemote(JSON.parse(snippets['remote.file']));
await page.goto(url);
await page.click('#sign-in:enabled');
await Promise.race([page.waitForSelector('[name=username]').then(() => signIn(page, username)), page.waitForSelector('#claims')]);
answers.page = (await end(page)).claims;
await page.click('#outcome button');
const token = await page.evaluate(() => navigator.clipboard.readText());
// the button of a snippet copies what is shown
await page.click('#tab-curl');
await page.click('#panel-curl button');
const copied = await page.evaluate(() => navigator.clipboard.readText());
answers.copied = copied === snippets['curl.script'];
await browser.close();
answers.curl = await shell(snippets['curl.script'], token);
answers.inspector = await shell(snippets['inspector.cli'], token);
answers.withoutToken = await shell(snippets['curl.script'], '');
console.log(JSON.stringify({ snippets, redirectUris, answers }));
process.exit();

function shell(script, token) {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', script], { cwd: room, env: { ...environment, TOKEN: token } });
    let text = '';
    child.stdout.on('data', (data) => { text += data; });
    child.stderr.on('data', (data) => { text += data; });
    child.on('close', (status) => resolve(`${text}\n[${status}]`));
  });
}

/** Starts the program that the configuration names, signs in where it says, and asks whoami. */
async function mcpRemote({ mcpServers }) {
  const [{ command, args }] = Object.values(mcpServers);
  const child = spawn(command, args, { cwd: room, env: environment });
  let log = '';
  const asked = new Promise((resolve) => {
    child.stderr.on('data', (data) => {
      log += data;
      const found = log.match(/(https?:\/\/\S+code_challenge=\S+)\s/);
      if (found) {
        resolve(found[1]);
      }
    });
  });
  const lines = createInterface({ input: child.stdout });
  const answer = (id) => new Promise((resolve) => {
    lines.on('line', (line) => {
      const message = JSON.parse(line);
      if (message.id === id) {
        resolve(message.result ?? message.error);
      }
    });
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const late = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`mcp-remote did not answer in time: ${log}`)), 90_000);
  });
  try {
    const opened = answer(1);
    send({ id: 1, method: 'initialize', params: {
      protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' },
    } });
    await page.goto(await Promise.race([asked, late]));
    await signIn(page, username);
    await Promise.race([opened, late]);
    send({ method: 'notifications/initialized' });
    const called = answer(2);
    send({ id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} } });
    return JSON.stringify(await Promise.race([called, late]));
  } finally {
    child.kill();
  }
}
