// node look.mjs <url> <directory for screenshots>
//
// How the page looks, and what axe-core finds, in both languages, both colour schemes, narrow and wide: a JSON array of
// findings on the standard output, empty if there are none.

import { join } from 'node:path';
import { axe, launch, open } from './browser.mjs';

const [url, directory] = process.argv.slice(2);
const browser = await launch();
const findings = [];
for (const locale of ['en-US', 'ja-JP']) {
  for (const width of [360, 1280]) {
    // axe takes its time, and one page has only one thread
    await Promise.all(['light', 'dark'].map((colorScheme) => look(locale, colorScheme, width)));
  }
}
await browser.close();
console.log(JSON.stringify(findings));

async function look(locale, colorScheme, width) {
  const context = await browser.newContext({
    locale, colorScheme, viewport: { width, height: 900 }, deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  const complain = (what) => findings.push({ locale, colorScheme, width, what });
  page.on('console', (message) => message.type() === 'error' && complain(`console: ${message.text()}`));
  page.on('pageerror', (failure) => complain(`script: ${failure.message}`));
  await open(page, url);
  const lang = await page.evaluate(() => document.documentElement.lang);
  if (lang !== locale.slice(0, 2)) {
    complain(`language ${lang}`);
  }
  if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
    complain('wider than the screen');
  }
  (await axe(page)).forEach(complain);
  await page.screenshot({
    path: join(directory, `page-${locale.slice(0, 2)}-${colorScheme}-${width}.png`), fullPage: true,
  });
  // without a mouse
  await page.locator('[role=tab]').first().focus();
  for (const [key, tab] of [['ArrowRight', 'VS Code'], ['End', 'curl'], ['ArrowRight', 'MCP Inspector'], ['ArrowLeft', 'curl']]) {
    await page.keyboard.press(key);
    const chosen = page.locator('[role=tab][aria-selected=true]');
    if (await chosen.textContent() !== tab || !await chosen.evaluate((element) => element === document.activeElement)
      || await page.locator('[role=tabpanel]:visible').count() !== 1) {
      complain(`${key} does not lead to ${tab}`);
    }
  }
  // the snippets of all clients at once
  await page.evaluate(() => document.querySelectorAll('[role=tabpanel]').forEach((panel) => { panel.hidden = false; }));
  (await axe(page)).forEach(complain);
  if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
    complain('wider than the screen with all snippets');
  }
  await context.close();
}
