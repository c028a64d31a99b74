// What is read of JSON that is being typed, and what changed between two documents: applied, the changes make the second of the first.

/// <reference types="node" />
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, isMasked, readJson, valueAt } from './json-document.ts';

test('a mistake is told with its line, and a list is no document', () => {
  const wrong = readJson('{\n  "a": 1,\n  "b": oops\n}');
  assert.equal('line' in wrong && wrong.line, 3);
  assert.ok(!('document' in readJson('[1]')));
  assert.deepEqual(readJson('{"a":1}'), { document: { a: 1 } });
});

test('only what changed is a change, by its path', () => {
  const before = {
    kind: 'track',
    traits: { phone: '138****5678', age: 'old' },
    properties: { items: [{ sku: 'a' }, { sku: 'b' }] },
    gone: 1,
  };
  const after = {
    kind: 'track',
    traits: { phone: '138****5678', age: 41 },
    properties: { items: [{ sku: 'a' }, { sku: 'c' }] },
    fresh: { a: 1 },
  };
  assert.deepEqual(changesOf(before, after), [
    { path: ['traits', 'age'], value: 41 },
    { path: ['properties', 'items', '1', 'sku'], value: 'c' },
    { path: ['gone'] },
    { path: ['fresh'], value: { a: 1 } },
  ]);
  assert.deepEqual(changesOf(before, structuredClone(before)), []);
  assert.deepEqual(changesOf({ list: [1, 2] }, { list: [1] }), [{ path: ['list'], value: [1] }]);
});

test('what stands for a hidden value is known, wherever it is', () => {
  for (const value of ['***', '138****5678', { a: ['x', '**'] }, 'w***@example.com'])
    assert.ok(isMasked(value), JSON.stringify(value));
  for (const value of ['13800138001', 5, null, { a: ['x'] }, 'a * b']) assert.ok(!isMasked(value), JSON.stringify(value));
  assert.equal(valueAt({ properties: { items: [{ sku: 'a' }] } }, ['properties', 'items', '0', 'sku']), 'a');
});
