// Clients that keep to no protocol, and far too many of them: they are cut off, and the others notice nothing.
import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { logIn } from '../lib/client.mjs';
import { connectDevice, sendRaw, until, within } from '../lib/mqtt.mjs';
import { administrator, startServer } from '../lib/server.mjs';

const text = (value) => {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

function packet(first, ...parts) {
  const body = Buffer.concat(parts);
  const length = [];
  let left = body.length;
  do {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

describe('hostile clients', () => {
  let server;
  let admin;
  let application;
  let key;
  let witness;

  const newDevice = () => admin.devices.post({ applicationId: application.id, device: { name: 'd' } });
  const connectPacket = (device) =>
    packet(0x10, text('MQTT'), Buffer.from([4, 0xc2, 0, 60]), text(device.id), text(key.key), text(key.secret));

  before(async () => {
    server = await startServer({ CLAVIGER_MQTT_CONNECT_LIMIT: '0' });
    admin = await logIn(server, administrator.email, administrator.password);
    application = await admin.applications.post({ application: { name: 'Boilers' } });
    key = await admin.applicationKeys.post({ applicationId: application.id, applicationKey: { filterType: 'all' } });
    const device = await newDevice();
    witness = await connectDevice(server.mqttUrl, device, key, { keepalive: 5 });
    witness.device = device;
    witness.on('close', () => (witness.lost = true));
  });

  after(async () => {
    await witness?.endAsync(true);
    await server?.stop();
  });

  /** A device that was there all the time, one that comes now, and the API. */
  afterEach(async () => {
    assert.ok(!witness.lost, 'a device that did nothing wrong was cut off');
    const begin = Date.now();
    await within(witness.publishAsync(`losant/${witness.device.id}/state`, '{}', { qos: 1 }), 'PUBACK');
    const newcomer = await connectDevice(server.mqttUrl, await newDevice(), key);
    await newcomer.endAsync();
    await admin.application.get({ applicationId: application.id });
    assert.ok(Date.now() - begin < 5_000, `${Date.now() - begin} ms`);
    assert.equal(server.child.exitCode, null);
  });

  test('what is no packet ends the connection', async () => {
    const bad = [
      Buffer.from('10ffffffffff', 'hex'),
      Buffer.from('0000', 'hex'),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      packet(0x10, text('MQTT'), Buffer.from([4, 3, 0, 60]), text('reserved flag')),
      packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 60]), text(Buffer.from([0xc3, 0x28]))),
      packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 60]), text(Buffer.from([0xed, 0xa0, 0x80]))),
    ];
    const outcomes = await Promise.all(bad.map((bytes) => sendRaw(server.mqttUrl, bytes)));
    assert.deepEqual(outcomes, bad.map(() => true));
  });

  test('a device that was let in and then breaks the rules is cut off', async () => {
    const bad = [
      packet(0x32, text(Buffer.from([0x61, 0xc3, 0x28])), Buffer.from([0, 1])),
      packet(0x32, text(Buffer.from([0x61, 0x00])), Buffer.from([0, 1])),
      packet(0x32, text('a/#'), Buffer.from([0, 1])),
      packet(0x32, text('t'.repeat(65_500)), Buffer.from([0, 1])),
      packet(0x30, text('large'), Buffer.alloc(300 * 1024)),
      Buffer.from('30ffffff7f', 'hex'),
      packet(0x34, text('two'), Buffer.from([0, 1])),
    ];
    for (const bytes of bad) {
      const closed = await sendRaw(server.mqttUrl, Buffer.concat([connectPacket(await newDevice()), bytes]));
      assert.ok(closed, bytes.subarray(0, 20).toString('hex'));
    }
  });

  test('a flood is cut off, and kept out for a while', async () => {
    const device = await newDevice();
    const one = packet(0x30, text(`losant/${device.id}/state`), Buffer.from('{}'));
    const flood = Buffer.concat([connectPacket(device), ...Array(5_000).fill(one)]);
    assert.ok(await sendRaw(server.mqttUrl, flood));
    await assert.rejects(connectDevice(server.mqttUrl, device, key));
  });

  test('connections that say nothing, or half of something, end by themselves', async () => {
    const [half, silent] = [connectPacket(await newDevice()).subarray(0, 20), Buffer.alloc(0)];
    const { hostname, port } = new URL(server.mqttUrl);
    const sockets = Array.from({ length: 300 }, (_, i) => {
      const socket = connectSocket(Number(port), hostname, () => socket.write(i % 2 ? half : silent));
      socket.on('error', () => {});
      socket.on('close', () => (socket.gone = true));
      return socket.resume();
    });
    try {
      await connectDevice(server.mqttUrl, await newDevice(), key).then((client) => client.endAsync());
      await until(() => sockets.every((socket) => socket.gone), 'the end of all of them', 20_000);
    } finally {
      sockets.forEach((socket) => socket.destroy());
    }
  });

  test('a reconnect storm passes', async () => {
    const devices = await Promise.all(Array.from({ length: 150 }, newDevice));
    for (let round = 0; round < 3; round++) {
      const clients = await Promise.all(devices.map((device) => connectDevice(server.mqttUrl, device, key)));
      // Without a word of farewell.
      clients.forEach((client) => client.stream.destroy());
    }
    const clients = await Promise.all(devices.map((device) => connectDevice(server.mqttUrl, device, key)));
    await Promise.all(
      clients.map((client, i) => within(client.publishAsync(`losant/${devices[i].id}/state`, '{}', { qos: 1 }), 'PUBACK')),
    );
    await Promise.all(clients.map((client) => client.endAsync()));
  });
});
