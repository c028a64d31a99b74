// The store that a node keeps its data in: the embedded one in its folder, or the PostgreSQL that the configuration names.

import { join } from 'node:path';
import type { Config } from './core/config.ts';
import { type Environment, readSecret } from './core/model/secret-reference.ts';
import type { Ports } from './core/ports.ts';
import { openPostgresStore } from './core/store/postgres/postgres.ts';
import type { FolderLock } from './core/store/sqlite/lock.ts';
import { openSqliteStore } from './core/store/sqlite/sqlite.ts';
import type { Store } from './core/store/store.ts';

/** The embedded store's file in the data folder. */
export const databaseFile = 'holdfast.db';

/** @param lock of the folder, where the caller has it; taken over */
export async function openStore(folder: string, config: Config, ports: Ports, lock?: FolderLock): Promise<Store> {
  const { cluster } = config;
  const { clock } = ports;
  const url = postgresUrl(folder, config);
  if (url === undefined) return openSqliteStore({ file: join(folder, databaseFile), clock, ...(lock && { lock }) });
  const leaseMs = cluster?.leaseSeconds === undefined ? {} : { leaseMs: cluster.leaseSeconds * 1000 };
  try {
    return await openPostgresStore({ url, clock, ...(cluster && { cluster: { name: cluster.node, ...leaseMs } }) });
  } finally {
    // The database is locked by itself.
    lock?.release();
  }
}

/** With the password that the configuration refers to: never into a log, a view or a file. Undefined where the store is SQLite. */
export function postgresUrl(
  folder: string,
  { store, storePassword }: Pick<Config, 'store' | 'storePassword'>,
  env: Environment = process.env,
): string | undefined {
  if (store === undefined || storePassword === undefined) return store;
  const url = new URL(store);
  url.password = encodeURIComponent(readSecret(storePassword, '/storePassword', folder, env));
  return url.href;
}
