// The page about the API, in a browser: readable, usable with the keyboard, and without a foreign script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { startServer } from '../lib/server.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function openDocs(width) {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) {
      complaints.push(`asks elsewhere: ${request.url()}`);
    }
  });
  await page.goto(`${server.url}/docs`, { waitUntil: 'networkidle' });
  await page.locator('details').first().waitFor();
  return { page, complaints };
}

test('the page shows the operations, filters them and opens one', async () => {
  const { page, complaints } = await openDocs(1280);
  assert.equal(await page.title(), 'Claviger API');
  const all = await page.locator('details:visible').count();
  assert.ok(all > 60, `${all} operations`);

  await page.getByLabel('Filter operations').fill('POST /applications');
  const some = await page.locator('details:visible').count();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);

  await page.locator('details:visible summary').first().focus();
  await page.keyboard.press('Enter');
  const opened = page.locator('details[open]').first();
  // An operation is drawn when its `toggle` event arrives, which the browser sends some time after the key.
  await opened.getByText('applications.post').first().waitFor();
  await opened.getByText('Request body').first().waitFor();
  assert.deepEqual(complaints, []);
});

for (const width of [1280, 360]) {
  test(`nothing hinders anybody at ${width} pixels`, async () => {
    const { page, complaints } = await openDocs(width);
    await page.locator('details summary').first().click();
    await page.locator('details[open]').first().locator('h4').first().waitFor();
    const found = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(found.violations.map((violation) => `${violation.id}: ${violation.nodes[0].html}`), []);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, 'the page scrolls sideways');
    assert.deepEqual(complaints, []);
  });
}
