// What can go wrong with a file on a disk: each gives a clear fault and no damage, and where the cause goes away, the store
// goes on by itself.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import type { Fault } from '../../errors.ts';
import { contractMigrations, isFault, thing, things } from '../contract-fixtures.ts';
import { storeLimits } from '../limits.ts';
import type { Row } from '../store.ts';
import { openSqliteStore, type SqliteOptions, type SqliteStore } from './sqlite.ts';

const pageSizeBytes = 4096;

/** A folder that is gone after the test. */
function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens, and closes after the test if the test did not. */
async function open(t: TestContext, file: string, options: Partial<SqliteOptions> = {}): Promise<SqliteStore> {
  const store = await openSqliteStore({ file, ...options });
  t.after(() => store.close());
  return store;
}

const rowsOf = (from: number, count: number, sizeBytes = 1000): Row[] =>
  Array.from({ length: count }, (_, i) => ({ ...thing(from + i, `label ${from + i}`), body: Buffer.alloc(sizeBytes, from + i) }));

async function filled(t: TestContext, file: string, count: number): Promise<SqliteStore> {
  const store = await open(t, file);
  await store.migrate(contractMigrations);
  await store.transact([{ op: 'insert', table: things, rows: rowsOf(0, count) }]);
  return store;
}

test("a file that is no database, and another program's database, are refused and left as they are", async (t) => {
  const folder = newFolder(t);
  const text = join(folder, 'text.db');
  writeFileSync(text, 'Dear diary, today I was taken for a database.\n'.repeat(500));
  const before = readFileSync(text);
  await assert.rejects(openSqliteStore({ file: text }), isFault('store_corrupt'));
  assert.deepEqual(readFileSync(text), before);

  const foreign = join(folder, 'foreign.db');
  const db = new Database(foreign);
  db.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)');
  db.close();
  const theirs = readFileSync(foreign);
  await assert.rejects(openSqliteStore({ file: foreign }), isFault('store_corrupt', 'not a Holdfast database'));
  assert.deepEqual(readFileSync(foreign), theirs);
});

test('a folder that is not there is said to be unavailable', async (t) => {
  await assert.rejects(openSqliteStore({ file: join(newFolder(t), 'nowhere', 'x.db') }), isFault('store_unavailable'));
});

test('a truncated database is refused and left as it is', async (t) => {
  const file = join(newFolder(t), 'x.db');
  await (await filled(t, file, 2000)).close();
  truncateSync(file, Math.floor(statSync(file).size / 2 / pageSizeBytes) * pageSizeBytes);
  const before = readFileSync(file);
  await assert.rejects(openSqliteStore({ file }), isFault('store_corrupt'));
  assert.deepEqual(readFileSync(file), before);
});

test('a damaged page is found by a check, deep or not, and reading it gives store_corrupt; other pages still read', async (t) => {
  const file = join(newFolder(t), 'x.db');
  await (await filled(t, file, 2000)).close();
  const fd = openSync(file, 'r+');
  // The head of a B-tree page: its kind and its number of cells.
  for (let page = 200; page < 204; page++) writeSync(fd, Buffer.from('damaged!'), 0, 8, page * pageSizeBytes);
  closeSync(fd);
  const store = await open(t, file);
  await assert.rejects(store.select('SELECT id, body FROM things'), isFault('store_corrupt'));
  for (const deep of [false, true]) {
    const found = await store.checkStructure(deep);
    assert.ok(
      found.some(({ severity, check, next }) => severity === 'error' && check === 'integrity' && next),
      JSON.stringify(found),
    );
  }
  assert.equal((await store.select('SELECT body FROM things WHERE id = 3')).length, 1);
});

/** Makes `work` run without the rights of root, to whom no file is read-only. */
async function withoutRoot(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid!(65534);
  try {
    await work();
  } finally {
    process.seteuid!(0);
  }
}

test('a read-only file or folder gives store_read_only and is left as it is', async (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'x.db');
  await (await filled(t, file, 10)).close();
  const before = readFileSync(file);
  chmodSync(folder, 0o755);
  chmodSync(file, 0o444);
  await withoutRoot(() => assert.rejects(openSqliteStore({ file }), isFault('store_read_only')));
  chmodSync(file, 0o666);
  chmodSync(folder, 0o555);
  await withoutRoot(() => assert.rejects(openSqliteStore({ file }), isFault('store_read_only')));
  await withoutRoot(() => assert.rejects(openSqliteStore({ file: join(folder, 'new.db') }), isFault('store_read_only')));
  chmodSync(folder, 0o755);
  assert.deepEqual(readFileSync(file), before);
});

