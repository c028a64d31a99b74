// Rows of a round as they are kept: the same when they are read again, whatever parts they were cut into.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryBook, MemorySpool } from '../../../federation/protocol/durable.ts';
import { seededNumbers } from '../../decide/segments/seeded.ts';
import { KeptTables } from './kept-tables.ts';

test('rows of several parts come back to the bit, with who is in them, and go when they are dropped', async () => {
  const draw = seededNumbers(11);
  for (const rows of [0, 1, 700_001]) {
    const tables = new KeptTables({ book: new MemoryBook(), spool: new MemorySpool() });
    const column = () => {
      const made = new Float32Array(new SharedArrayBuffer(rows * 4));
      for (let row = 0; row < rows; row += 1) made[row] = draw() < 0.1 ? Number.NaN : draw();
      return made;
    };
    const table = { rows, names: ['a', 'b', 'c', 'd'], columns: [column(), column(), column(), column()], labels: column() };
    await tables.keep('round', table, ['p1', 'p2']);
    const read = (await tables.read('round'))!;
    assert.deepEqual(read.names, table.names);
    for (const [at, own] of [...table.columns, table.labels].entries()) assert.deepEqual([...read.columns, read.labels][at], own);
    assert.equal(await tables.personCount('round'), 2);
    assert.ok(await tables.contains('round', new Set(['p2'])));
    await tables.drop('round');
    assert.equal(await tables.read('round'), undefined);
  }
});
