// A dictionary's fields as rows and back: nothing of the document is lost by looking at it in a table.

/// <reference types="node" />
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf, twice, withRows } from './dictionary-rows.ts';

const document = {
  version: 1,
  region: 'CN',
  fields: {
    'traits.cellNo': { to: 'traits.phone', as: 'phone', strict: true },
    'traits.cname': 'traits.name',
    'traits.grade': { to: 'traits.memberLevel', values: { '01': 'gold', '02': 5 } },
    'properties.amount': { to: ['properties.total', 'properties.paid'], as: 'number', keep: true, kinds: ['track'] },
    'traits.age': { as: 'number' },
  },
  unknown: { properties: 'drop' },
};

test('a document comes back from its rows as it was', () => {
  assert.equal(JSON.stringify(withRows(document, rowsOf(document))), JSON.stringify(document));
  assert.deepEqual(withRows({ version: 1 }, rowsOf({ version: 1 })), { version: 1 });
});

test('a row that is added, changed or left empty', () => {
  const [first] = rowsOf(document);
  const empty = { ...first!, key: 9, from: ' ', to: '', as: '', strict: false };
  assert.deepEqual(withRows({ version: 1 }, [{ ...first!, from: 'traits.tel', strict: false }, empty]), {
    version: 1,
    fields: { 'traits.tel': { to: 'traits.phone', as: 'phone' } },
  });
  assert.deepEqual(twice([first!, { ...first!, key: 8 }, empty]), ['traits.cellNo']);
});
