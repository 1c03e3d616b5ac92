// kill -9 at any moment loses nothing that was acknowledged, and the chain of the change log stays whole.
// CLAVIGER_CRASH_ROUNDS sets how often; a few by default.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { administrator, startServer } from '../lib/server.mjs';
import { clientFor, logIn } from '../lib/client.mjs';

const run = promisify(execFile);
const launcher = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'claviger');
const rounds = Number(process.env.CLAVIGER_CRASH_ROUNDS ?? 3);
const WRITERS = 4;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Makes, switches off and deletes tokens until the server is gone; notes what was acknowledged. */
async function write(server, client, acknowledged, lost) {
  for (;;) {
    let step = 'none';
    let id;
    try {
      const made = await client.userApiTokens.post({ apiToken: { name: 'crash' } });
      id = made.id;
      acknowledged.set(id, { token: made.token, state: 'active' });
      step = 'switch off';
      await client.userApiToken.patch({ apiTokenId: id, apiToken: { status: 'inactive' } });
      acknowledged.get(id).state = 'inactive';
      step = 'delete';
      await client.userApiToken.delete({ apiTokenId: id });
      acknowledged.get(id).state = 'deleted';
    } catch (error) {
      assert.equal(error.statusCode, undefined, `${step}: ${error.message}`);
      if (id) lost.add(id); // What was under way may have happened or not.
      return;
    }
  }
}

test(`nothing acknowledged is lost in ${rounds} crashes`, async () => {
  const data = await mkdtemp(join(tmpdir(), 'claviger-crash-'));
  const acknowledged = new Map();
  let running;
  try {
    for (let round = 0; round < rounds; round++) {
      const server = await startServer({ CLAVIGER_DATA: data });
      running = server;
      const client = await logIn(server, administrator.email, administrator.password);
      const lost = new Set();
      const writers = Array.from({ length: WRITERS }, () => write(server, client, acknowledged, lost));
      while (acknowledged.size === 0) {
        await pause(20);
      }
      await pause(300 + Math.random() * 1200);
      await server.kill();
      await Promise.all(writers);

      const { stdout } = await run(launcher, ['changelog', 'verify'], {
        env: { ...process.env, CLAVIGER_DATA: data },
      });
      assert.match(stdout, /intact/);

      const again = await startServer({ CLAVIGER_DATA: data });
      running = again;
      const owner = await logIn(again, administrator.email, administrator.password);
      for (const [id, { token, state }] of acknowledged) {
        const status = await owner.userApiToken.get({ apiTokenId: id }).then((found) => found.status, (error) => error.statusCode);
        const use = await clientFor(again, token).me.get({}).then(() => 200, (error) => error.statusCode);
        const whatItWas = { active: ['active', 200], inactive: ['inactive', 401], deleted: [404, 401] };
        const allowed = [whatItWas[state]];
        if (lost.has(id)) {
          allowed.push(state === 'active' ? whatItWas.inactive : whatItWas.deleted);
        }
        assert.ok(
          allowed.some(([s, u]) => s === status && u === use),
          `round ${round}: ${id} was ${state}, is ${status} and its use answers ${use}`,
        );
      }
      acknowledged.clear();
      await again.stop();
      running = undefined;
    }
  } finally {
    await running?.kill();
    await rm(data, { recursive: true, force: true });
  }
});
