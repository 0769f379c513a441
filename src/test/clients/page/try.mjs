// node try.mjs <url> <username> [screenshot]
//
// Presses "Sign in and try" and signs in: how it ended, as JSON on the standard output. Where the provider shows an error
// of its own, goes back, as a person would. With "back" as the username nobody signs in at all.

import { axe, end, launch, open, signIn } from './browser.mjs';

const [url, username, screenshot] = process.argv.slice(2);
const browser = await launch();
const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
const errors = [];
page.on('pageerror', (failure) => errors.push(failure.message));
await open(page, url);
await page.click('#sign-in');
const left = await Promise.race([
  page.waitForURL((current) => current.origin !== new URL(url).origin, { timeout: 45_000 }).then(() => true),
  page.waitForSelector('[data-remedy]', { timeout: 45_000 }).then(() => false),
]).catch(() => false);
// a refusal of the provider may have come back at once
if (left && new URL(page.url()).origin !== new URL(url).origin) {
  if (username === 'back') {
    await page.waitForSelector('[name=username]');
    await page.goBack();
  } else {
    await signIn(page, username);
  }
}
const ended = await end(page);
const kept = await page.evaluate(() => ({
  local: localStorage.length, session: sessionStorage.length, cookies: document.cookie, url: location.href,
}));
if (screenshot) {
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path: screenshot, fullPage: true });
}
errors.push(...await axe(page));
await browser.close();
console.log(JSON.stringify({ ...ended, ...kept, errors }));
