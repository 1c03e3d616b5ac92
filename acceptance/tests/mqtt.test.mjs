// Devices connect: with the client that most programs use (mqtt.js, both versions of MQTT, over TCP and WebSockets) and with
// mosquitto_pub and mosquitto_sub. Each test has its own device, since a device has one connection.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import mqtt from 'mqtt';
import { administrator, startServer } from '../lib/server.mjs';
import { logIn } from '../lib/client.mjs';

const PATIENCE = 10_000;
const BAD_CREDENTIALS = { 4: 4, 5: 134 };
const NOT_AUTHORIZED = { 4: 5, 5: 135 };

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`too late: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

describe('devices connect over MQTT', () => {
  let server;
  let admin;
  let application;
  let open = [];

  before(async () => {
    server = await startServer({
      CLAVIGER_MQTT_TOPIC_LIMIT: '0',
      CLAVIGER_MQTT_CONNECTION_LIMIT: '0',
    });
    admin = await logIn(server, administrator.email, administrator.password);
    application = await admin.applications.post({ application: { name: 'Boilers' } });
  });

  after(async () => {
    await Promise.all(open.map((client) => client.endAsync(true)));
    await server?.stop();
  });

  const newDevice = (device = {}) =>
    admin.devices.post({ applicationId: application.id, device: { name: 'boiler', ...device } });
  const newKey = (applicationKey = {}) =>
    admin.applicationKeys.post({ applicationId: application.id, applicationKey });
  const state = (device) => `losant/${device.id}/state`;
  const command = (device) => `losant/${device.id}/command`;

  async function connect(url, device, key, more = {}) {
    const client = await within(
      mqtt.connectAsync(url, {
        clientId: device.id,
        username: key.key,
        password: key.secret,
        reconnectPeriod: 0,
        connectTimeout: PATIENCE,
        ...more,
      }),
      'CONNACK',
    );
    open.push(client);
    return client;
  }

  async function refused(url, device, key, version) {
    const error = await connect(url, device, key, { protocolVersion: version }).then(
      () => assert.fail('was let in'),
      (problem) => problem,
    );
    return error.code;
  }

  for (const version of [4, 5]) {
    for (const transport of ['mqttUrl', 'webSocketUrl']) {
      test(`version ${version}, ${transport}: state out, command in, everything else closed`, async () => {
        const url = server[transport];
        const [device, other] = [await newDevice(), await newDevice()];
        const key = await newKey({ deviceIds: [device.id] });
        const all = await newKey();
        const client = await connect(url, device, key, { protocolVersion: version });
        await within(client.publishAsync(state(device), '{"data":{}}', { qos: 1 }), 'PUBACK');
        const [granted] = await client.subscribeAsync(command(device), { qos: 1 });
        assert.equal(granted.qos, 0, 'subscriptions are granted quality of service 0');
        await assert.rejects(client.subscribeAsync(command(other)));
        const received = once(client, 'message');
        const sender = await connect(server.mqttUrl, other, all, { protocolVersion: version });
        await within(sender.publishAsync(command(device), '{"name":"on"}', { qos: 1 }), 'PUBACK');
        const [topic, payload] = await within(received, 'the command');
        assert.equal(topic, command(device));
        assert.equal(payload.toString(), '{"name":"on"}');
        const closed = once(client, 'close');
        const published = client.publishAsync(state(other), '{}', { qos: 1 });
        if (version === 5) {
          await assert.rejects(published, /[Nn]ot authorized|135/);
        } else {
          published.catch(() => {});
          await within(closed, 'the end of the connection');
        }
      });
    }

    test(`version ${version}: who is not let in is told no more than that`, async () => {
      const device = await newDevice();
      const key = await newKey();
      const wrong = { key: key.key, secret: '0'.repeat(64) };
      const unknown = { key: '11111111-1111-4111-8111-111111111111', secret: key.secret };
      assert.equal(await refused(server.mqttUrl, device, wrong, version), BAD_CREDENTIALS[version]);
      assert.equal(await refused(server.mqttUrl, device, unknown, version), BAD_CREDENTIALS[version]);
      const peripheral = await newDevice({ deviceClass: 'peripheral' });
      assert.equal(await refused(server.mqttUrl, peripheral, key, version), NOT_AUTHORIZED[version]);
      const elsewhere = await newKey({ addressFilterType: 'whitelist', addresses: ['203.0.113.0/24'] });
      assert.equal(await refused(server.mqttUrl, device, elsewhere, version), NOT_AUTHORIZED[version]);
    });

    test(`version ${version}: a key that is switched off ends the connection within a second`, async () => {
      const device = await newDevice();
      const key = await newKey();
      const client = await connect(server.mqttUrl, device, key, { protocolVersion: version });
      const closed = once(client, 'close');
      const patch = (status) =>
        admin.applicationKey.patch({
          applicationId: application.id,
          applicationKeyId: key.id,
          applicationKey: { status },
        });
      await patch('inactive');
      const begin = Date.now();
      await within(closed, 'the end of the connection');
      assert.ok(Date.now() - begin < 1_000, `${Date.now() - begin} ms`);
      assert.equal(await refused(server.mqttUrl, device, key, version), NOT_AUTHORIZED[version]);
      await patch('active');
      await connect(server.mqttUrl, device, key, { protocolVersion: version });
    });
  }

  test('X-Forwarded-For of a trusted proxy tells where a device is, on WebSockets', async () => {
    const device = await newDevice();
    const key = await newKey({ addressFilterType: 'whitelist', addresses: ['203.0.113.9'] });
    const from = (address) => ({ wsOptions: { headers: { 'X-Forwarded-For': address } } });
    await connect(server.webSocketUrl, device, key, from('203.0.113.9'));
    await assert.rejects(connect(server.webSocketUrl, device, key, from('203.0.113.8')));
    await assert.rejects(connect(server.webSocketUrl, device, key));
  });

  test('a device that is deleted is cut off, and shown as it was', async () => {
    const device = await newDevice();
    const client = await connect(server.mqttUrl, device, await newKey());
    const get = () => admin.device.get({ applicationId: application.id, deviceId: device.id });
    const deadline = Date.now() + PATIENCE;
    while ((await get()).connectionInfo.connected !== 1) {
      assert.ok(Date.now() < deadline, 'is never shown as connected');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const closed = once(client, 'close');
    await admin.device.delete({ applicationId: application.id, deviceId: device.id });
    await within(closed, 'the end of the connection');
  });

  /** Runs mosquitto's client; answers with its exit code and what it said. */
  async function mosquitto(program, device, key, version, ...rest) {
    const { hostname, port } = new URL(server.mqttUrl);
    const child = spawn(program, [
      '-h', hostname, '-p', port, '-V', version, '-i', device.id, '-u', key.key, '-P', key.secret, ...rest,
    ]);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const [code] = await within(once(child, 'exit'), program);
    return { code, output };
  }

  for (const version of ['mqttv311', 'mqttv5']) {
    test(`mosquitto_pub and mosquitto_sub, ${version}`, async () => {
      const [one, two] = [await newDevice(), await newDevice()];
      const key = await newKey({ filterType: 'whitelist', pubTopics: ['news/+'], subTopics: ['news/#'] });
      const receiving = mosquitto('mosquitto_sub', one, key, version, '-t', 'news/#', '-C', '1', '-W', '9');
      const publish = (topic) => mosquitto('mosquitto_pub', two, key, version, '-q', '1', '-t', topic, '-m', 'hello');
      // Until the other one has subscribed there is nobody to get it.
      let done = false;
      receiving.then(() => (done = true));
      while (!done) {
        assert.equal((await publish('news/today')).code, 0);
      }
      const { code, output } = await receiving;
      assert.equal(code, 0, output);
      assert.equal(output.trim(), 'hello');
      const denied = await mosquitto('mosquitto_sub', one, key, version, '-t', 'other', '-C', '1', '-W', '2');
      assert.match(denied.output, /denied/);
      const wrong = { key: key.key, secret: 'wrong' };
      assert.notEqual((await mosquitto('mosquitto_pub', two, wrong, version, '-t', 'news/x', '-m', 'x')).code, 0);
    });
  }

  test('what is kept in files is there after a restart', async () => {
    const data = await mkdtemp(join(tmpdir(), 'claviger-mqtt-'));
    const settings = {
      CLAVIGER_DATA: data,
      CLAVIGER_MQTT_PERSISTENCE: 'file',
      CLAVIGER_MQTT_PERSISTENT_SESSIONS: 'true',
      CLAVIGER_MQTT_RETAINED: 'true',
      CLAVIGER_MQTT_SUBSCRIBE_QOS: '1',
    };
    let other = await startServer(settings);
    try {
      const owner = await logIn(other, administrator.email, administrator.password);
      const { id: applicationId } = await owner.applications.post({ application: { name: 'Kept' } });
      const device = () => owner.devices.post({ applicationId, device: { name: 'kept' } });
      const [one, two] = [await device(), await device()];
      const key = await owner.applicationKeys.post({ applicationId, applicationKey: { filterType: 'all' } });
      const lasting = { clean: false };
      const listener = await connect(other.mqttUrl, one, key, lasting);
      await listener.subscribeAsync('kept/#', { qos: 1 });
      await listener.endAsync();
      const sender = await connect(other.mqttUrl, two, key);
      await sender.publishAsync('kept/a', 'waits', { qos: 1 });
      await sender.publishAsync('still/b', 'stays', { qos: 1, retain: true });
      await sender.endAsync();
      assert.equal((await other.stop()).signal, null);
      other = await startServer(settings);
      const client = mqtt.connect(other.mqttUrl, {
        clientId: one.id, username: key.key, password: key.secret, reconnectPeriod: 0, ...lasting,
      });
      open.push(client);
      const [topic, payload] = await within(once(client, 'message'), 'the message that waited');
      assert.equal(`${topic} ${payload}`, 'kept/a waits');
      const retained = once(client, 'message');
      await client.subscribeAsync('still/#');
      assert.equal((await within(retained, 'the message that was retained'))[0], 'still/b');
    } finally {
      await other.stop();
      await rm(data, { recursive: true, force: true });
    }
  });
});
