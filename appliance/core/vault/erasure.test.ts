// Wrapped keys that were deleted are on no page of the database, wherever splitting and merging of pages had moved them before.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keyFrom } from '../../../crypto/keys.ts';
import { systemPorts } from '../ports.ts';
import { openSqliteStore } from '../store/sqlite/sqlite.ts';
import { keyMigrations } from './testing.ts';
import { openVault, recordKeys, vaultTables } from './vault.ts';

const records = 6_000;

/** Every number once, in an order that fills and splits pages in the middle too. */
const orders: { readonly [name: string]: (at: number) => number } = {
  ascending: (at) => at + 1,
  // 1,663 and 6,000 have no common divisor.
  scattered: (at) => ((at * 1_663) % records) + 1,
};

for (const [name, idAt] of Object.entries(orders))
  test(`keys written in ${name} order and destroyed leave no byte`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-keys-'));
    const file = join(folder, 'holdfast.db');
    const store = await openSqliteStore({ file, clock: systemPorts.clock });
    await store.migrate(keyMigrations);
    const vault = await openVault({ store, root: keyFrom('root', new Uint8Array(32).fill(8)), ports: systemPorts });
    const wrapped = new Map<number, Buffer>();
    const ids = Array.from({ length: records }, (_, at) => idAt(at));
    assert.equal(new Set(ids).size, records);
    for (let at = 0; at < records; at += 100) {
      const rows = ids.slice(at, at + 100).map((id) => vault.newRecordKey(id).row);
      for (const row of rows) wrapped.set(Number(row.record_id), Buffer.from(row.wrapped as Uint8Array));
      await store.transact([{ op: 'insert', table: recordKeys, rows }]);
      await store.transact((await vault.auditKeys(ids.slice(at, at + 100).filter((id) => id % 3 === 0))).changes);
    }
    const gone = ids.filter((id) => id % 37 === 0);
    // The last bytes of an envelope are no other's.
    const onDisk = () => {
      const bytes = Buffer.concat([file, `${file}-wal`].filter(existsSync).map((path) => readFileSync(path)));
      return gone.filter((id) => bytes.includes(wrapped.get(id)!.subarray(-40))).length;
    };
    assert.equal(onDisk(), gone.length);
    for (let at = 0; at < gone.length; at += 5) await store.transact(vault.destroyRecordKeys(gone.slice(at, at + 5)));
    await store.scrub(vaultTables);
    assert.equal(onDisk(), 0);
    vault.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
