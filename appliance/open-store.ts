// The store that a node keeps its data in: the embedded one in its folder, or the PostgreSQL that the configuration names.

import { join } from 'node:path';
import type { Config } from './core/config.ts';
import type { Ports } from './core/ports.ts';
import { openPostgresStore } from './core/store/postgres/postgres.ts';
import { openSqliteStore } from './core/store/sqlite/sqlite.ts';
import type { Store } from './core/store/store.ts';

/** The embedded store's file in the data folder. */
export const databaseFile = 'holdfast.db';

export async function openStore(folder: string, config: Config, ports: Ports): Promise<Store> {
  const { cluster, store } = config;
  if (store !== undefined) {
    const leaseMs = cluster?.leaseSeconds === undefined ? {} : { leaseMs: cluster.leaseSeconds * 1000 };
    return openPostgresStore({ url: store, clock: ports.clock, ...(cluster && { cluster: { name: cluster.node, ...leaseMs } }) });
  }
  return openSqliteStore({ file: join(folder, databaseFile), clock: ports.clock });
}
