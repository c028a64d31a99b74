import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSeal } from '../seal.ts';
import { seededRandom } from '../testing.ts';
import { decryptSums, encryptRows, newRowKeys, openRows } from './columns.ts';
import { columnOf, plainSums, valuesOf } from './testing.ts';

const { memoryBytes } = await loadSeal();
const rows = 300;
const keys = await newRowKeys(seededRandom('memory'));
const values = valuesOf('memory', rows, 1000);
const columns = [columnOf('memory', rows, 32)];
const encrypted = await encryptRows(keys.secretKey, values, seededRandom('memory rows'));

test('two hundred answers do not make SEAL’s memory grow', async () => {
  using open = await openRows(keys.publicKey, [encrypted], rows);
  const answer = () => {
    const sums = decryptSums(keys.secretKey, open.sums(columns)[0]!, [32], rows);
    assert.deepEqual(sums, [plainSums(columns[0]!, values)]);
  };
  for (let i = 0; i < 10; i += 1) answer();
  const before = memoryBytes();
  for (let i = 0; i < 200; i += 1) answer();
  assert.equal(memoryBytes(), before);
});

test('neither do keys, encryptions, rows that are opened, and bytes that are refused', async () => {
  const bad = new Uint8Array(encrypted[1]!).fill(255, 100);
  const work = async () => {
    const { publicKey, secretKey } = await newRowKeys();
    using open = await openRows(publicKey, [await encryptRows(secretKey, values), await encryptRows(secretKey, values)], rows);
    assert.equal(open.rows, rows);
    await assert.rejects(openRows(keys.publicKey, [[encrypted[0]!, bad]], rows));
    await assert.rejects(openRows(publicKey, [encrypted], rows));
    assert.throws(() => open.sums([{ bins: new Uint16Array(rows).fill(9), count: 9 }]));
  };
  for (let i = 0; i < 6; i += 1) await work();
  const before = memoryBytes();
  for (let i = 0; i < 25; i += 1) await work();
  assert.equal(memoryBytes(), before);
});
