// A copy is taken while the server is at work, and everything that was acknowledged before is in it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { clientFor, logIn, refused } from '../lib/client.mjs';
import { administrator, launcher, startServer } from '../lib/server.mjs';

const run = promisify(execFile);

test('a copy taken beside a busy server starts another one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'claviger-backup-'));
  const file = join(folder, 'copy');
  const original = join(folder, 'original');
  const restored = join(folder, 'restored');
  // However many a quick writer makes meanwhile.
  const server = await startServer({ CLAVIGER_DATA: original, CLAVIGER_LIMIT_SANDBOX_APPLICATIONS: '100000' });
  let second;
  try {
    const owner = await logIn(server, administrator.email, administrator.password);
    const application = await owner.applications.post({ application: { name: 'kept' } });
    const applicationId = application.id;
    const kept = await owner.userApiTokens.post({ apiToken: { name: 'kept' } });
    const gone = await owner.userApiTokens.post({ apiToken: { name: 'gone' } });
    await owner.userApiToken.delete({ apiTokenId: gone.id });
    const device = await owner.devices.post({ applicationId, device: { name: 'kept' } });
    const key = await owner.applicationKeys.post({ applicationId, applicationKey: { name: 'kept' } });

    let busy = true;
    const writer = (async () => {
      while (busy) {
        await owner.applications.post({ application: { name: 'busy' } });
      }
    })();
    await run(launcher, ['backup', file], { env: { ...process.env, CLAVIGER_DATA: original } });
    busy = false;
    await writer;

    const later = await owner.userApiTokens.post({ apiToken: { name: 'later' } });
    const environment = { ...process.env, CLAVIGER_DATA: restored };
    const said = await run(launcher, ['restore', file], { env: environment });
    assert.match(said.stdout, /the change log is intact/);

    second = await startServer({ CLAVIGER_DATA: restored });
    assert.ok((await clientFor(second, kept.token).me.get()).email === administrator.email);
    await refused(401, clientFor(second, gone.token).me.get());
    await refused(401, clientFor(second, later.token).me.get());
    const session = await clientFor(second).auth.authenticateDevice({
      credentials: { deviceId: device.id, key: key.key, secret: key.secret },
    });
    assert.equal(session.deviceId, device.id);
    const verified = await run(launcher, ['changelog', 'verify'], { env: environment });
    assert.match(verified.stdout, /^intact: /);
  } finally {
    await server.stop();
    await second?.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
