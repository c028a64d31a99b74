// Reading the port's SQL, and the cache that keeps what was read within bounds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lru } from './lru.ts';
import { parseSql } from './sql.ts';

test('parameters and sets are found, each once by name', () => {
  const { parts, slots, names } = parseSql('SELECT a FROM t WHERE a = :a AND b IN ( :set ) AND c not  in(:set) OR a < :a');
  assert.deepEqual(parts, ['SELECT a FROM t WHERE a = ', ' AND b ', ' AND c ', ' OR a < ', '']);
  assert.deepEqual(slots, [
    { name: 'a', place: 'value' },
    { name: 'set', place: 'in' },
    { name: 'set', place: 'not in' },
    { name: 'a', place: 'value' },
  ]);
  assert.deepEqual(names, ['a', 'set']);
});

test('what only looks like a parameter is left alone', () => {
  for (const sql of [
    `SELECT 'it''s :no'`,
    'SELECT ":no"',
    'SELECT 1 -- :no',
    'SELECT /* :no \n :nor */ 1',
    'SELECT x::text',
    `SELECT 'IN (:no)'`,
  ]) {
    assert.deepEqual(parseSql(sql).slots, [], sql);
  }
});

test('whatever the text, its pieces and slots put together are the text', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    ':a',
    ':b ',
    '--',
    '\n',
    '/*',
    '*/',
    'IN (:s)',
    'NOT IN (:s)',
    'BIN (x)',
    '::',
    ' x ',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const sql = pieces.join(' ');
      const { parts, slots } = parseSql(sql);
      assert.equal(parts.length, slots.length + 1);
      const length =
        parts.join('').length + slots.reduce((sum, slot) => sum + (slot.place === 'value' ? slot.name.length + 1 : 0), 0);
      const sets = slots.filter((slot) => slot.place !== 'value').reduce((sum, slot) => sum + (slot.place === 'in' ? 7 : 11), 0);
      assert.equal(length + sets, sql.length);
    }),
  );
});

test('a name that is a value here and a set there is refused', () => {
  assert.throws(() => parseSql('SELECT 1 WHERE :a IN (:a)'), TypeError);
});

test('the cache drops what was not used for longest, and holds no more than its limit', () => {
  const cache = new Lru<string, number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  assert.equal(cache.get('a'), 1);
  cache.set('c', 3);
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.size, 2);
});
