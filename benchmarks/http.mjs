// Requests per second, latency and processor time per request of Claviger and of nginx, sampled in turns on the same machine.
import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrator, freePort, startServer } from '../acceptance/lib/server.mjs';
import { call } from './call.mjs';
import { connections, median, sample } from './sampling.mjs';

const seconds = Number(process.argv[2] ?? 8);
const rounds = Number(process.argv[3] ?? 3);

async function setUp(server) {
  const { token } = await call(server, 'POST', '/auth/user', null, administrator);
  const application = await call(server, 'POST', '/applications', token, { name: 'benchmark' });
  const made = await call(server, 'POST', '/me/tokens', token, { name: 'benchmark', defaultRole: 'view' });
  return { application, made };
}

/** Every target in turn, after a warm-up that is not counted. */
async function inTurns(targets) {
  const samples = new Map(targets.map((target) => [target.name, []]));
  for (const target of targets) await sample(target, seconds);
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) samples.get(target.name).push(await sample(target, seconds));
  }
  return samples;
}

/** What it costs to put down every use of a credential. */
async function compareUses() {
  const servers = { with: await startServer(), without: await startServer({ CLAVIGER_USE_LOG_DAYS: '0' }) };
  try {
    const targets = [];
    for (const [name, server] of Object.entries(servers)) {
      const { application, made } = await setUp(server);
      for (const path of ['/whitelabels/domain', `/applications/${application.id}`]) {
        const shown = path.replace(application.id, '{id}');
        targets.push({ name: `${shown}, ${name} it`, pid: server.child.pid, url: server.url + path, token: made.token });
      }
    }
    // The two of a request side by side.
    targets.sort((one, other) => one.name.localeCompare(other.name));
    const samples = await inTurns(targets);
    console.log(`${cpus().length} processors, ${connections} connections, ${rounds} x ${seconds} s, medians`);
    console.log('| request, with the log of uses or without it | per second | CPU us per request | p50 ms | p99 ms |');
    console.log('|---|---|---|---|---|');
    for (const [name, all] of samples) {
      const of = (key) => median(all.map((one) => one[key]));
      console.log(
        `| GET ${name} | ${Math.round(of('perSecond'))} | ${of('cpuMicroseconds').toFixed(1)}`
        + ` | ${of('p50').toFixed(2)} | ${of('p99').toFixed(2)} |`,
      );
    }
  } finally {
    await servers.with.stop();
    await servers.without.stop();
  }
}

if (process.argv[4] === 'uses') {
  await compareUses();
  process.exit(0);
}

const server = await startServer();
const nginxPort = await freePort();
const folder = await mkdtemp(join(tmpdir(), 'claviger-benchmark-'));
await writeFile(join(folder, 'nginx.conf'), `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000; server { listen 127.0.0.1:${nginxPort}; location / { return 204; } } }
`);
const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
try {
  const { application, made } = await setUp(server);
  const script = join(folder, 'decision.lua');
  const question = JSON.stringify({
    credential: { token: made.token }, action: 'application.get', resource: { applicationId: application.id },
  });
  await writeFile(script, `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[${question}]]
`);
  const targets = [
    { name: 'nginx return 204', pid: nginx.pid, url: `http://127.0.0.1:${nginxPort}/` },
    { name: 'GET /whitelabels/domain', pid: server.child.pid, url: `${server.url}/whitelabels/domain`, token: made.token },
    { name: 'GET /me/tokens/{id}', pid: server.child.pid, url: `${server.url}/me/tokens/${made.id}`, token: made.token },
    { name: 'POST /decisions', pid: server.child.pid, url: `${server.url}/decisions`, script },
  ];
  const samples = await inTurns(targets);
  const base = median(samples.get('nginx return 204').map((one) => one.perSecond));
  const baseCpu = median(samples.get('nginx return 204').map((one) => one.cpuMicroseconds));
  console.log(`${cpus().length} processors, ${connections} connections, ${rounds} x ${seconds} s, medians`);
  console.log('| request | per second | / nginx | CPU us per request | nginx / this, by CPU | p50 ms | p99 ms |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, all] of samples) {
    const of = (key) => median(all.map((one) => one[key]));
    console.log(
      `| ${name} | ${Math.round(of('perSecond'))} | ${(of('perSecond') / base).toFixed(2)} | ${of('cpuMicroseconds').toFixed(1)}`
      + ` | ${(baseCpu / of('cpuMicroseconds')).toFixed(2)} | ${of('p50').toFixed(2)} | ${of('p99').toFixed(2)} |`,
    );
  }
} finally {
  nginx.kill('SIGTERM');
  await server.stop();
}
