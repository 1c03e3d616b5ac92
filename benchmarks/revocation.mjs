// How soon what is taken back no longer works: node benchmarks/revocation.mjs, alone for SQLite, or with
// `node acceptance/lib/with-postgres.mjs` before it for PostgreSQL and two nodes. Times in milliseconds from the answer to the
// one who takes it back; below zero it had ended before he was told.
import { performance } from 'node:perf_hooks';
import { once } from 'node:events';
import { clientFor } from '../acceptance/lib/client.mjs';
import { connectDevice, within } from '../acceptance/lib/mqtt.mjs';
import { administrator, startServer } from '../acceptance/lib/server.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 100);
const settings = { CLAVIGER_MQTT_CONNECT_LIMIT: '0' };

const here = await startServer(settings);
const there = process.env.CLAVIGER_DATABASE_URL ? await startServer(settings) : undefined;

/** The status that a token gets. */
async function ask(server, token) {
  const response = await fetch(`${server.url}/applications`, { headers: { Authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

/** How long after the end of `takeBack` a server refused a token for the first time; asked without a pause. */
async function untilRefused(server, token, takeBack) {
  if ((await ask(server, token)) !== 200) throw new Error('the token is refused before it is taken back');
  await takeBack();
  const start = performance.now();
  let sent = start;
  while ((await ask(server, token)) !== 401) sent = performance.now();
  return sent - start;
}

/** How long after the end of `takeBack` the connection of a device ended. */
async function untilClosed(client, takeBack) {
  const closed = within(once(client, 'close'), 'the end of the connection').then(() => performance.now());
  await takeBack();
  const start = performance.now();
  return (await closed) - start;
}

function report(name, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  console.log(`${name.padEnd(46)} p50 ${at(0.5).padStart(7)}  p99 ${at(0.99).padStart(7)}  most ${at(1).padStart(7)}`);
}

try {
  const { token } = await clientFor(here).auth.authenticateUser({ credentials: administrator });
  const api = clientFor(here, token);
  const application = await api.applications.post({ application: { name: 'Taken back' } });
  const results = new Map();
  const add = (name, time) => results.set(name, [...(results.get(name) ?? []), time]);

  for (let round = 0; round < ROUNDS; round++) {
    for (const [place, server] of [['this node', here], ['another node', there]]) {
      if (!server) continue;
      const made = await api.userApiTokens.post({ apiToken: { name: `t${round}`, scope: ['all.User'] } });
      add(`a token, requests at ${place}`, await untilRefused(server, made.token, () =>
        api.userApiToken.patch({ apiTokenId: made.apiTokenId, apiToken: { status: 'inactive' } })));
      await api.userApiToken.delete({ apiTokenId: made.apiTokenId });

      const device = await api.devices.post({ applicationId: application.id, device: { name: 'boiler' } });
      const key = await api.applicationKeys.post({ applicationId: application.id, applicationKey: {} });
      const client = await connectDevice(server.mqttUrl, device, key);
      add(`an access key, connection at ${place}`, await untilClosed(client, () =>
        api.applicationKey.patch({
          applicationId: application.id, applicationKeyId: key.id, applicationKey: { status: 'inactive' },
        })));
      await client.endAsync(true);
      await api.device.delete({ applicationId: application.id, deviceId: device.id });
    }
  }
  for (const [name, times] of results) report(name, times);
} finally {
  await there?.stop();
  await here.stop();
}
