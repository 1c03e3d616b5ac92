// Devices as programs in Java: HiveMQ's client (MQTT 5) and Eclipse Paho (3.1.1), which know nothing of Claviger (mqtt-java/).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { logIn } from '../lib/client.mjs';
import { administrator, startServer } from '../lib/server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const TESTS = 3;

test('clients in Java', async () => {
  const server = await startServer({ CLAVIGER_MQTT_TOPIC_LIMIT: '0' });
  try {
    const admin = await logIn(server, administrator.email, administrator.password);
    const application = (name) => admin.applications.post({ application: { name } });
    const [{ id: applicationId }, { id: elsewhere }] = [await application('Boilers'), await application('Elsewhere')];
    const attributes = [{ name: 'level', dataType: 'number' }];
    const device = async (of, body = {}) =>
      (await admin.devices.post({ applicationId: of, device: { name: 'd', attributes, ...body } })).id;
    const gateway = await device(applicationId, { deviceClass: 'gateway' });
    const peripheral = await device(applicationId, { deviceClass: 'peripheral', gatewayId: gateway });
    const standalone = await device(applicationId);
    const key = await admin.applicationKeys.post({ applicationId, applicationKey: { filterType: 'all' } });
    // Maven resolves the clients; where it cannot, the test fails with what it says.
    const child = spawn(
      'bash',
      ['-c', '. scripts/jdk.sh && find_jdk && exec ./mvnw -B -ntp -f acceptance/mqtt-java/pom.xml test'],
      {
        cwd: root,
        env: {
          ...process.env,
          CLAVIGER_MQTT_URL: server.mqttUrl,
          CLAVIGER_MQTT_WS_URL: server.webSocketUrl,
          CLAVIGER_GATEWAY: gateway,
          CLAVIGER_PERIPHERAL: peripheral,
          CLAVIGER_DEVICE: standalone,
          CLAVIGER_FOREIGN: await device(elsewhere),
          CLAVIGER_KEY: key.key,
          CLAVIGER_SECRET: key.secret,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(code, 0, said);
    assert.match(said, new RegExp(`Tests run: ${TESTS}, Failures: 0, Errors: 0, Skipped: 0`));
    // What was acknowledged to them is there.
    for (const [deviceId, level] of [[gateway, 1], [peripheral, 2], [standalone, 3]]) {
      const { level: kept } = await admin.device.getCompositeState({ applicationId, deviceId });
      assert.equal(kept.value, level);
    }
  } finally {
    await server.stop();
  }
});
