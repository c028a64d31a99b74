// A PostgreSQL database by its own tools: pg_dump gives one moment of it while it is written, pg_restore puts that into an empty database. Neither is
// given a password where other users of the machine could see it.

import { spawn } from 'node:child_process';
import { Fault } from '../../../core/errors.ts';
import { inPieces, type Source } from './write.ts';

/** Of what a tool said, which names tables and settings. */
const saidCharacters = 200;

/** The connection as the variables that PostgreSQL's tools read. */
function connection(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  return {
    ...process.env,
    ...(host !== '' && { PGHOST: decodeURIComponent(host) }),
    ...((searchParams.get('port') ?? port) !== '' && { PGPORT: searchParams.get('port') ?? port }),
    ...(username !== '' && { PGUSER: decodeURIComponent(username) }),
    ...(password !== '' && { PGPASSWORD: decodeURIComponent(password) }),
    ...(searchParams.has('sslmode') && { PGSSLMODE: searchParams.get('sslmode')! }),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
}

/** Not compressed: what did not change then gives the same pieces again, and ours are compressed anyway. */
export function dumpSource(name: string, url: string, signal: AbortSignal): Source {
  return {
    name,
    async *pieces() {
      const args = ['--format=custom', '--compress=0', '--no-owner', '--no-privileges', '--no-password'];
      const child = spawn('pg_dump', args, { env: connection(url), stdio: ['ignore', 'pipe', 'pipe'], signal });
      const ended = endOf(child, 'pg_dump');
      // Seen below; a tool that cannot be started ends its stream first.
      ended.catch(() => undefined);
      try {
        yield* inPieces(child.stdout);
        await ended;
      } finally {
        child.kill();
      }
    },
  };
}

/** Into a database that is there and empty. @throws {Fault} `store_unavailable` with what the tool said */
export async function restoreDump(file: string, url: string): Promise<void> {
  const env = connection(url);
  const args = [
    '--no-owner',
    '--no-privileges',
    '--no-password',
    '--exit-on-error',
    '--single-transaction',
    `--dbname=${env.PGDATABASE}`,
    file,
  ];
  const child = spawn('pg_restore', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await endOf(child, 'pg_restore');
}

function endOf(child: ReturnType<typeof spawn>, tool: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said = (said + text.toString('utf8')).slice(0, saidCharacters);
  });
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown) => reject(new Fault('store_unavailable', `${tool}: ${what}`, { cause }));
    child.once('error', (error) => fail((error as NodeJS.ErrnoException).code ?? 'cannot be started', error));
    child.once('close', (code) => (code === 0 ? resolve() : fail(said.split('\n')[0] || `ended with ${code}`)));
  });
}
