// A copy of a database that is written all the while: whole, of one moment, with everything that was acknowledged before it began, whatever
// the checkpoints do meanwhile.

import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { contractMigrations, thing, things } from '../contract-fixtures.ts';
import { openSqliteStore, type SqliteStore } from '../sqlite/sqlite.ts';
import { DatabaseSnapshot, databaseDescriptor } from './snapshot.ts';
import { readWal } from './wal-file.ts';

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-snapshot-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function filled(t: TestContext, options: { walSoftBytes?: number; walHardBytes?: number } = {}) {
  const file = join(newFolder(t), 'holdfast.db');
  const store = await openSqliteStore({ file, ...options });
  t.after(() => store.close());
  await store.migrate(contractMigrations);
  await put(store, 0, 500);
  return { file, store };
}

/** Two rows to a transaction, so that half of one would show. */
async function put(store: SqliteStore, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += 100) {
    const rows = Array.from({ length: Math.min(100, from + count - at) }, (_, i) => ({
      ...thing(at + i, `label ${at + i}`),
      body: Buffer.alloc(700, at + i),
    }));
    await store.transact([{ op: 'insert', table: things, rows }]);
  }
}

type Copy = { numbers: number[]; pages: number };

/** Copies as slowly as `between` wants, and opens the copy. */
async function copy(file: string, pagesAtOnce: number, between: () => Promise<void>): Promise<Copy> {
  const snapshot = new DatabaseSnapshot(file, databaseDescriptor(file));
  const target = `${file}.copy`;
  writeFileSync(target, '');
  try {
    for (let at = 0; at < snapshot.pages; at += pagesAtOnce) {
      appendFileSync(target, snapshot.read(at, pagesAtOnce));
      await between();
    }
  } finally {
    snapshot.close();
  }
  assert.equal(statSync(target).size, snapshot.sizeBytes);
  const db = new Database(target);
  try {
    assert.deepEqual(db.pragma('integrity_check'), [{ integrity_check: 'ok' }]);
    const numbers = db.prepare('SELECT id FROM things ORDER BY id').pluck().all() as number[];
    return { numbers, pages: snapshot.pages };
  } finally {
    db.close();
  }
}

for (const [name, options] of [
  ['the log is moved all the time', { walSoftBytes: 64 * 1024, walHardBytes: 256 * 1024 }],
  ['the log is long', {}],
] as const) {
  test(`under load, while ${name}`, async (t) => {
    const { file, store } = await filled(t, options);
    let next = 500;
    let going = true;
    const load = (async () => {
      while (going) {
        await put(store, next, 100);
        next += 100;
      }
    })();
    try {
      for (let round = 0; round < 8; round++) {
        const acknowledged = next;
        const { numbers } = await copy(file, 7, async () => {
          await turn();
        });
        assert.ok(numbers.length >= acknowledged, `${numbers.length} of ${acknowledged} acknowledged`);
        assert.equal(numbers.length % 100, 0, 'a part of a transaction');
        assert.deepEqual(
          numbers,
          numbers.map((_, at) => at),
        );
      }
    } finally {
      going = false;
      await load;
    }
  });
}

test('of a log that is all moved when the copy begins, and begun anew under it', async (t) => {
  const { file, store } = await filled(t);
  await store.threads.writer.ask({ op: 'checkpoint', mode: 'PASSIVE' });
  let wrote = 0;
  const { numbers } = await copy(file, 3, async () => {
    if (wrote++ < 20) await put(store, 500 + wrote * 100, 100);
  });
  assert.equal(numbers.length, 500);
});

test('of an emptied log, and of rows that were committed between', async (t) => {
  const { file, store } = await filled(t);
  await store.scrub([]);
  assert.equal(statSync(`${file}-wal`).size, 0);
  assert.equal((await copy(file, 50, async () => undefined)).numbers.length, 500);
  await put(store, 500, 100);
  assert.equal((await copy(file, 50, async () => undefined)).numbers.length, 600);
});

test('what is half written at the end of a log is not taken', async (t) => {
  const { file, store } = await filled(t);
  await put(store, 500, 100);
  const log = `${file}-cut`;
  writeFileSync(log, readFileSync(`${file}-wal`));
  const read = () => {
    const fd = openSync(log, 'r+');
    try {
      return readWal(fd, 4096);
    } finally {
      closeSync(fd);
    }
  };
  const whole = read();
  assert.ok(whole);
  const { size } = statSync(log);
  // One bit in the middle of the last frame: the transaction it ends is not there, those before it are.
  const fd = openSync(log, 'r+');
  writeSync(fd, Buffer.from([0xff]), 0, 1, size - 2000);
  closeSync(fd);
  const flipped = read();
  assert.ok(flipped && flipped.pageAt.size <= whole.pageAt.size);
  assert.notDeepEqual([...flipped.pageAt], [...whole.pageAt]);
  truncateSync(log, 31);
  assert.equal(read(), undefined);
});
