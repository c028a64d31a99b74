// The store that a node keeps its data in: the embedded one in its folder, or the PostgreSQL that the configuration names.

import { join } from 'node:path';
import type { Config } from './core/config.ts';
import type { Ports } from './core/ports.ts';
import { openPostgresStore } from './core/store/postgres/postgres.ts';
import type { FolderLock } from './core/store/sqlite/lock.ts';
import { openSqliteStore } from './core/store/sqlite/sqlite.ts';
import type { Store } from './core/store/store.ts';

/** The embedded store's file in the data folder. */
export const databaseFile = 'holdfast.db';

/** @param lock of the folder, where the caller has it; taken over */
export async function openStore(folder: string, config: Config, ports: Ports, lock?: FolderLock): Promise<Store> {
  if (config.store === undefined)
    return openSqliteStore({ file: join(folder, databaseFile), clock: ports.clock, ...(lock && { lock }) });
  try {
    return await openPostgresStore({ url: config.store, clock: ports.clock });
  } finally {
    // The database is locked by itself.
    lock?.release();
  }
}