test('a full disk: the change is refused whole, small ones go on, and so does the store when there is room', async (t) => {
  const store = await open(t, join(newFolder(t), 'x.db'), { maxPages: 100 });
  await store.migrate(contractMigrations);
  await store.transact([{ op: 'insert', table: things, rows: rowsOf(0, 50) }]);
  const outcomes = await Promise.allSettled([
    store.transact([{ op: 'insert', table: things, rows: [thing(1001)] }]),
    store.transact([{ op: 'insert', table: things, rows: rowsOf(2000, 1000) }]),
    store.transact([{ op: 'insert', table: things, rows: [thing(1002)] }]),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as Fault).code : 'done')),
    ['done', 'disk_full', 'done'],
  );
  assert.deepEqual(await store.select('SELECT id FROM things WHERE id > 1000 ORDER BY id'), [{ id: 1001 }, { id: 1002 }]);
  await store.transact([{ op: 'run', sql: 'DELETE FROM things WHERE id < 1000' }]);
  await store.transact([{ op: 'insert', table: things, rows: rowsOf(3000, 40) }]);
});

test('a disk that is really full (a small file system in memory)', async (t) => {
  const folder = newFolder(t);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'holdfast-test', folder], { stdio: 'ignore' });
  } catch {
    t.diagnostic('NOT RUN: mounting needs root; the bound on pages in the test above stands in for it');
    return;
  }
  const store = await openSqliteStore({ file: join(folder, 'x.db') });
  try {
    await store.migrate(contractMigrations);
    await store.transact([{ op: 'insert', table: things, rows: rowsOf(0, 50) }]);
    const filler = join(folder, 'filler');
    assert.throws(() => writeFileSync(filler, Buffer.alloc(8 * 1024 ** 2)), /ENOSPC/);
    await assert.rejects(store.transact([{ op: 'insert', table: things, rows: rowsOf(100, 500) }]), isFault('disk_full'));
    assert.equal((await store.select('SELECT id FROM things')).length, 50);
    rmSync(filler);
    await store.transact([{ op: 'insert', table: things, rows: rowsOf(100, 50) }]);
    assert.equal((await store.select('SELECT id FROM things')).length, 100);
  } finally {
    await store.close();
    execFileSync('umount', [folder]);
  }
});

test('a thread that dies: what it had not answered is rejected, and the next call finds a new one', async (t) => {
  const store = await filled(t, join(newFolder(t), 'x.db'), 10);
  const unanswered = store.transact([{ op: 'insert', table: things, rows: rowsOf(100, 5000) }]);
  await Promise.all([assert.rejects(unanswered, isFault('store_unavailable')), store.threads.writer.worker!.terminate()]);
  await store.transact([{ op: 'upsert', table: things, rows: [thing(7, 'after')] }]);
  const reading = store.threads.readers.map((reader) => reader.worker?.terminate());
  await Promise.all(reading);
  assert.deepEqual(await store.select('SELECT label FROM things WHERE id = 7'), [{ label: 'after' }]);
  const count = (await store.select('SELECT id FROM things')).length;
  assert.ok(count === 10 || count === 5010, `all or nothing, not ${count}`);
});

test('deleted bytes leave the disk after scrub', async (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'x.db');
  const store = await filled(t, file, 100);
  const secret = Buffer.from('bytes-that-must-be-gone-afterwards');
  const found = () =>
    readdirSync(folder).filter((name) => name !== 'x.db.lock' && readFileSync(join(folder, name)).includes(secret));
  const long = Buffer.concat([Buffer.alloc(10_000, 1), secret, Buffer.alloc(10_000, 2)]);
  await store.transact([
    {
      op: 'insert',
      table: things,
      rows: [
        { ...thing(500), body: secret },
        { ...thing(501), body: long },
      ],
    },
  ]);
  await store.transact([{ op: 'upsert', table: things, rows: [{ ...thing(3), body: secret }] }]);
  await store.scrub([]);
  assert.deepEqual(found(), ['x.db']);
  await store.transact([
    { op: 'delete', table: things, keys: [{ id: 500 }, { id: 501 }] },
    { op: 'upsert', table: things, rows: [thing(3)] },
  ]);
  assert.ok(found().length > 0, 'before scrub they are still somewhere');
  await store.scrub([]);
  assert.deepEqual(found(), []);
});

test('checkpoints never meet: a scrub waits for the keeper, and scrubs for each other', async (t) => {
  const file = join(newFolder(t), 'x.db');
  const store = await open(t, file, { walSoftBytes: 4096 });
  await store.migrate(contractMigrations);
  let [at, most, asked] = [0, 0, 0];
  for (const thread of [store.threads.keeper, store.threads.writer]) {
    const ask = thread.ask.bind(thread);
    thread.ask = async (job, transfer) => {
      const counts = job.op === 'checkpoint';
      if (counts) [at, most, asked] = [at + 1, Math.max(most, at + 1), asked + 1];
      try {
        return await ask(job, transfer);
      } finally {
        if (counts) at -= 1;
      }
    };
  }
  for (let round = 0; round < 5; round++) {
    await store.transact([{ op: 'upsert', table: things, rows: rowsOf(0, 500, 4000) }]);
    await Promise.all([store.scrub([]), store.scrub([])]);
    assert.equal(statSync(`${file}-wal`).size, 0);
  }
  assert.ok(asked > 10, `${asked} checkpoints`);
  assert.equal(most, 1);
});

