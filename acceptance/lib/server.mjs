// A Claviger server of its own for a test: started by the launcher, as an operator does it.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const launcher = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'claviger');
const START_MILLISECONDS_MAX = 300_000; // The launcher may have to build first.
const STOP_MILLISECONDS_MAX = 15_000;

export const administrator = { email: 'admin@example.com', password: 'Correct-Horse-7-Battery' };

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a server; `environment` adds to or replaces its settings. */
export async function startServer(environment = {}) {
  const own = environment.CLAVIGER_DATA === undefined;
  const data = own ? await mkdtemp(join(tmpdir(), 'claviger-')) : environment.CLAVIGER_DATA;
  const managementPort = await freePort();
  const child = spawn(launcher, ['serve'], {
    env: {
      ...process.env,
      CLAVIGER_DATA: data,
      CLAVIGER_HTTP_PORT: '0',
      CLAVIGER_MANAGEMENT_PORT: String(managementPort),
      CLAVIGER_MQTT_PORT: '0',
      CLAVIGER_MQTT_WS_PORT: '0',
      CLAVIGER_ADMIN_EMAIL: administrator.email,
      CLAVIGER_ADMIN_PASSWORD: administrator.password,
      CLAVIGER_LOGIN_LIMIT: '10000',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = { data, child, output: '', managementUrl: `http://127.0.0.1:${managementPort}` };
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  server.exited = exited;
  server.url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no start:\n${server.output}`)), START_MILLISECONDS_MAX);
    const read = (chunk) => {
      server.output += chunk;
      const found = /listens on (http:\/\/\S+)/.exec(server.output);
      // The last of the lines that tell where it listens.
      if (found && /^Data: /m.test(server.output)) {
        clearTimeout(timer);
        server.mqttUrl = /mqtt:\/\/\S+/.exec(server.output)?.[0];
        server.webSocketUrl = /ws:\/\/\S+/.exec(server.output)?.[0];
        resolve(found[1]);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    exited.then(({ code }) => reject(new Error(`ended with ${code}:\n${server.output}`)));
  });
  server.kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  server.stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS_MAX);
    const how = await exited;
    clearTimeout(timer);
    if (own) {
      await rm(data, { recursive: true, force: true });
    }
    return how;
  };
  return server;
}
