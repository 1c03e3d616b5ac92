// Somebody who has never heard of Claviger gets an invitation, opens its link in a browser and becomes a member.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { call, logIn, signUp } from '../lib/client.mjs';
import { until } from '../lib/mqtt.mjs';
import { administrator, startServer } from '../lib/server.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PASSWORD = 'Another-Fine-Pass-1';
let server;
let browser;
let token;
let orgId;

before(async () => {
  server = await startServer();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  token = (await call(server, '', 'POST', '/auth/user', administrator)).token;
  orgId = (await call(server, token, 'POST', '/orgs', { name: 'Pumps & <b>Sons</b>' })).id;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The link in the message to an address. */
async function link(email) {
  const folder = join(server.data, 'mail');
  return until(async () => {
    for (const name of await readdir(folder).catch(() => [])) {
      const text = await readFile(join(folder, name), 'utf8');
      if (text.includes(`To: ${email}`)) return /https?:\/\/\S+/.exec(text)[0];
    }
  }, 'the message');
}

async function invited(email) {
  await call(server, token, 'POST', `/orgs/${orgId}/invites`, { email, role: 'edit' });
  const page = await (await browser.newContext()).newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(await link(email), { waitUntil: 'networkidle' });
  return { page, complaints };
}

const members = async () => (await call(server, token, 'GET', `/orgs/${orgId}`)).members;

test('who has no account makes one on the page', async () => {
  const { page, complaints } = await invited('new@example.com');
  assert.ok(!page.url().includes('token'), 'the secret stays in the address bar');
  await page.getByText('Pumps & <b>Sons</b>').waitFor();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('There is no account with this address yet').waitFor();
  assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
  await page.getByLabel('First name').fill('Grace');
  await page.getByLabel('Last name').fill('Hopper');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('You are a member now').waitFor();
  assert.ok((await members()).some(({ email, role }) => email === 'new@example.com' && role === 'edit'));
  await logIn(server, 'new@example.com', PASSWORD);
  assert.deepEqual(complaints, []);
});

test('who has an account accepts or rejects with one button', async () => {
  await signUp(server, 'old@example.com');
  const accepting = await invited('old@example.com');
  await accepting.page.getByRole('button', { name: 'Accept' }).click();
  await accepting.page.getByText('You are a member now').waitFor();

  const rejecting = await invited('other@example.com');
  await rejecting.page.getByRole('button', { name: 'Reject' }).click();
  await rejecting.page.getByText('The invitation is rejected').waitFor();
  assert.deepEqual((await members()).map(({ email }) => email).filter((email) => email.startsWith('o')), ['old@example.com']);
});

test('a link that is used or not complete says so', async () => {
  const { page } = await invited('again@example.com');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('The invitation is rejected').waitFor();
  await page.goto('about:blank');
  await page.goto(await link('again@example.com'), { waitUntil: 'networkidle' });
  await page.getByText('That did not work: Invitation was not found').waitFor();
  await page.goto(`${server.url}/account/invitation`, { waitUntil: 'networkidle' });
  await page.getByText('This link is not complete').waitFor();
});
