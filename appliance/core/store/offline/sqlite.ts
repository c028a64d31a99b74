// A database file that no node has open, as upgrades look at it: which migrations it has, and all of what was committed moved into the one file.

import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type Applied, migrationsTable } from '../migrations.ts';
import { toError, toFailure } from '../sqlite/failures.ts';

/** @returns none of a file that is not there. Whoever asks holds the folder's lock. @throws {Fault} `store_corrupt`, `store_read_only` */
export function appliedTo(file: string): Applied[] {
  if (!existsSync(file)) return [];
  return withFile(file, (db) => {
    const known = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(migrationsTable);
    if (!known) return [];
    return db.prepare(`SELECT version, name, checksum FROM ${migrationsTable} ORDER BY version`).all() as Applied[];
  });
}

/** Everything committed is in the file afterwards, and its log is empty. @throws {Fault} `disk_full`, `store_unavailable` */
export function settleFile(file: string): void {
  withFile(file, (db) => {
    const [row] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (row?.busy) throw new Error('another connection reads the database');
  });
}

function withFile<T>(file: string, use: (db: Database.Database) => T): T {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { fileMustExist: true });
    return use(db);
  } catch (error) {
    throw toError(toFailure(error));
  } finally {
    db?.close();
  }
}
