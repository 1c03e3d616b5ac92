// No secret is anywhere but in the answer that made it: not in lists, errors, logs, metrics or files.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { administrator, startServer } from '../lib/server.mjs';
import { clientFor, logIn, refused, signUp } from '../lib/client.mjs';

async function filesUnder(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) {
      found.push(join(entry.parentPath ?? entry.path, entry.name));
    }
  }
  return found;
}

test('secrets exist once', async () => {
  const data = await mkdtemp(join(tmpdir(), 'claviger-secrets-'));
  const server = await startServer({ CLAVIGER_DATA: data, CLAVIGER_LOG_LEVEL: 'TRACE' });
  const secrets = new Map();
  const answers = [];
  try {
    const owner = await logIn(server, administrator.email, administrator.password);
    secrets.set('password', administrator.password);
    const session = await clientFor(server).auth.authenticateUser({ credentials: { ...administrator } });
    secrets.set('session', session.token);
    const userToken = await owner.userApiTokens.post({ apiToken: { name: 'canary' } });
    secrets.set('user token', userToken.token);
    const application = await owner.applications.post({ application: { name: 'canary' } });
    const applicationId = application.id;
    const applicationToken = await owner.applicationApiTokens.post({ applicationId, apiToken: { name: 'canary' } });
    secrets.set('application token', applicationToken.token);
    const device = await owner.devices.post({ applicationId, device: { name: 'canary' } });
    const key = await owner.applicationKeys.post({ applicationId, applicationKey: { name: 'canary' } });
    secrets.set('key secret', key.secret);
    const credentials = { deviceId: device.id, key: key.key, secret: key.secret };
    const deviceSession = await clientFor(server).auth.authenticateDevice({ credentials });
    secrets.set('device session', deviceSession.token);
    const dashboard = await owner.dashboards.post({
      dashboard: { name: 'canary', public: false, password: 'Dashboard-Canary-77' },
    });
    secrets.set('dashboard password', 'Dashboard-Canary-77');
    await clientFor(server).dashboard.get({ dashboardId: dashboard.id, password: 'Dashboard-Canary-77' });
    const ada = await signUp(server, 'ada@example.com', 'Signed-Up-Canary-1');
    secrets.set('other password', 'Signed-Up-Canary-1');
    await refused(401, clientFor(server).auth.authenticateUser({
      credentials: { email: ada.email, password: 'Wrong-Canary-Guess-1' },
    }));
    secrets.set('wrong password', 'Wrong-Canary-Guess-1');
    await refused(401, clientFor(server, `${userToken.token}x`).me.get({}));
    await refused(400, owner.userApiTokens.post({ apiToken: { name: 'x', scope: [userToken.token] } }));
    await refused(404, owner.application.get({ applicationId: `${applicationId}/${userToken.token}` }));

    answers.push(await owner.userApiTokens.get({}), await owner.userApiToken.get({ apiTokenId: userToken.id }));
    answers.push(await owner.applicationApiTokens.get({ applicationId }), await owner.applicationKeys.get({ applicationId }));
    answers.push(await owner.applicationKey.get({ applicationId, applicationKeyId: key.id }));
    answers.push(await owner.dashboards.get({}), await owner.dashboard.get({ dashboardId: dashboard.id }), await owner.me.get({}));
    answers.push(await (await fetch(`${server.managementUrl}/metrics`)).text());
  } finally {
    await server.stop();
  }
  const places = new Map([['answers', JSON.stringify(answers)], ['log', server.output]]);
  for (const file of await filesUnder(data)) {
    places.set(file, (await readFile(file)).toString('latin1'));
  }
  assert.ok(places.size > 2, 'there must be a database file to look into');
  for (const [what, secret] of secrets) {
    for (const [where, text] of places) {
      assert.ok(!text.includes(secret), `the ${what} is in ${where}`);
    }
  }
  await rm(data, { recursive: true, force: true });
});
