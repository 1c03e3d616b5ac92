// The database stops and starts again under the running server: connected devices stay, new ones are refused, nothing that was
// acknowledged is lost, and afterwards everything goes on by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn } from '../lib/client.mjs';
import { connectDevice, openStream, refusal, until, within } from '../lib/mqtt.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { administrator, startServer } from '../lib/server.mjs';

for (const version of [4, 5]) {
  test(`the database is away for a while, MQTT ${version === 4 ? '3.1.1' : '5'}`, async () => {
    const postgres = await startPostgres();
    let server;
    const open = [];
    try {
      server = await startServer({
        CLAVIGER_DATABASE_URL: postgres.url,
        CLAVIGER_MQTT_TOPIC_LIMIT: '0',
        CLAVIGER_MQTT_CONNECTION_LIMIT: '0',
      });
      const admin = await logIn(server, administrator.email, administrator.password);
      const { token } = await admin.auth.authenticateUser({ credentials: administrator });
      const { id: applicationId } = await admin.applications.post({ application: { name: 'Boilers' } });
      const device = () =>
        admin.devices.post({
          applicationId,
          device: { name: 'd', attributes: [{ name: 'n', dataType: 'number' }] },
        });
      const [reporter, listener, late] = [await device(), await device(), await device()];
      const key = await admin.applicationKeys.post({ applicationId, applicationKey: { filterType: 'all' } });
      const options = { protocolVersion: version, keepalive: 5 };
      const connect = async (of) => {
        const client = await connectDevice(server.mqttUrl, of, key, options);
        client.on('close', () => (client.lost = true));
        open.push(client);
        return client;
      };
      const reports = await connect(reporter);
      const listens = await connect(listener);
      await listens.subscribeAsync(['news/#', `losant/${listener.id}/command`]);
      const acknowledged = [];
      let sent = 0;
      const report = () => {
        const n = ++sent;
        const message = JSON.stringify({ time: Date.now() - 60_000 + n, data: { n } });
        return reports.publishAsync(`losant/${reporter.id}/state`, message, { qos: 1 }).then(() => acknowledged.push(n));
      };
      for (let i = 0; i < 20; i++) {
        await within(report(), 'PUBACK');
      }

      await postgres.pause();
      const waiting = Array.from({ length: 10 }, report);
      // Not even what was on its way is acknowledged before it is kept.
      const refusedWith = await refusal(server.mqttUrl, late, key, options);
      assert.ok([3, 136].includes(refusedWith), `refused with ${refusedWith}`);
      const custom = listens.publishAsync('news/own', 'still here', { qos: 1 });
      await within(custom, 'PUBACK of what needs no database');
      await until(() => listens.messages.some(({ topic }) => topic === 'news/own'), 'the message to oneself');
      const answer = await fetch(`${server.url}/applications/${applicationId}/devices`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      assert.equal(answer.status, 503);
      assert.match(server.output, /"the database does not answer","throwable"/, 'the log does not say why');
      // Longer than the broker waits for a sign of life.
      await new Promise((resolve) => setTimeout(resolve, 9_000));
      assert.ok(!reports.lost && !listens.lost, 'a connected device was cut off');
      assert.equal(acknowledged.length, 20, 'a state was acknowledged that nobody kept');
      const ready = await fetch(`${server.managementUrl}/health/ready`);
      assert.equal(ready.status, 503);

      await postgres.resume();
      await within(Promise.all(waiting), 'the acknowledgements that waited', 20_000);
      assert.ok(!reports.lost && !listens.lost, 'a connected device was cut off');
      await until(
        () => connect(late).then((client) => client, () => false),
        'the device that was refused',
        20_000,
      );
      const states = await admin.device.getState({ applicationId, deviceId: reporter.id, limit: 1000 });
      const kept = new Set(states.map(({ data }) => data.n));
      assert.deepEqual(acknowledged.filter((n) => !kept.has(n)), [], 'acknowledged and lost');
      assert.equal(kept.size, 30);
      // Streams, commands and taking back work again.
      const stream = await openStream(server, token, `/applications/${applicationId}/devices/${reporter.id}/stateStream`);
      await within(report(), 'PUBACK');
      await until(() => stream.events?.length > 0, 'the state in the stream');
      stream.close();
      await admin.device.sendCommand({ applicationId, deviceId: listener.id, deviceCommand: { name: 'open' } });
      await until(() => listens.messages.some(({ text }) => text.includes('"open"')), 'the command');
      await admin.applicationKey.patch({
        applicationId, applicationKeyId: key.id, applicationKey: { status: 'inactive' },
      });
      const begin = Date.now();
      await until(() => reports.lost && listens.lost, 'the end of the connections');
      assert.ok(Date.now() - begin < 1_000, `${Date.now() - begin} ms`);
    } finally {
      await Promise.all(open.map((client) => client.endAsync(true)));
      await server?.stop();
      await postgres.stop();
    }
  });
}
