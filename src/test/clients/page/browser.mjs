// What a person does on the page at the root.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export { answerSignInPage as signIn, launch } from '../person.mjs';

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
