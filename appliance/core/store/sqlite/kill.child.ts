// Run as a process of its own by faults.test.ts, to be killed in the middle of its writing: says each set that was
// answered, one number a line.

import { things } from '../contract-fixtures.ts';
import { openSqliteStore } from './sqlite.ts';

/** Rows of one set; the parent counts them. */
const rowsOfSet = 20;

const store = await openSqliteStore({ file: process.argv[2]!, walSoftBytes: 256 * 1024 });
let next = Number(process.argv[3]);
const body = Buffer.alloc(1000, 1);

async function writeForEver(): Promise<void> {
  for (;;) {
    const set = next++;
    const rows = Array.from({ length: rowsOfSet }, (_, i) => ({ id: set * rowsOfSet + i, weight: set, label: null, body }));
    await store.transact([
      { op: 'insert', table: things, rows: rows.slice(0, 10) },
      { op: 'insert', table: things, rows: rows.slice(10) },
    ]);
    process.stdout.write(`${set}\n`);
  }
}

await Promise.all([writeForEver(), writeForEver(), writeForEver()]);
