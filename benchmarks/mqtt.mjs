// Samples of both brokers in turns on the same machine. The clients share its processors, so the figures are floors.
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, startServer } from '../acceptance/lib/server.mjs';
import { classes, java, newDevices } from './devices.mjs';
import { median, processorSeconds, residentMegabytes } from './sampling.mjs';

const run = promisify(execFile);
const [seconds, rounds, held] = [process.argv[2] ?? 6, process.argv[3] ?? 3, process.argv[4] ?? 5000].map(Number);
const works = process.argv[5]?.split(',') ?? ['connects', 'publishes'];
// Clients only: what they cost is no figure, but it is taken from the brokers' processors.
const clientOptions = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
/** After a sample: what was put aside is written once a second, and belongs to it. */
const SETTLE_MILLISECONDS = 2_500;
/** Before the samples: a broker is compiled anew while it warms up. */
const WARM_ROUNDS = 4;

const load = (target, work, amount) => [...clientOptions, ...classes, 'io.claviger.benchmarks.MqttLoad', target.port, work, amount, target.file];

/** How many a second, and microseconds of the broker's processor time for each: other work disturbs that less. */
async function rate(target, work) {
  const before = await processorSeconds(target.pid);
  const { stdout } = await run(java, load(target, work, seconds).map(String));
  await wait(SETTLE_MILLISECONDS);
  const perSecond = Number(stdout);
  return { perSecond, cost: (((await processorSeconds(target.pid)) - before) / (perSecond * seconds)) * 1e6 };
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
  const state = async () => ({ live: (await liveBytes(target.pid)) / 1024 / 1024, resident: await residentMegabytes(target.pid) });
  const before = await state();
  const child = spawn(java, load(target, 'hold', held).map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const [opened] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(([code]) => { throw new Error(`hold ended with ${code}`); })]);
  await wait(SETTLE_MILLISECONDS);
  const after = await state();
  child.stdin.end();
  await once(child, 'exit');
  return { opened: Number(opened), before, after, each: ((after.live - before.live) * 1024) / Number(opened) };
}

const server = await startServer({
  CLAVIGER_MQTT_TOPIC_LIMIT: '0',
  CLAVIGER_MQTT_CONNECTION_LIMIT: '0',
  CLAVIGER_MQTT_CONNECT_LIMIT: '0',
});
const idle = await residentMegabytes(server.child.pid);
const file = await newDevices(server, held);
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
console.log(`${cpus().length} processors, ${seconds} s each, ${rounds} rounds; resident before anything ${Math.round(idle)} MB, load ${loadavg()[0].toFixed(1)}`);
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
    const grown = (what) => `${Math.round(before[what])} to ${Math.round(after[what])} MB`;
    console.log(`${target.name}: ${opened} connections held, ${each.toFixed(1)} kB of heap each; heap in use ${grown('live')}, resident ${grown('resident')}`);
  }
} finally {
  other.kill();
  await server.stop();
}
