// What a load balancer and an operator see of a start.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { freePort, startServer } from '../lib/server.mjs';

test('a server that says it is ready takes connections of devices too', async () => {
  const [management, mqtt] = [await freePort(), await freePort()];
  const starting = startServer({
    CLAVIGER_MANAGEMENT_PORT: String(management),
    CLAVIGER_MQTT_PORT: String(mqtt),
  });
  const ready = () =>
    fetch(`http://127.0.0.1:${management}/health/ready`).then((answer) => answer.json(), () => undefined);
  let state;
  do {
    state = await ready();
    await new Promise((resolve) => setTimeout(resolve, 5));
  } while (state?.status !== 'up');
  const connected = await new Promise((resolve) => {
    const socket = connect(mqtt, '127.0.0.1');
    socket.once('connect', () => resolve(true) || socket.destroy());
    socket.once('error', () => resolve(false));
  });
  const server = await starting;
  try {
    assert.ok(connected, 'ready before the broker listens');
    assert.deepEqual(state.checks, { database: 'up', changes: 'up', mqtt: 'up' });
  } finally {
    await server.stop();
  }
});
