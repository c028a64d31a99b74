// What was deleted for good, on a real server: no file of it has a byte any more where the server is set up for that, and where it is not, what
// keeps bytes is named, with statements that help.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { contractMigrations, thing, things } from '../contract-fixtures.ts';
import type { Finding, Store } from '../store.ts';
import { openPostgresStore } from './postgres.ts';
import { runOn, startTestPostgres, type TestPostgres } from './test-server.ts';

let server: TestPostgres;
let store: Store;
let adminUrl = '';
before(async () => {
  // Never told on its command line: what stands there cannot be changed by a statement.
  server = await startTestPostgres({ fsync: 'off' });
  adminUrl = await server.createDatabase();
  await runOn(adminUrl, [
    'CREATE ROLE "the node" LOGIN',
    `ALTER DATABASE ${new URL(adminUrl).pathname.slice(1)} OWNER TO "the node"`,
  ]);
  store = await openPostgresStore({ url: adminUrl.replace('holdfast@', 'the%20node@') });
  await store.migrate(contractMigrations);
});
after(async () => {
  await store?.close();
  await server?.stop();
});

const secret = 'a key that is to be gone, 5e1f';
function filesWith(text: string): string[] {
  const files = readdirSync(server.dataFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readOrNothing(path).includes(text))
    .map((path) => relative(server.dataFolder, path));
}

/** The server removes files meanwhile. */
function readOrNothing(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

async function deleted(): Promise<void> {
  await store.transact([{ op: 'insert', table: things, rows: [thing(1, secret)] }]);
  // A segment that is full beside it, so that there are several.
  await runOn(adminUrl, [
    'CREATE TABLE much AS SELECT repeat(md5(g::text), 8) FROM generate_series(1, 150000) g',
    'DROP TABLE much',
  ]);
  assert.ok(filesWith(secret).length > 0);
  await store.transact([{ op: 'delete', table: things, keys: [{ id: 1 }] }]);
}

const told = async (): Promise<Finding[]> => (await store.check()).filter(({ check }) => check.startsWith('erasure'));
const names = (findings: readonly Finding[]) => findings.map(({ check }) => check.replace('erasure-', '').replaceAll('-', '_'));

test('default settings and a role without rights: nothing fails, all of it is told, and the statements told help', async () => {
  await deleted();
  assert.deepEqual(await store.scrub([things]), []);
  const expected = ['wal_recycle', 'pg_checkpoint', 'pg_switch_wal', 'pg_ls_waldir'];
  assert.deepEqual(await store.emptyLog(), expected);
  assert.ok(filesWith(secret).every((file) => file.startsWith('pg_wal')));
  assert.ok(filesWith(secret).length > 0, 'the log has it');
  // Recycled segments wait for use, with what was in them.
  await runOn(adminUrl, ['SELECT pg_switch_wal()', 'CHECKPOINT']);
  assert.ok(filesWith(secret).length > 0, 'also under later names');

  const findings = await told();
  assert.deepEqual(names(findings), expected);
  assert.ok(findings.every(({ severity }) => severity === 'warning'));
  const statements = findings.flatMap(({ next }) => next!.en.replace(/^.*?: /, '').split('; '));
  await runOn(adminUrl, statements);
  await reloaded('wal_recycle', 'off');
  assert.deepEqual(
    (await told()).map(({ severity, check, message }) => [severity, check, message.en]),
    [['ok', 'erasure-log', 'The server drops its log of what was erased.']],
  );
  assert.deepEqual(await store.emptyLog(), []);
  assert.deepEqual(filesWith(secret), []);
});

test('what keeps segments, or a copy of them, is told, and gone again when it is', async () => {
  await deleted();
  await store.scrub([things]);
  await runOn(adminUrl, ["ALTER SYSTEM SET wal_keep_size = '1GB'", 'SELECT pg_reload_conf()']);
  await runOn(adminUrl, ["SELECT pg_create_physical_replication_slot('nobody_reads', true)"]);
  await runOn(adminUrl, ["ALTER SYSTEM SET log_statement = 'mod'", 'SELECT pg_reload_conf()']);
  await reloaded('log_statement', 'mod');
  assert.deepEqual(await store.emptyLog(), ['wal_keep_size', 'replication_slots', 'server_log', 'old_segments']);
  assert.deepEqual(names(await told()), ['wal_keep_size', 'replication_slots', 'server_log']);
  assert.ok(filesWith(secret).length > 0);
  await runOn(adminUrl, ["SELECT pg_drop_replication_slot('nobody_reads')"]);
  for (const name of ['wal_keep_size', 'log_statement']) await runOn(adminUrl, [`ALTER SYSTEM RESET ${name}`]);
  await runOn(adminUrl, ['SELECT pg_reload_conf()']);
  await reloaded('log_statement', 'none');
  assert.deepEqual(await store.emptyLog(), []);
  assert.deepEqual(filesWith(secret), []);
});

test('a transaction that began before keeps deleted rows, which is told, and again is clean when it has ended', async () => {
  const other = new pg.Client({ connectionString: adminUrl });
  await other.connect();
  await store.transact([{ op: 'insert', table: things, rows: [thing(1, secret)] }]);
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
  await store.transact([{ op: 'delete', table: things, keys: [{ id: 1 }] }]);
  assert.deepEqual(await store.scrub([things]), ['open_transactions']);
  await runOn(adminUrl, ['CHECKPOINT']);
  assert.ok(filesWith(secret).some((file) => file.startsWith('base')));
  await other.query('COMMIT');
  assert.deepEqual(await store.scrub([things]), []);
  assert.deepEqual(await store.emptyLog(), []);
  assert.deepEqual(filesWith(secret), []);
  await other.end();
});

test('an archive is told of', async () => {
  const archiving = await startTestPostgres({
    fsync: 'off',
    wal_recycle: 'off',
    archive_mode: 'on',
    archive_command: '/bin/true',
  });
  const one = await openPostgresStore({ url: archiving.url });
  const found = await one.emptyLog();
  assert.ok(found.includes('archive_mode'), `${found}`);
  assert.ok((await one.check()).some(({ check }) => check === 'erasure-archive-mode'));
  await one.close();
  await archiving.stop();
});

/** Sessions read changed settings at their next statement, once the signal has come. */
async function reloaded(name: string, value: string): Promise<void> {
  for (let tries = 0; tries < 6_000; tries += 1) {
    const [row] = await store.select(`SELECT current_setting('${name}') AS value`);
    if (row?.value === value) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`${name} is not ${value}`);
}
