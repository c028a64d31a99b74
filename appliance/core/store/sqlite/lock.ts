// One node per data folder. The lock is SQLite's own, on a tiny database beside the real one, held for the life of the
// process: the operating system drops it with the process, kill -9 included, so that no stale lock is ever left.

import Database from 'better-sqlite3';
import { Fault } from '../../errors.ts';

export type FolderLock = { release(): void };

/**
 * Nothing else in this process may open or copy the lock file: closing any descriptor of it would drop the POSIX lock.
 * @throws {Fault} `store_in_use`, `store_read_only`
 */
export function lockFolder(file: string): FolderLock {
  let db: Database.Database;
  try {
    db = new Database(`${file}.lock`, { timeout: 0 });
  } catch (error) {
    throw new Fault('store_read_only', `${file}.lock`, { cause: error });
  }
  try {
    db.pragma('journal_mode=MEMORY');
    db.pragma('locking_mode=EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('SQLITE_BUSY')) throw new Fault('store_in_use', file, { cause: error });
    throw new Fault(code.startsWith('SQLITE_NOTADB') ? 'store_corrupt' : 'store_read_only', `${file}.lock`, { cause: error });
  }
  return { release: () => db.close() };
}
