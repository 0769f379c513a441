// MCP Inspector 1.x, its web page.

import { answerSignInPage } from './person.mjs';
import { portIsFree, start } from './processes.mjs';

export const inspectorOne = {
  async run(row) {
    // with other ports than its own it cannot come back from the sign-in: the page forgets where its proxy is, and says
    // "Connection settings changed during authorization"
    await portIsFree(6274);
    await portIsFree(6277);
    const program = start('node_modules/inspector-1/cli/build/cli.js', [], row.home);
    const page = await row.browser.newPage();
    row.page = page;
    try {
      const [link] = await program.printed(/http:\/\/\S+MCP_PROXY_AUTH_TOKEN=\S+/);
      await page.goto(link);
      await fillIn(page, row);
      await row.screenshot('form');
      if (row.way === 'quick') {
        await quickFlow(page, row);
        await page.getByRole('button', { name: 'Connect', exact: true }).click();
      } else {
        await plainConnect(page, row);
      }
      await callWhoami(page, row);
      await row.screenshot('whoami');
    } finally {
      await program.stop();
      row.log(program.text);
    }
  },
};

async function fillIn(page, row) {
  await page.getByRole('combobox', { name: 'Transport Type' }).click();
  await page.getByRole('option', { name: row.transport === 'sse' ? 'SSE' : 'Streamable HTTP' }).click();
  await page.getByRole('textbox', { name: 'URL', exact: true }).fill(row.url);
  if (row.way === 'direct') {
    await page.getByRole('combobox', { name: 'Connection Type' }).click();
    await page.getByRole('option', { name: 'Direct' }).click();
  }
  await page.getByRole('button', { name: 'Authentication' }).click();
  if (row.clientId) {
    await page.getByRole('textbox', { name: 'Client ID' }).fill(row.clientId);
  }
  if (row.typedScope) {
    await page.getByPlaceholder('Scope (space-separated)').fill(row.typedScope);
  }
}

async function quickFlow(page, row) {
  await page.getByRole('button', { name: 'Open Auth Settings' }).click();
  await page.getByRole('button', { name: 'Quick OAuth Flow' }).click();
  const signIn = page.locator('input[name=username]');
  const refused = failures(page);
  await signIn.or(refused).first().waitFor();
  if (await signIn.count() === 0) {
    throw new Error(await refused.first().innerText());
  }
  row.authorization(page.authorizationLink);
  await answerSignInPage(page, row.person);
  const complete = page.getByText('Authentication completed successfully').or(page.getByText('Authentication Complete'));
  await complete.or(refused).first().waitFor();
  if (await complete.count() === 0) {
    throw new Error(await refused.first().innerText());
  }
  await row.screenshot('quick');
}

async function plainConnect(page, row) {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const signIn = page.locator('input[name=username]');
  const refused = failures(page);
  if (row.scenario === 'no-client-id') {
    await signIn.or(refused).first().waitFor({ timeout: 10_000 }).catch(() => {});
    if (await signIn.or(refused).count() === 0) {
      throw new Error(await page.getByText('Disconnected', { exact: true }).innerText());
    }
  }
  await signIn.or(refused).first().waitFor();
  if (await signIn.count() === 0) {
    throw new Error(await refused.first().innerText());
  }
  row.authorization(page.authorizationLink);
  await answerSignInPage(page, row.person);
  // it comes back twice: now and then it connects by itself, else it says so and wants one more click
  const again = page.getByText(/Connect again from the sidebar/);
  await connected(page).or(again).first().waitFor();
  if (await connected(page).count() === 0) {
    row.saw('messages', (await again.first().innerText()).trim());
    await row.screenshot('connect-again');
    const connect = page.getByRole('button', { name: 'Connect', exact: true });
    if (await connect.count() > 0) {
      await connect.click();
    }
  }
}

function connected(page) {
  return page.getByRole('tab', { name: 'Tools' });
}

function failures(page) {
  return page.getByText(/^Connection (Error|failed)|Failed to|Error in OAuth/i);
}

async function callWhoami(page, row) {
  const refused = failures(page);
  await connected(page).or(refused).first().waitFor();
  if (await connected(page).count() === 0) {
    throw new Error((await refused.allInnerTexts()).join('\n'));
  }
  await connected(page).click();
  await page.getByRole('button', { name: 'List Tools' }).click();
  await page.getByText('whoami', { exact: true }).first().click();
  await runTool(page, row);
}

async function runTool(page, row) {
  await page.getByRole('button', { name: 'Run Tool' }).click();
  await page.getByText(/Tool Result:/).waitFor();
  await page.getByText(/Tool Result:/).evaluate((element) => element.scrollIntoView());
  row.claims(await page.locator('body').innerText());
}
