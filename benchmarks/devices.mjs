// Devices for the load of benchmarks, and the programs that make it.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrator } from '../acceptance/lib/server.mjs';
import { call } from './call.mjs';

const AT_A_TIME = 16;

/** The Java of the launcher, and where the programs of the benchmarks are. */
export const java = join(process.env.JAVA_HOME, 'bin', 'java');
export const classes = ['-cp', 'benchmarks/target/claviger-benchmarks-0.1.0.jar:benchmarks/target/lib/*'];

/** Makes devices and a key for all of them; the file with the key, its secret and the ids, a line each. */
export async function newDevices(server, count) {
  const { token } = await call(server, 'POST', '/auth/user', '', administrator);
  const { id } = await call(server, 'POST', '/applications', token, { name: 'Benchmark' });
  const key = await call(server, 'POST', `/applications/${id}/keys`, token, { filterType: 'all' });
  const lines = [key.key, key.secret];
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async (_, worker) => {
      for (let i = worker; i < count; i += AT_A_TIME) {
        lines.push((await call(server, 'POST', `/applications/${id}/devices`, token, { name: `device ${i}` })).id);
      }
    }),
  );
  const file = join(await mkdtemp(join(tmpdir(), 'claviger-benchmark-')), 'devices');
  await writeFile(file, lines.join('\n'));
  return file;
}
