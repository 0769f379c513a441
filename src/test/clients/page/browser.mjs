// The Chromium of the machine, and what a person does in it.

import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];

export function launch() {
  const paths = process.env.PATH.split(delimiter).flatMap((directory) => NAMES.map((name) => join(directory, name)));
  const executablePath = process.env.CHROME_BIN ?? paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!executablePath) {
    throw new Error(`No Chromium or Chrome on the PATH: ${NAMES.join(', ')}; or set CHROME_BIN`);
  }
  return chromium.launch({ executablePath, headless: true, args: ['--no-sandbox'] });
}

/** Fills the sign-in page of either provider in. */
export async function signIn(page, username) {
  await page.waitForSelector('[name=username]');
  await page.fill('[name=username]', username);
  if (await page.locator('[name=password]').count() > 0) {
    await page.fill('[name=password]', username);
  }
  await page.locator('button, input[type=submit]').first().click();
}

/** Opens the page and waits until it knows the server's state. */
export async function open(page, url) {
  await page.goto(url);
  await page.waitForSelector('#connect:not([hidden])');
}

/** What axe-core finds on the page as it is now: a sentence each. */
export async function axe(page) {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const { violations, passes } = await page.evaluate(`${source}; axe.run()`);
  // an axe that cannot run would find nothing either
  return passes.length < 10 ? ['axe did not run'] : violations.map((violation) => (
    `axe ${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`
  ));
}

/** Waits until the steps have come to an end, and tells how: { claims } or { step, remedy, text }. */
export async function end(page) {
  await page.waitForSelector('#claims, [data-remedy]', { timeout: 45_000 });
  return page.evaluate(() => {
    const failed = document.querySelector('[data-remedy]');
    if (failed) {
      return {
        step: failed.closest('li').querySelector('strong').textContent,
        remedy: failed.dataset.remedy,
        text: failed.innerText,
      };
    }
    return { claims: Object.fromEntries([...document.querySelectorAll('#claims tr')].map((row) => [
      row.querySelector('th').textContent, row.querySelector('td').textContent,
    ])) };
  });
}