test('the write-ahead log stays bounded under load', async (t) => {
  const file = join(newFolder(t), 'x.db');
  const store = await open(t, file, { walSoftBytes: 256 * 1024, walHardBytes: 2 * 1024 ** 2 });
  await store.migrate(contractMigrations);
  let largest = 0;
  for (let i = 0; i < 100; i++) {
    await store.transact([{ op: 'upsert', table: things, rows: rowsOf((i % 10) * 100, 100, 2000) }]);
    await store.select('SELECT count(*) AS n FROM things');
    largest = Math.max(largest, statSync(`${file}-wal`).size);
  }
  // 100 times about 300 KB went through it.
  assert.ok(largest < 4 * 1024 ** 2, `the log grew to ${largest} bytes`);
});

/** Sets that are in the database, each with its number of rows. */
async function setsIn(store: SqliteStore): Promise<Map<number, number>> {
  const rows = await store.select('SELECT weight, count(*) AS n FROM things GROUP BY weight');
  return new Map(rows.map((row) => [row.weight as number, row.n as number]));
}

test('a log cut anywhere, as by power loss: whole sets are there, and only the last ones are missing', async (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'x.db');
  const store = await open(t, file);
  await store.migrate(contractMigrations);
  for (let set = 0; set < 20; set++) {
    const rows = rowsOf(set * 20, 20).map((row) => ({ ...row, weight: set }));
    await store.transact([{ op: 'insert', table: things, rows }]);
  }
  const walSize = statSync(`${file}-wal`).size;
  for (let cut = 0; cut < 8; cut++) {
    const other = join(folder, `cut-${cut}`);
    mkdirSync(other);
    copyFileSync(file, join(other, 'x.db'));
    copyFileSync(`${file}-wal`, join(other, 'x.db-wal'));
    truncateSync(join(other, 'x.db-wal'), Math.floor((walSize * (cut + 9)) / 17));
    const after = await open(t, join(other, 'x.db'));
    await after.migrate(contractMigrations);
    const sets = await setsIn(after);
    assert.ok([...sets.values()].every((n) => n === 20));
    assert.deepEqual(
      [...sets.keys()],
      Array.from({ length: sets.size }, (_, i) => i),
    );
    assert.ok([...(await after.check()), ...(await after.checkStructure(true))].every((finding) => finding.severity !== 'error'));
    await after.close();
  }
});

test('kill -9 in the middle of writing: answered sets are there, others whole or not at all', async (t) => {
  const file = join(newFolder(t), 'x.db');
  await (await filled(t, file, 0)).close();
  const rounds = process.env.HOLDFAST_LONG === '1' ? 30 : 3;
  const answered = new Set<number>();
  for (let round = 0, next = 0; round < rounds; round++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'kill.child.ts'), file, String(next)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      answered.add(Number(line));
      if (++lines === 40 + round * 7) child.kill('SIGKILL');
    }
    assert.equal(await exited, 'SIGKILL');
    const store = await open(t, file);
    const sets = await setsIn(store);
    for (const set of answered) assert.equal(sets.get(set), 20, `answered set ${set}`);
    for (const [set, n] of sets) assert.equal(n, 20, `set ${set} is whole`);
    assert.ok([...(await store.check()), ...(await store.checkStructure(true))].every((finding) => finding.severity !== 'error'));
    next = Math.max(...sets.keys(), ...answered) + 1;
    await store.close();
  }
});

test('numbers given before a kill are never given again', async (t) => {
  const file = join(newFolder(t), 'x.db');
  const store = await filled(t, file, 0);
  const first = await store.allocate('ids', 100);
  await store.threads.writer.worker!.terminate();
  assert.ok((await store.allocate('ids', 1)) >= first + 100);
  assert.ok(existsSync(file));
});

test('beyond its capacity it says so at once, and goes on when there is room', async (t) => {
  const store = await open(t, join(newFolder(t), 'x.db'));
  await store.migrate(contractMigrations);
  const waiting = Array.from({ length: storeLimits.waitingCalls }, () => store.allocate('many', 1));
  await assert.rejects(store.transact([{ op: 'insert', table: things, rows: [thing(1)] }]), isFault('too_busy'));
  await assert.rejects(store.select('SELECT id FROM things'), isFault('too_busy'));
  assert.equal(new Set(await Promise.all(waiting)).size, storeLimits.waitingCalls);
  await store.transact([{ op: 'insert', table: things, rows: [thing(1)] }]);
  assert.equal((await store.select('SELECT id FROM things')).length, 1);
});
