// Two organizations with owners of their own, on one server: neither sees anything of the other, over MQTT, REST or streams.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { refused, signUp } from '../lib/client.mjs';
import { connectDevice, openStream, refusal, until } from '../lib/mqtt.mjs';
import { startServer } from '../lib/server.mjs';

describe('two organizations', () => {
  let server;
  let ours;
  let theirs;
  const open = [];

  /** An organization with an application, a gateway with a peripheral, a device, and keys that are as wide as keys can be. */
  async function organization(name) {
    const owner = await signUp(server, `${name}@example.com`);
    const { id: orgId } = await owner.orgs.post({ organization: { name } });
    const { id: applicationId } = await owner.applications.post({ application: { name, orgId } });
    const attributes = [{ name: 'level', dataType: 'number' }];
    const device = (body) => owner.devices.post({ applicationId, device: { name, attributes, ...body } });
    const gateway = await device({ deviceClass: 'gateway' });
    const { token } = await owner.applicationApiTokens.post({
      applicationId,
      apiToken: { name: 'all', scope: ['all.Application'] },
    });
    return {
      owner,
      orgId,
      applicationId,
      token,
      gateway,
      peripheral: await device({ deviceClass: 'peripheral', gatewayId: gateway.id }),
      device: await device(),
      key: await owner.applicationKeys.post({ applicationId, applicationKey: { filterType: 'all' } }),
    };
  }

  before(async () => {
    server = await startServer({ CLAVIGER_MQTT_TOPIC_LIMIT: '0', CLAVIGER_MQTT_CONNECTION_LIMIT: '0' });
    [ours, theirs] = [await organization('ours'), await organization('theirs')];
  });

  after(async () => {
    await Promise.all(open.map((client) => client.endAsync(true)));
    await server?.stop();
  });

  const state = (device) => `losant/${device.id}/state`;
  const command = (device) => `losant/${device.id}/command`;

  async function connect(device, key, more) {
    const client = await connectDevice(server.mqttUrl, device, key, more);
    open.push(client);
    return client;
  }

  test('a key of one opens nothing of the other', async () => {
    assert.equal(await refusal(server.mqttUrl, theirs.device, ours.key), 5);
    assert.equal(await refusal(server.mqttUrl, theirs.gateway, ours.key, { protocolVersion: 5 }), 135);
    await refused(
      401,
      ours.owner.auth.authenticateDevice({
        credentials: { deviceId: theirs.device.id, key: ours.key.key, secret: ours.key.secret },
      }),
    );
  });

  test('no topic of one is heard or spoken to by the other, wildcards included', async () => {
    const ear = await connect(ours.device, ours.key, { protocolVersion: 5 });
    await ear.subscribeAsync('#');
    await ear.subscribeAsync('+/+/+');
    for (const topic of [state(theirs.device), command(theirs.device), command(theirs.peripheral)]) {
      await assert.rejects(ear.subscribeAsync(topic));
    }
    const speaker = await connect(theirs.gateway, theirs.key);
    await speaker.publishAsync('plans/secret', 'theirs', { qos: 1 });
    await speaker.publishAsync(state(theirs.gateway), '{"data":{"level":1}}', { qos: 1 });
    await speaker.publishAsync(state(theirs.peripheral), '{"data":{"level":2}}', { qos: 1 });
    await speaker.publishAsync(command(theirs.device), '{"name":"theirs"}', { qos: 1 });
    // The same topic of the own organization comes, and nothing of theirs before it.
    const own = await connect(ours.gateway, ours.key);
    await own.publishAsync('plans/secret', 'ours', { qos: 1 });
    await until(() => ear.messages.length > 0, 'the own message');
    assert.ok(ear.messages.every(({ text }) => text === 'ours'), JSON.stringify(ear.messages));
    for (const topic of [state(theirs.device), command(theirs.device), state(theirs.peripheral)]) {
      await assert.rejects(ear.publishAsync(topic, '{}', { qos: 1 }), /[Nn]ot authorized|135/);
    }
  });

  test('a gateway speaks for its own peripherals and for no others', async () => {
    const gateway = await connect(ours.gateway, ours.key, { protocolVersion: 5 });
    await gateway.subscribeAsync(command(ours.peripheral));
    await gateway.publishAsync(state(ours.peripheral), '{"data":{"level":7}}', { qos: 1 });
    await ours.owner.device.sendCommand({
      applicationId: ours.applicationId,
      deviceId: ours.peripheral.id,
      deviceCommand: { name: 'open', payload: 3 },
    });
    await until(() => gateway.messages.length > 0, 'the command for the peripheral');
    assert.equal(gateway.messages[0].topic, command(ours.peripheral));
    assert.equal(JSON.parse(gateway.messages[0].text).payload, 3);
    const [latest] = await ours.owner.device.getState({
      applicationId: ours.applicationId,
      deviceId: ours.peripheral.id,
    });
    assert.equal(latest.data.level, 7);
    await assert.rejects(gateway.publishAsync(state(theirs.peripheral), '{}', { qos: 1 }));
    await assert.rejects(gateway.subscribeAsync(command(theirs.peripheral)));
  });

  test('people, tokens and devices of one get 404 for everything of the other', async () => {
    const { applicationId, device } = theirs;
    const call = { applicationId, deviceId: device.id };
    await refused(404, ours.owner.device.get(call));
    await refused(404, ours.owner.device.getState(call));
    await refused(404, ours.owner.device.sendState({ ...call, deviceState: { data: { level: 1 } } }));
    await refused(404, ours.owner.device.sendCommand({ ...call, deviceCommand: { name: 'x' } }));
    await refused(404, ours.owner.devices.get({ applicationId }));
    await refused(404, ours.owner.application.mqttPublishMessage({
      applicationId, payload: { topic: 'plans/secret', message: 'x' },
    }));
    // By the own application the other's device is not there either.
    await refused(404, ours.owner.device.get({ applicationId: ours.applicationId, deviceId: device.id }));
    const { token: deviceToken } = await ours.owner.auth.authenticateDevice({
      credentials: { deviceId: ours.device.id, key: ours.key.key, secret: ours.key.secret },
    });
    for (const token of [ours.owner.token, ours.token, deviceToken]) {
      for (const path of ['', '/state', '/command', '/logs', '/compositeState']) {
        const response = await fetch(`${server.url}/applications/${applicationId}/devices/${device.id}${path}`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        // A token of an application is told that it is of another one; nobody learns of the device.
        assert.ok([403, 404].includes(response.status), `${path} ${response.status}`);
      }
    }
  });

  test('streams of one are closed to the other', async () => {
    const paths = ['stateStream', 'commandStream'].map((name) => `/devices/${theirs.device.id}/${name}`);
    for (const path of [...paths, '/mqttSubscriptionStream']) {
      const stream = await openStream(server, ours.owner.token, `/applications/${theirs.applicationId}${path}`);
      assert.equal(stream.status, 404, path);
    }
    const all = await openStream(server, ours.owner.token, `/applications/${ours.applicationId}/mqttSubscriptionStream`);
    try {
      const speaker = await connect(theirs.device, theirs.key);
      await speaker.publishAsync('plans/secret', 'theirs', { qos: 1 });
      const own = await connect(ours.device, ours.key);
      await own.publishAsync('plans/own', 'ours', { qos: 1 });
      await until(() => all.events.length > 0, 'the own message in the stream');
      assert.deepEqual(all.events.map(({ message }) => message), ['ours']);
    } finally {
      all.close();
    }
  });
});
