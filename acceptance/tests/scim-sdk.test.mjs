// User management through the SCIM 2 SDK of Ping Identity, a client in Java that knows nothing of Claviger (java/).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newTenant } from '../lib/scim.mjs';
import { administrator, startServer } from '../lib/server.mjs';
import { clientFor } from '../lib/client.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

test('the SDK manages users and groups', async () => {
  const server = await startServer();
  try {
    const { token: session } = await clientFor(server).auth.authenticateUser({ credentials: administrator });
    const tenant = await newTenant(server, session, 'SDK');
    // Maven resolves the SDK and its client; where it cannot, the test fails with what it says.
    const child = spawn(
      'bash',
      ['-c', '. scripts/jdk.sh && find_jdk && exec ./mvnw -B -ntp -f acceptance/java/pom.xml test'],
      {
        cwd: root,
        env: {
          ...process.env,
          CLAVIGER_URL: server.url,
          CLAVIGER_TOKEN: tenant.token,
          CLAVIGER_READ_TOKEN: await tenant.newToken('um:read'),
          CLAVIGER_ADMINISTRATOR: administrator.email,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    assert.equal(code, 0, said);
    const [, count] = /Tests run: (\d+), Failures: 0, Errors: 0, Skipped: 0/.exec(said) ?? assert.fail(said);
    assert.ok(Number(count) >= 14, `only ${count} tests ran`);
  } finally {
    await server.stop();
  }
});
