// One SQLite connection with the settings that durability and erasure rest on, each checked after it was set:
// better-sqlite3 is built to fall back to synchronous=NORMAL under WAL, which would lose acknowledged rows with the power.

import Database from 'better-sqlite3';
import { Fault } from '../../errors.ts';
import type { Role, Settings } from './messages.ts';

/** Marks our files ("HOLD" in ASCII), so that another program's database is refused instead of written into. */
export const applicationId = 0x484f4c44;

export type Connection = Database.Database;

function setChecked(db: Connection, pragma: string, value: number | string, expected: number | string): void {
  db.pragma(`${pragma}=${value}`);
  const found = db.pragma(pragma, { simple: true });
  if (found !== expected) throw new Error(`SQLite did not take ${pragma}=${value}`);
}

/**
 * Memory: a connection holds at most `cacheBytes` of pages, plus its share of statements (limits.ts); the WAL index maps
 * 32 KB for each 4,096 pages of WAL, which the checkpoints bound. Nothing is memory-mapped: an unreadable disk page must be an
 * error, not a signal that ends the process.
 */
export function openConnection(role: Role, settings: Settings): Connection {
  const db = new Database(settings.file, {
    readonly: role === 'reader',
    fileMustExist: role !== 'writer',
    timeout: settings.busyTimeoutMs,
  });
  try {
    if (role === 'writer') prepareFile(db, settings);
    setChecked(db, 'synchronous', 'FULL', 2);
    setChecked(db, 'secure_delete', 'ON', 1);
    setChecked(db, 'foreign_keys', 'ON', 1);
    setChecked(db, 'trusted_schema', 'OFF', 0);
    setChecked(db, 'temp_store', 'MEMORY', 2);
    setChecked(db, 'mmap_size', 0, 0);
    db.pragma(`cache_size=-${Math.floor(settings.cacheBytes / 1024)}`);
    // On a Mac plain fsync leaves data in the drive's cache.
    db.pragma('fullfsync=ON');
    db.pragma('checkpoint_fullfsync=ON');
    if (role === 'reader') setChecked(db, 'query_only', 'ON', 1);
    // The writer decides about checkpoints itself; none runs inside a commit.
    else setChecked(db, 'wal_autocheckpoint', 0, 0);
    if (role === 'writer' && settings.maxPages > 0) db.pragma(`max_page_count=${settings.maxPages}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A checkpoint. TRUNCATE waits for readers to leave the WAL, and not as long as a commit would wait for a lock. */
export function checkpoint(
  db: Connection,
  mode: 'PASSIVE' | 'TRUNCATE',
  settings: Settings,
): { busy: number; log: number; checkpointed: number } {
  db.pragma(`busy_timeout=${settings.checkpointWaitMs}`);
  try {
    const [row] = db.pragma(`wal_checkpoint(${mode})`) as { busy: number; log: number; checkpointed: number }[];
    return row!;
  } finally {
    db.pragma(`busy_timeout=${settings.busyTimeoutMs}`);
  }
}

function prepareFile(db: Connection, settings: Settings): void {
  db.pragma(`page_size=${settings.pageSizeBytes}`);
  const found = db.pragma('application_id', { simple: true });
  const empty = db.pragma('schema_version', { simple: true }) === 0;
  if (!empty && found !== applicationId) throw new Fault('store_corrupt', 'not a Holdfast database');
  setChecked(db, 'journal_mode', 'WAL', 'wal');
  // Frames beyond this are cut off when the WAL starts over, so that one large change does not keep the disk for ever.
  db.pragma(`journal_size_limit=${settings.walHardBytes}`);
  if (found === applicationId) {
    // Fails here, with a clear error, if the file cannot be written.
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return;
  }
  db.pragma(`application_id=${applicationId}`);
}
