// What two rows compare to, field by field: the levels people would expect, and that order does not matter.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createComparer } from './compare.ts';
import { encodeTable } from './encode.ts';
import { type FieldKind, kinds, missingLevel } from './kinds.ts';

function levelsOf(fields: FieldKind[], left: (string | null)[], right: (string | null)[]): string[] {
  const columns = fields.map((field, f) => ({ field, values: [left[f]!, right[f]!] }));
  const table = encodeTable({ rowCount: 2, columns }, { keepAll: true });
  const levels = new Uint8Array(table.fields.length);
  createComparer(table).compare(0, 1, levels, 0);
  return table.fields.map((field, f) => (levels[f] === missingLevel ? 'missing' : kinds[field.kind].levels[levels[f]!]!.name));
}

const level = (kind: FieldKind, a: string, b: string): string => levelsOf([kind], [a], [b])[0]!;

const expected: [FieldKind, string, string, string][] = [
  ['givenName', 'Robert', 'ROBERT ', 'exact'],
  ['givenName', 'Robert', 'Bob', 'equivalent'],
  ['givenName', 'Robert', 'Robret', 'typing error'],
  ['givenName', 'R', 'Robert', 'part'],
  ['givenName', 'Robert', 'Alice', 'different'],
  ['givenName', '小明', 'Xiaoming', 'equivalent'],
  ['givenName', '小明', '明', 'part'],
  ['givenName', '小明', '晓明', 'typing error'],
  ['givenName', '志明', '志华', 'similar'],
  ['givenName', '志明', '明志', 'similar'],
  ['givenName', '志明', '明华', 'different'],
  ['surname', '張', '张', 'exact'],
  ['surname', '王', 'Wang', 'equivalent'],
  ['surname', '王', '李', 'different'],
  ['birthDate', '1971-06-24', '24/06/1971', 'exact'],
  ['birthDate', '1971年6月24日', '19710624', 'exact'],
  ['birthDate', '1971-04-06', '1971-06-04', 'day and month swapped'],
  ['birthDate', '1971-06-24', '1971-05-24', 'one digit'],
  ['birthDate', '1971-06-24', '1991-12-03', 'different'],
  ['phone', '+86 138 1234 5678', '13812345678', 'exact'],
  ['phone', '021-62345678', '62345678', 'same ending'],
  ['phone', '13812345678', '13812354678', 'typing error'],
  ['email', 'evie.dean56@harris.com', 'Evie.Dean56@harris.com', 'exact'],
  ['email', 'evie.dean56@harris.com', 'evie.dean56@haris.org', 'same name part'],
  ['email', 'evie.dean56@harris.com', 'evie.daen56@harris.com', 'typing error'],
  ['email', 'evie.dean56@harris.com', 'tom@else.org', 'different'],
  ['email', 'h.k@sharp.com', 'f.j@sharp.com', 'different'],
  ['street', 'Pridham Street', 'pridhamstreet', 'typing error'],
  ['street', 'High St', 'High Street', 'exact'],
  ['nationalId', '11010519491231002X', '110105 19491231 002x', 'exact'],
  ['nationalId', '110105194912310021', '110105194912310012', 'typing error'],
  ['gender', '男', 'M', 'exact'],
  ['address', '上海市浦东新区世纪大道100号5栋302室', '浦东新区世纪大道100号5栋302室', 'same numbers, alike'],
  ['address', '上海市浦东新区世纪大道100号5栋302室', '北京市海淀区学府路7号', 'different'],
  ['company', 'Acme Ltd.', 'ACME Limited', 'exact'],
];

test('values compare as a person would say', () => {
  for (const [kind, a, b, name] of expected) {
    assert.equal(level(kind, a, b), name, `${kind}: ${a} and ${b}`);
    assert.equal(level(kind, b, a), name, `${kind}: ${b} and ${a}`);
  }
});

test('a missing value says nothing', () => {
  assert.deepEqual(levelsOf(['givenName', 'phone'], ['Ann', null], [null, '13812345678']), ['missing', 'missing']);
  assert.equal(levelsOf(['givenName'], ['n/a'], ['Ann'])[0], 'missing');
});

test('given name and surname that changed places count once', () => {
  assert.deepEqual(levelsOf(['givenName', 'surname'], ['Isla', 'Hall'], ['Hall', 'Isla']), ['swapped', 'missing']);
  assert.deepEqual(levelsOf(['givenName', 'surname'], ['Hall', null], ['Isla', 'Hall']), ['swapped', 'missing']);
});

test('one name column is split, in either language and either order', () => {
  const both = (a: string, b: string) => levelsOf(['fullName'], [a], [b]);
  assert.deepEqual(both('王小明', 'Wang Xiaoming'), ['equivalent', 'equivalent']);
  assert.deepEqual(both('王小明', 'Xiaoming Wang'), ['equivalent', 'equivalent']);
  assert.deepEqual(both('王小明', '小明'), ['exact', 'missing']);
  assert.deepEqual(both('王小明', '王先生'), ['missing', 'exact']);
  assert.deepEqual(both('欧阳娜娜', '歐陽娜娜'), ['exact', 'exact']);
  assert.deepEqual(both('Dr Robert Smith', 'Smith, Bob'), ['equivalent', 'exact']);
});

test('comparing is symmetric for any text in any kind', () => {
  const every = Object.keys(kinds) as FieldKind[];
  const cell = fc.option(
    fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 8 }), fc.stringMatching(/^[0-9-]{0,12}$/)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...every), cell, cell, (kind, a, b) => {
      assert.deepEqual(levelsOf([kind], [a], [b]), levelsOf([kind], [b], [a]));
    }),
    { numRuns: 600 },
  );
});
