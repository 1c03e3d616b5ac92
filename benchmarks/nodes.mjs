// Messages of devices to topics of their own at one node, without and with a second node that gets all of them over PostgreSQL.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startPostgres } from '../acceptance/lib/postgres.mjs';
import { startServer } from '../acceptance/lib/server.mjs';
import { classes, java, newDevices } from './devices.mjs';
import { processorSeconds } from './sampling.mjs';

const run = promisify(execFile);
const [seconds, rounds] = [process.argv[2] ?? 5, process.argv[3] ?? 3].map(Number);
const WARM_ROUNDS = 3;
/** After a sample: what waits to be sent to the other node belongs to it. */
const SETTLE_MILLISECONDS = 2_500;
const DEVICES = 20;

/** The process of PostgreSQL that listens on the port of a URL. */
async function postmaster(url) {
  const port = /:(\d+)\//.exec(url)[1];
  for (const entry of await readdir('/proc')) {
    const words = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words[0].endsWith('postgres') && words[words.indexOf('-p') + 1] === port) return Number(entry);
  }
  throw new Error(`nothing listens on ${port}`);
}

async function traffic(server) {
  const text = await (await fetch(`${server.managementUrl}/metrics`)).text();
  const of = (outcome) => Number(new RegExp(`claviger_node_messages_total\\{outcome="${outcome}"\\} (\\S+)`).exec(text)[1]);
  return { sent: of('sent'), received: of('received'), lost: of('lost') };
}

const postgres = await startPostgres();
const settings = {
  CLAVIGER_DATABASE_URL: postgres.url,
  CLAVIGER_MQTT_TOPIC_LIMIT: '0',
  CLAVIGER_MQTT_CONNECTION_LIMIT: '0',
  CLAVIGER_MQTT_CONNECT_LIMIT: '0',
};
const first = await startServer(settings);
let second;
try {
  const file = await newDevices(first, DEVICES);
  const port = new URL(first.mqttUrl).port;
  const load = async () => {
    const options = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
    const { stdout } = await run(java, [...options, ...classes, 'io.claviger.benchmarks.MqttLoad', port, 'publishes', String(seconds), file]);
    return Number(stdout);
  };
  const series = async (name) => {
    const parts = { 'the node': first.child.pid, ...(second ? { 'the other node': second.child.pid } : {}), PostgreSQL: await postmaster(postgres.url) };
    for (let round = 0; round < WARM_ROUNDS; round++) await load();
    await wait(SETTLE_MILLISECONDS);
    const before = await traffic(first);
    for (let round = 0; round < rounds; round++) {
      const start = await Promise.all(Object.values(parts).map(processorSeconds));
      const perSecond = await load();
      await wait(SETTLE_MILLISECONDS);
      const end = await Promise.all(Object.values(parts).map(processorSeconds));
      const each = Object.keys(parts).map((part, i) => `${part} ${(((end[i] - start[i]) / (perSecond * seconds)) * 1e6).toFixed(1)} us`);
      console.log(`${name}: ${perSecond} a second; processor time of each: ${each.join(', ')}`);
    }
    const after = await traffic(first);
    console.log(`${name}: ${after.sent - before.sent} sent to the other node, ${after.lost - before.lost} lost`);
  };
  console.log(`${cpus().length} processors, ${seconds} s each, load ${loadavg()[0].toFixed(1)}`);
  await series('one node');
  second = await startServer(settings);
  await wait(SETTLE_MILLISECONDS); // Until the nodes know of each other.
  await series('two nodes');
} finally {
  await second?.stop();
  await first.stop();
  await postgres.stop();
}
