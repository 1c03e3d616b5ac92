// An invitation that was acknowledged is sent, also when the server is killed before any mail server answers.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { administrator, freePort, startServer } from '../lib/server.mjs';

/** Alone on its database, a server tries what waits as soon as it has started, whatever became of the attempts before. */
const MAIL_MILLISECONDS_MAX = 30_000;

/** A mail server that takes every message; the first is what it resolves to. */
function mailServer(port) {
  let took;
  const first = new Promise((resolve) => { took = resolve; });
  const server = createServer((socket) => {
    let text = '';
    let inData = false;
    socket.setEncoding('utf8');
    socket.write('220 ready\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk;
      for (let end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n'); end >= 0; end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n')) {
        const part = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          socket.write('250 taken\r\n');
          took(part);
        } else if (/^DATA/i.test(part)) {
          inData = true;
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(part)) {
          socket.end('221 bye\r\n');
        } else {
          socket.write('250 ok\r\n');
        }
      }
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({ first, close: () => server.close() })));
}

async function call(server, token, method, path, body) {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Every file below a folder that has a text in it. */
async function filesWith(folder, text) {
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(file)).includes(text)) found.push(file);
  }
  return found;
}

test('an invitation outlives the process, and its secret is in no file', async () => {
  const data = await mkdtemp(join(tmpdir(), 'claviger-mail-'));
  const port = await freePort();
  const settings = {
    CLAVIGER_DATA: data,
    CLAVIGER_SMTP_URL: `smtp://127.0.0.1:${port}`,
    CLAVIGER_PUBLIC_URL: 'https://keys.example.com',
    CLAVIGER_VERIFY_EMAIL: 'false',
  };
  let server = await startServer(settings);
  let mail;
  try {
    const { token } = await call(server, '', 'POST', '/auth/user', administrator);
    const organization = await call(server, token, 'POST', '/orgs', { name: 'Pumps' });
    const email = 'grace@example.com';
    await call(server, token, 'POST', `/orgs/${organization.id}/invites`, { email, role: 'view' });
    await server.kill();

    mail = await mailServer(port);
    server = await startServer(settings);
    const message = await Promise.race([
      mail.first,
      new Promise((_, reject) => {
        setTimeout(() => reject(new Error(`no mail:\n${server.output}`)), MAIL_MILLISECONDS_MAX).unref();
      }),
    ]);
    const text = message.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const secret = /\/invitation#token=([^&\s]+)/.exec(text)[1];
    const invitation = await call(server, '', 'GET', `/invites?token=${secret}&email=${email}`);
    assert.equal(invitation.orgName, 'Pumps');
    assert.deepEqual(await filesWith(data, secret), []);
  } finally {
    await server.stop();
    mail?.close();
    await rm(data, { recursive: true, force: true });
  }
});
