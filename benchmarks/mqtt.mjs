// Samples of both brokers in turns on the same machine. The clients share its processors, so the figures are floors.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { administrator, freePort, startServer } from '../acceptance/lib/server.mjs';

const run = promisify(execFile);
const [seconds, rounds, held] = [process.argv[2] ?? 6, process.argv[3] ?? 3, process.argv[4] ?? 5000].map(Number);
const works = process.argv[5]?.split(',') ?? ['connects', 'publishes'];
const java = join(process.env.JAVA_HOME, 'bin', 'java');
const classes = ['-cp', 'benchmarks/target/claviger-benchmarks-0.1.0.jar:benchmarks/target/lib/*'];
// Clients only: what they cost is no figure, but it is taken from the brokers' processors.
const clientOptions = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
/** After a sample: what was put aside is written once a second, and belongs to it. */
const SETTLE_MILLISECONDS = 2_500;
/** Before the samples: a broker is compiled anew while it warms up. */
const WARM_ROUNDS = 4;

async function call(server, method, path, token, body) {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function devices(server) {
  const { token } = await call(server, 'POST', '/auth/user', '', administrator);
  const { id } = await call(server, 'POST', '/applications', token, { name: 'Benchmark' });
  const key = await call(server, 'POST', `/applications/${id}/keys`, token, { filterType: 'all' });
  const lines = [key.key, key.secret];
  await Promise.all(
    Array.from({ length: 16 }, async (_, worker) => {
      for (let i = worker; i < held; i += 16) {
        lines.push((await call(server, 'POST', `/applications/${id}/devices`, token, { name: `device ${i}` })).id);
      }
    }),
  );
  const file = join(await mkdtemp(join(tmpdir(), 'claviger-benchmark-')), 'devices');
  await writeFile(file, lines.join('\n'));
  return file;
}

async function residentKilobytes(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]);
}

const load = (target, work, amount) => [...clientOptions, ...classes, 'io.claviger.benchmarks.MqttLoad', target.port, work, amount, target.file];

/** Processor time that a process has used, in seconds. */
async function used(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** How many a second, and microseconds of the broker's processor time for each: other work disturbs that less. */
async function rate(target, work) {
  const before = await used(target.pid);
  const { stdout } = await run(java, load(target, work, seconds).map(String));
  await wait(SETTLE_MILLISECONDS);
  const perSecond = Number(stdout);
  return { perSecond, cost: (((await used(target.pid)) - before) / (perSecond * seconds)) * 1e6 };
}

/** What the server's JVM was started with, for the other: all but the start-up cache, which is of its classes. */
async function optionsOf(pid) {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(1);
  return words.slice(0, words.indexOf('-cp')).filter((word) => !/AOTCache|Xlog/.test(word));
}

/** Bytes of the objects that are in use, after a collection of all others: what is resident was grown by the load before. */
async function liveBytes(pid) {
  const { stdout } = await run(join(process.env.JAVA_HOME, 'bin', 'jcmd'), [String(pid), 'GC.class_histogram'], { maxBuffer: 64 << 20 });
  return Number(/^Total\s+\d+\s+(\d+)/m.exec(stdout)[1]);
}

async function memory(target) {
  const state = async () => ({ live: (await liveBytes(target.pid)) / 1024, resident: await residentKilobytes(target.pid) });
  const before = await state();
  const child = spawn(java, load(target, 'hold', held).map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const [opened] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(([code]) => { throw new Error(`hold ended with ${code}`); })]);
  await wait(SETTLE_MILLISECONDS);
  const after = await state();
  child.stdin.end();
  await once(child, 'exit');
  return { opened: Number(opened), before, after, each: (after.live - before.live) / Number(opened) };
}

const server = await startServer({
  CLAVIGER_MQTT_TOPIC_LIMIT: '0',
  CLAVIGER_MQTT_CONNECTION_LIMIT: '0',
  CLAVIGER_MQTT_CONNECT_LIMIT: '0',
});
const idle = await residentKilobytes(server.child.pid);
const file = await devices(server);
const port = await freePort();
const other = spawn(java, [...(await optionsOf(server.child.pid)), ...classes, 'io.claviger.benchmarks.AllowAllBroker', String(port)], {
  stdio: ['ignore', 'pipe', 'ignore'],
  env: { ...process.env, MALLOC_ARENA_MAX: '2' }, // As the launcher has it.
});
await once(other.stdout, 'data');
const targets = [
  { name: 'Claviger', port: Number(new URL(server.mqttUrl).port), pid: server.child.pid, file },
  { name: 'allow-all', port, pid: other.pid, file },
];
const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};
console.log(`${cpus().length} processors, ${seconds} s each, ${rounds} rounds; resident before anything ${Math.round(idle / 1024)} MB, load ${loadavg()[0].toFixed(1)}`);
try {
  for (const work of works) {
    for (let round = 0; round < WARM_ROUNDS; round++) {
      for (const target of targets) await run(java, load(target, work, seconds).map(String));
    }
    await wait(SETTLE_MILLISECONDS);
    const samples = targets.map(() => []);
    for (let round = 0; round < rounds; round++) {
      // Who begins changes, as what is left over from the one before may disturb the other.
      const turns = [...targets.entries()];
      for (const [i, target] of round % 2 ? turns.reverse() : turns) samples[i].push(await rate(target, work));
    }
    const ratios = (value) => samples[0].map((ours, i) => value(ours, samples[1][i]));
    const show = (all) => `${median(all).toFixed(2)} (${all.map((r) => r.toFixed(2)).join(' ')})`;
    for (const [i, target] of targets.entries()) {
      console.log(`${work}, ${target.name}: ${samples[i].map((x) => x.perSecond).join(' ')} a second, ${samples[i].map((x) => x.cost.toFixed(1)).join(' ')} us each`);
    }
    console.log(`${work}: rate ${show(ratios((a, b) => a.perSecond / b.perSecond))}, per processor time ${show(ratios((a, b) => b.cost / a.cost))}`);
  }
  for (const target of targets) {
    const { opened, before, after, each } = await memory(target);
    const grown = (what) => `${Math.round(before[what] / 1024)} to ${Math.round(after[what] / 1024)} MB`;
    console.log(`${target.name}: ${opened} connections held, ${each.toFixed(1)} kB of heap each; heap in use ${grown('live')}, resident ${grown('resident')}`);
  }
} finally {
  other.kill();
  await server.stop();
}
