// MCP Inspector 2.x, its web page.

import { answerSignInPage } from './person.mjs';
import { freePort, start } from './processes.mjs';
import { untilTheTokenEnds } from './session.mjs';

const NAME = 'my-server';

export const inspectorTwo = {
  async run(row) {
    const port = await freePort();
    const program = start('node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', ['--web'],
      row.home, { CLIENT_PORT: String(port), MCP_SANDBOX_PORT: String(await freePort()) });
    const page = await row.browser.newPage();
    row.page = page;
    try {
      const [link] = await program.printed(/http:\/\/\S+MCP_INSPECTOR_API_TOKEN=\S+/);
      await page.goto(link);
      await addServer(page, row);
      await setUpSignIn(page, row);
      await connect(page, row);
      await row.screenshot('connected');
      await callWhoami(page, row);
      await row.screenshot('whoami');
      if (row.scenario === 'refresh') {
        await untilTheTokenEnds(row);
        await again(page, row);
      } else if (row.scenario === 'redeploy') {
        await row.ask('redeploy');
        await again(page, row);
      }
    } finally {
      await program.stop();
      row.log(program.text);
    }
  },
};

async function addServer(page, row) {
  await page.getByRole('button', { name: 'Add Servers' }).click();
  await page.getByRole('menuitem', { name: 'Add manually' }).click();
  const form = page.getByRole('dialog', { name: 'Add server' });
  await form.getByRole('textbox', { name: 'Server ID' }).fill(NAME);
  await form.getByRole('textbox', { name: 'Transport' }).click();
  await page.getByRole('option', { name: row.transport === 'sse' ? 'sse' : 'streamable-http' }).click();
  await form.getByRole('textbox', { name: 'URL' }).fill(row.url);
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await form.waitFor({ state: 'hidden' });
}

async function setUpSignIn(page, row) {
  await page.getByRole('main').getByRole('button', { name: 'Settings' }).last().click();
  const form = page.getByRole('dialog', { name: 'Server Settings' });
  await form.getByRole('button', { name: 'Options' }).click();
  await form.getByRole('button', { name: 'OAuth Settings' }).click();
  if (row.clientId) {
    await form.getByRole('textbox', { name: 'Client ID' }).fill(row.clientId);
  }
  if (row.typedScope) {
    await form.getByRole('textbox', { name: 'Scopes' }).fill(row.typedScope);
  }
  await form.getByRole('textbox', { name: 'Redirect URI' }).scrollIntoViewIfNeeded();
  await row.screenshot('settings');
  await form.getByRole('button', { name: 'Close' }).click();
  await form.waitFor({ state: 'hidden' });
}

async function connect(page, row, attempts = 2) {
  // the switch itself lies outside of what is seen; a person clicks its label
  await page.getByRole('switch', { name: new RegExp(NAME) }).dispatchEvent('click');
  const signIn = page.locator('input[name=username]');
  const connected = page.getByRole('button', { name: 'Disconnect from server' });
  const refused = page.getByRole('alert').filter({ hasText: /fail|error|unable|could not|not support/i });
  await signIn.or(connected).or(refused).first().waitFor();
  if (await signIn.count() > 0) {
    row.authorization(page.authorizationLink);
    await row.screenshot('sign-in');
    await answerSignInPage(page, row.person);
    await connected.or(refused).first().waitFor();
  }
  if (await connected.count() > 0) {
    return;
  }
  const message = await refused.first().innerText();
  // seen once, on a busy machine: "Please try connecting again."
  if (attempts > 1 && /OAuth callback could not be matched/.test(message)) {
    row.saw('messages', message);
    await refused.first().getByRole('button').click();
    await connect(page, row, attempts - 1);
    return;
  }
  throw new Error(message);
}

async function callWhoami(page, row) {
  await page.locator('header').getByText('Tools', { exact: true }).click();
  await page.getByRole('main').getByRole('button', { name: 'whoami' }).click();
  await page.getByRole('button', { name: 'Execute Tool' }).click();
  await page.getByRole('heading', { name: 'Results' }).waitFor();
  row.claims(JSON.parse(await page.locator('.ace_text-layer').first().innerText()));
}

async function again(page, row) {
  await page.getByRole('button', { name: 'Close results' }).click();
  await page.getByRole('button', { name: 'Execute Tool' }).click();
  const claims = page.locator('.ace_text-layer').first();
  // what it says of the sign-in is still seen if all went fast
  const refused = page.getByRole('alert').filter({ hasNotText: /succeeded/ })
    .or(page.getByRole('main').getByText(/error/i)).first();
  await claims.or(refused).first().waitFor();
  if (await claims.count() === 0) {
    await row.screenshot('again');
    throw new Error(await refused.innerText());
  }
  row.claims(JSON.parse(await claims.innerText()));
}
