// A person in front of a browser: Chromium, headless, as it is found on the PATH.

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'chrome.exe'];

function onThePath() {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of BROWSERS) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) {
          return path;
        }
      } catch {
        // not here
      }
    }
  }
  throw new Error(`No Chromium or Chrome is on the PATH: none of ${BROWSERS.join(', ')}. `
    + 'Install the one of your distribution, for example: apt-get install chromium');
}

/** Starts the browser: the one that CHROME_BIN names, else one on the PATH. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROME_BIN ?? onThePath(), args: ['--no-sandbox'] });
}

export async function openBrowser() {
  const browser = await launch();
  return {
    /** A page that knows no cookie of the others, since another row may have signed in. */
    async newPage() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      // what a client asks the provider for stands in this link, from which the provider leads on to its page
      page.on('request', (request) => {
        if (request.isNavigationRequest() && new URL(request.url()).searchParams.has('response_type')) {
          page.authorizationLink = request.url();
        }
      });
      return page;
    },
    close: () => browser.close(),
  };
}

/**
 * What a person does on the provider's page.
 *
 * @param how `alice` and `bob` sign in; `cancel`; `mistyped` types a wrong password first, then the right one
 */
export async function answerSignInPage(page, how = 'alice') {
  await page.locator('input[name=username]').waitFor();
  if (how === 'cancel') {
    await page.getByRole('link', { name: 'Cancel' }).click();
    return;
  }
  const username = how === 'mistyped' ? 'alice' : how;
  if (how === 'mistyped') {
    await fill(page, username, 'wrong');
    await page.getByText('The username or the password is wrong.').waitFor();
  }
  await fill(page, username, username);
}

async function fill(page, username, password) {
  await page.locator('input[name=username]').fill(username);
  // the development issuer asks for none
  if (await page.locator('input[name=password]').count() > 0) {
    await page.locator('input[name=password]').fill(password);
  }
  await page.locator('button, input[type=submit]').first().click();
}

/** Opens the link that a program without a browser prints, and answers the page; gives what is read in the end. */
export async function followLink(browser, link, how) {
  const page = await browser.newPage();
  try {
    await page.goto(link);
    await answerSignInPage(page, how);
    const redirect = new URL(link).searchParams.get('redirect_uri');
    await page.waitForURL((url) => url.href.startsWith(redirect));
    await page.waitForLoadState();
    return (await page.locator('body').innerText()).trim();
  } finally {
    await page.context().close();
  }
}
