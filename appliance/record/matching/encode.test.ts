// What of a table becomes evidence: words for nobody do not, a surname alone is told from a given name, the origin of rows is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EncodedTable, encodeTable, valueText } from './encode.ts';
import type { FieldKind } from './kinds.ts';

function encoded(columns: { [field in FieldKind]?: (string | null)[] }, sources?: number[], linkOnly = false): EncodedTable {
  const rowCount = Object.values(columns)[0]!.length;
  const named = Object.entries(columns).map(([field, values]) => ({ field: field as FieldKind, values }));
  return encodeTable({ rowCount, columns: named, ...(sources && { sources: Int32Array.from(sources) }) }, { linkOnly });
}

/** The values of a field in the order of the caller's rows. */
function valuesOf(table: EncodedTable, kind: FieldKind): (string | null)[] {
  const field = table.fields.find((one) => one.kind === kind)!;
  const values: (string | null)[] = [];
  table.rowOf.forEach((row, at) => {
    values[row] = field.codes[at]! < 0 ? null : valueText(field, field.codes[at]!);
  });
  return values;
}

test('words that say there is no name are no names', () => {
  const table = encoded({ fullName: ['王小明', '匿名', '游客', '用户8231', 'Test User', 'Guest', '李芳'] });
  assert.deepEqual(valuesOf(table, 'givenName'), ['小明', null, null, null, null, null, '芳']);
  assert.deepEqual(valuesOf(table, 'surname'), ['王', null, null, null, null, null, '李']);
  const parts = encoded({ givenName: ['Test', 'Edgar', 'guest', 'Ann'], surname: ['User', 'Guest', null, 'Lee'] });
  assert.deepEqual(valuesOf(parts, 'givenName'), [null, 'edgar', null, 'ann']);
  assert.deepEqual(valuesOf(parts, 'surname'), [null, 'guest', null, 'lee']);
});

test('a lone character is the surname or the given name that it is in the whole names of the column', () => {
  const table = encoded({ fullName: ['王小明', '王芳', '王', '张红', '李红', '红', '诸葛亮', '诸葛'] });
  assert.deepEqual(valuesOf(table, 'surname'), ['王', '王', '王', '张', '李', null, '诸葛', '诸葛']);
  assert.deepEqual(valuesOf(table, 'givenName'), ['小明', '芳', null, '红', '红', '红', '亮', null]);
});

test('where rows come from is evidence, unless only rows of different origin are compared or all are of one', () => {
  const names = ['Ann Lee', 'Bob Ray', 'Cid Fox'];
  const has = (table: EncodedTable) => table.fields.some(({ kind }) => kind === 'source');
  assert.deepEqual(valuesOf(encoded({ fullName: names }, [7, 7, 9]), 'source'), ['7', '7', '9']);
  assert.equal(has(encoded({ fullName: names }, [7, 7, 9], true)), false);
  assert.equal(has(encoded({ fullName: names }, [7, 7, 7])), false);
  assert.equal(has(encoded({ fullName: names })), false);
});
