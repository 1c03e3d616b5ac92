// A PostgreSQL of its own for a test: the oldest supported release, from Debian's package.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './server.mjs';

const run = promisify(execFile);

async function programs() {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  for (const version of versions.sort((a, b) => Number(a) - Number(b))) {
    const folder = `/usr/lib/postgresql/${version}/bin`;
    if ((await readdir(folder)).includes('initdb')) {
      return folder;
    }
  }
  throw new Error('no PostgreSQL server is installed; ./check installs one');
}

/** Starts a server; `url` is what CLAVIGER_DATABASE_URL wants. */
export async function startPostgres() {
  const bin = await programs();
  const folder = await mkdtemp(join(tmpdir(), 'claviger-postgres-'));
  await chmod(folder, 0o777);
  // PostgreSQL refuses to run as root.
  const as = (command, ...rest) =>
    userInfo().uid === 0 ? run('runuser', ['-u', 'postgres', '--', command, ...rest]) : run(command, rest);
  const data = join(folder, 'data');
  const port = await freePort();
  await as(`${bin}/initdb`, '-D', data, '-U', 'claviger', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N');
  const start = () =>
    as(
      `${bin}/pg_ctl`, '-D', data, '-w', '-l', join(folder, 'log'),
      '-o', `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`, 'start',
    );
  const end = () => as(`${bin}/pg_ctl`, '-D', data, '-m', 'immediate', 'stop');
  await start();
  return {
    url: `jdbc:postgresql://127.0.0.1:${port}/postgres?user=claviger`,
    /** Stops it as a crash would; what it has kept is there again after `resume`. */
    pause: end,
    resume: start,
    stop: async () => {
      await end().catch(() => {}); // It may be paused.
      await rm(folder, { recursive: true, force: true });
    },
  };
}
