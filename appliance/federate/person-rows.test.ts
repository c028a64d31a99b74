// Lists of persons with a number each: written, changed, and without whoever is erased.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryBook, MemorySpool } from '../../federation/protocol/durable.ts';
import { type PersonRow, PersonRows } from './person-rows.ts';

test('rows come back in their order, also over many parts', async () => {
  const rows = new PersonRows<{ count: number }>({ book: new MemoryBook(), spool: new MemorySpool() }, 'test-rows');
  const many = Array.from({ length: 25_000 }, (_, at): PersonRow => [2 * at, -at / 3]);
  await rows.keep('one', many, { count: many.length });
  assert.deepEqual(await rows.rows('one'), many);
  assert.deepEqual(await rows.about('one'), { count: 25_000 });
  await rows.keep('one', many.slice(0, 3), { count: 3 });
  assert.deepEqual(await rows.rows('one'), many.slice(0, 3));
  assert.deepEqual(await rows.rows('other'), []);
  assert.equal(await rows.about('other'), undefined);
});

test('whoever is erased is in no list, and nothing of them in the spool', async () => {
  const spool = new MemorySpool();
  const rows = new PersonRows<string>({ book: new MemoryBook(), spool }, 'test-rows');
  await rows.keep(
    'one',
    Array.from({ length: 10_005 }, (_, at): PersonRow => [at % 10_001, at]),
    'a',
  );
  await rows.keep('two', [[7, 1]], 'b');
  assert.equal(await rows.erasePersons([0, 7, 99_999]), 4);
  const left = await rows.rows('one');
  assert.equal(left.length, 10_005 - 3);
  assert.ok(!left.some(([person]) => person === 0 || person === 7));
  assert.deepEqual(await rows.rows('two'), []);
  assert.deepEqual(await rows.keys(), ['one', 'two']);
  await rows.forget('one');
  assert.deepEqual(await rows.rows('one'), []);
});
