// POST /decisions on servers with different numbers of tokens; each request presents the next token of a long random order.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '../acceptance/lib/server.mjs';
import { median, residentMegabytes, sample } from './sampling.mjs';

const seconds = Number(process.argv[2]);
const rounds = Number(process.argv[3]);
const folders = process.argv.slice(4);
const WARM_PER_SECOND = 10_000; // Each token is read from the database once; wrk is given the time for that.

const servers = [];
try {
  for (const folder of folders) {
    const started = performance.now();
    const server = await startServer({ CLAVIGER_DATA: folder, CLAVIGER_MQTT: 'off', CLAVIGER_JAVA_OPTIONS: '-Xmx1g' });
    const ready = performance.now() - started;
    const tokens = (await readFile(join(folder, 'tokens.txt'), 'utf8')).trimEnd().split('\n');
    const application = await readFile(join(folder, 'application.txt'), 'utf8');
    const question = (token) => `{"credential":{"token":"${token}"},"action":"application.get","resource":{"applicationId":"${application}"}}`;
    const first = await fetch(`${server.url}/decisions`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: question(tokens[0]),
    });
    if (!(await first.json()).allowed) throw new Error('the benchmark measures a refusal');
    const script = join(folder, 'decisions.lua');
    // One text, not a table of a million: wrk's collector would walk through that while it measures.
    await writeFile(script, `local text = io.open("${join(folder, 'tokens.txt')}"):read("*a")
local line = text:find("\\n")
math.randomseed(os.time())
local at = 1 + line * math.random(0, #text / line - 1)
request = function()
  local token = text:sub(at, at + line - 2)
  at = at + line
  if at > #text then at = 1 end
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" },
    '${question("' .. token .. '")}')
end
`);
    const target = { name: `${tokens.length} tokens`, pid: server.child.pid, url: `${server.url}/decisions`, script };
    servers.push({ server, tokens: tokens.length, ready, samples: [], target });
  }
  for (const { target, tokens } of servers) {
    await sample(target, seconds + Math.ceil(tokens / WARM_PER_SECOND));
  }
  for (let round = 0; round < rounds; round++) {
    for (const { target, samples } of servers) samples.push(await sample(target, seconds));
  }
  console.log(`POST /decisions, 64 connections, heap of at most 1 GiB, ${rounds} x ${seconds} s, medians`);
  console.log('| tokens | ready after, s | per second | CPU us per request | p50 ms | p99 ms | resident MB |');
  console.log('|---|---|---|---|---|---|---|');
  for (const { server, tokens, ready, samples } of servers) {
    const of = (key) => median(samples.map((one) => one[key]));
    console.log(
      `| ${tokens} | ${(ready / 1000).toFixed(1)} | ${Math.round(of('perSecond'))} | ${of('cpuMicroseconds').toFixed(1)}`
      + ` | ${of('p50').toFixed(2)} | ${of('p99').toFixed(2)} | ${Math.round(await residentMegabytes(server.child.pid))} |`,
    );
  }
} finally {
  for (const { server } of servers) await server.stop();
}
