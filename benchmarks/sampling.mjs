// What a server does in a second and what each request costs it, by wrk and by the processor time of its process.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** How many connections wrk keeps open. */
export const connections = 64;
const ticksPerSecond = 100;

/** Processor seconds that a process has used with its children, such as nginx's worker or those of PostgreSQL. */
export async function processorSeconds(pid) {
  let ticks = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // It may have ended meanwhile.
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(entry) === pid || Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSecond;
}

/** Runs wrk against a target `{ name, pid, url, token, script }` for some seconds. */
export async function sample(target, seconds) {
  const before = await processorSeconds(target.pid);
  const { stdout } = await run('wrk', [
    '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...(target.script ? ['-s', target.script] : []),
    ...(target.token ? ['-H', `Authorization: Bearer ${target.token}`] : []), target.url,
  ]);
  const used = (await processorSeconds(target.pid)) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  if (/Non-2xx/.test(stdout)) throw new Error(`${target.name} was refused:\n${stdout}`);
  const latency = (name) => new RegExp(`${name}\\s+([\\d.]+)(us|ms|s)`).exec(stdout);
  const milliseconds = ([, number, unit]) => Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
  return {
    perSecond: requests / seconds,
    cpuMicroseconds: (used * 1e6) / requests,
    p50: milliseconds(latency('50%')),
    p99: milliseconds(latency('99%')),
  };
}

/** The middle one of some numbers, or what is between the two in the middle. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** What a process holds in memory. */
export async function residentMegabytes(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
