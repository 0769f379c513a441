// Runs clients as people use them, each from the URL that a person types to the claims of whoami.
//
//   node rows.mjs <plan.json>
//
// Writes <results>/<row's id>.json for each row. Where a row needs something of the one who runs this, it prints a line
// "ask <what>", and waits for a line.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inspectorCliOne, inspectorCliTwo } from './command-line.mjs';
import { inspectorOne } from './inspector-1.mjs';
import { inspectorTwo } from './inspector-2.mjs';
import { mcpRemote } from './mcp-remote.mjs';
import { openBrowser } from './person.mjs';
import { sdkOne, sdkTwo } from './sdks.mjs';

const CLIENTS = { inspectorTwo, inspectorOne, inspectorCliTwo, inspectorCliOne, mcpRemote, sdkOne, sdkTwo };

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await openBrowser();
mkdirSync(plan.results, { recursive: true });
const redeploys = (each) => each.scenario === 'redeploy';
// these mostly wait: others are run meanwhile
const refreshed = Promise.all(plan.rows.filter((each) => each.scenario === 'refresh').map(runAndKeep));
await runInTurn(plan.rows.filter((each) => each.scenario !== 'refresh' && !redeploys(each)));
await refreshed;
// these end the sessions of all others
await runInTurn(plan.rows.filter(redeploys));
await browser.close();
process.exit(0);

async function runInTurn(rows) {
  for (const definition of rows) {
    await runAndKeep(definition);
  }
}

async function runAndKeep(definition) {
  const started = Date.now();
  const result = await run(definition);
  writeFileSync(join(plan.results, `${definition.id}.json`), JSON.stringify(result, undefined, 2));
  console.log(`${definition.id}: ${Date.now() - started} ms: ${result.error ?? 'claims'}`.split('\n')[0]);
}

async function run(definition) {
  const result = { claims: [], steps: [], messages: [], tokens: [] };
  const home = mkdtempSync(join(tmpdir(), 'mcp-client-'));
  const row = {
    ...definition,
    browser,
    home,
    saw: (what, text) => result[what].push(text),
    claims: (claims) => result.claims.push(claims),
    log: (text) => { result.log = text; },
    /** What the client asks the provider for is in the link that it opens. */
    authorization: (link) => { result.authorization = Object.fromEntries(new URL(link).searchParams); },
    async ask(what) {
      console.log(`ask ${what}`);
      await answers.next();
    },
    async screenshot(name) {
      if (definition.pictures) {
        await row.page.screenshot({ path: join(plan.results, `${definition.id}-${name}.png`) });
      }
    },
  };
  try {
    await CLIENTS[definition.client].run(row);
  } catch (failure) {
    result.error = String(failure.stack ?? failure);
    if (row.page) {
      await row.page.screenshot({ path: join(plan.results, `${definition.id}-failed.png`) }).catch(() => {});
      result.page = await row.page.locator('body').innerText({ timeout: 1000 }).catch(() => undefined);
    }
  } finally {
    await row.page?.context().close();
    rmSync(home, { recursive: true, force: true });
  }
  return result;
}
