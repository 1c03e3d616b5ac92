// Runs a command with a PostgreSQL of its own: node lib/with-postgres.mjs COMMAND ARGUMENT...
import { spawn } from 'node:child_process';
import { startPostgres } from './postgres.mjs';

const postgres = await startPostgres();
const [command, ...rest] = process.argv.slice(2);
const child = spawn(command, rest, {
  stdio: 'inherit',
  env: { ...process.env, CLAVIGER_DATABASE_URL: postgres.url },
});
const code = await new Promise((resolve) => child.once('exit', (exit) => resolve(exit ?? 1)));
await postgres.stop();
process.exitCode = code;
