// npm run bench:backup: what a backup costs against the bare ceiling in the same run: a copy of the file with one fsync, and SQLite's own online backup.
// First one of everything, then one after a hundredth of the rows changed, then verifying and reading back. What is in the database is random, as
// sealed columns are.

import { randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { generateKey } from '../../crypto/keys.ts';
import { systemPorts } from '../core/ports.ts';
import { openSqliteStore } from '../core/store/sqlite/sqlite.ts';
import type { Row, Table } from '../core/store/store.ts';
import {
  Backups,
  backupKeys,
  backupMaster,
  chooseSnapshot,
  type JobKind,
  openTarget,
  readFileTo,
} from '../oversee/operations/backup/backup.ts';
import { median, quick, report, temporaryFolder } from './bench.ts';

const sizeMB = quick ? 64 : 512;
const rounds = quick ? 3 : 5;
const rowBytes = 1000;
const rows = Math.floor((sizeMB * 1024 ** 2) / (rowBytes + 60));
const table: Table = { name: 'rows', columns: { id: 'integer', body: 'blob' }, key: ['id'] };

const { path: home } = temporaryFolder();
const file = join(home, 'holdfast.db');
const store = await openSqliteStore({ file });
await store.migrate([
  { version: 1, name: 'rows', sqlite: 'CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT', postgres: '' },
]);
const row = (id: number): Row => ({ id, body: randomBytes(rowBytes) });
for (let at = 0; at < rows; at += 2000)
  await store.transact([{ op: 'insert', table, rows: Array.from({ length: Math.min(2000, rows - at) }, (_, i) => row(at + i)) }]);
await store.scrub([]);
const megabytes = statSync(file).size / 1024 ** 2;

const root = generateKey('root');
async function open(target: string): Promise<Backups> {
  return new Backups({
    folder: home,
    declared: { to: target },
    database: { engine: 'sqlite', file },
    files: [],
    store,
    ports: systemPorts,
    env: {},
    master: backupMaster(root),
    software: 'bench',
    isServing: () => false,
    note: async () => undefined,
    failed: (error) => {
      throw error;
    },
  });
}

async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

const figures: { [name: string]: number[] } = { copy: [], sqlite: [], full: [], increment: [], verify: [], restore: [] };
const note = (name: string, seconds: number) => figures[name]!.push(seconds);

for (let round = 0; round < rounds; round++) {
  const copied = join(home, 'copy');
  note('copy', await timed(() => synced(copied, () => copyFileSync(file, copied))));
  rmSync(copied);
  const db = new Database(file, { readonly: true });
  note(
    'sqlite',
    await timed(async () => {
      await db.backup(copied, { progress: () => 1_000_000 });
      synced(copied, () => undefined);
    }),
  );
  db.close();
  rmSync(copied);
  const place = join(home, `target-${round}`);
  const backups = await open(place);
  const work = async (kind: JobKind) => {
    backups.start(kind, 'bench');
    await backups.settled();
  };
  note('full', await timed(() => work('backup')));
  const changed = Array.from({ length: Math.floor(rows / 100) }, (_, at) => row((at * 37 + Math.floor(rows / 3)) % rows));
  await store.transact([{ op: 'upsert', table, rows: changed }]);
  note('increment', await timed(() => work('backup')));
  note('verify', await timed(() => work('verify')));
  await backups.close();
  const master = backupMaster(root);
  const keys = backupKeys(master);
  const target = openTarget({ kind: 'folder', path: place });
  const { files } = await chooseSnapshot(target, keys);
  note('restore', await timed(() => readFileTo(target, keys, files[0]!, join(home, 'restored'))));
  rmSync(join(home, 'restored'));
  rmSync(place, { recursive: true });
}
await store.close();

function synced(path: string, work: () => void): void {
  work();
  const fd = openSync(path, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

const of = (name: string) => median(figures[name]!);
const ratio = (name: string, to: string) => median(figures[name]!.map((seconds, at) => seconds / figures[to]![at]!));
const ratios = {
  full_to_copy: ratio('full', 'copy'),
  full_to_sqlite: ratio('full', 'sqlite'),
  increment_to_full: ratio('increment', 'full'),
  restore_to_copy: ratio('restore', 'copy'),
};
const rate = (name: string) => `${of(name).toFixed(2)} s (${(megabytes / of(name)).toFixed(0)} MB/s)`;
report('backup', Object.fromEntries(Object.keys(figures).map((name) => [`${name}_s`, of(name)])), ratios, [
  `a database of ${megabytes.toFixed(0)} MB, medians of ${rounds}`,
  `copied and synced ${rate('copy')}; SQLite's own backup ${rate('sqlite')}`,
  `backed up whole ${rate('full')}: ${ratios.full_to_copy.toFixed(1)} times a copy, ${ratios.full_to_sqlite.toFixed(1)} times SQLite's own`,
  `after 1 row of 100 changed ${rate('increment')}: ${ratios.increment_to_full.toFixed(2)} times the whole`,
  `verified ${rate('verify')}; read back ${rate('restore')}: ${ratios.restore_to_copy.toFixed(1)} times a copy`,
]);
