// A store for tests: a real SQLite in a temporary folder that is gone when it closes.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore, type SqliteOptions } from './sqlite/sqlite.ts';
import type { Migration, Store } from './store.ts';

/** A fresh store, with the given migrations applied. */
export async function openTestStore(
  options: Partial<SqliteOptions> & { migrations?: readonly Migration[] } = {},
): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
  const { migrations = [], ...rest } = options;
  const store = await openSqliteStore({ file: join(folder, 'holdfast.db'), ...rest });
  await store.migrate(migrations);
  const close = store.close.bind(store);
  store.close = async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  };
  return store;
}
