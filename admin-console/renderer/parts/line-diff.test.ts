// A diff put back together gives both texts, whatever they were; and it is short where little changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines, nearChanges } from './line-diff.ts';

test('old lines are those that stay or go, new lines those that stay or come', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (old, now) => {
      const lines = diffLines(old, now);
      const side = (kind: 'gone' | 'new') =>
        lines.filter((line) => line.kind === 'same' || line.kind === kind).map((line) => line.text);
      const read = (one: string) => (one === '' ? [] : one.replace(/\n$/, '').split('\n'));
      assert.deepEqual(side('gone'), read(old));
      assert.deepEqual(side('new'), read(now));
      for (const { kind, old: before, now: after } of lines) {
        assert.equal(before === undefined, kind === 'new');
        assert.equal(after === undefined, kind === 'gone');
      }
    }),
  );
});

test('one line of many that changed is told with what stands around it alone', () => {
  const lines = Array.from({ length: 50 }, (_, at) => `line ${at}`);
  const changed = lines.with(20, 'another');
  const diff = diffLines(lines.join('\n'), changed.join('\n'));
  assert.deepEqual(
    diff.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => [kind, text]),
    [
      ['gone', 'line 20'],
      ['new', 'another'],
    ],
  );
  const shown = nearChanges(diff);
  assert.equal(shown.length, 3 + 2 + 3 + 2);
  assert.equal(shown[0], undefined);
  assert.equal(shown.at(-1), undefined);
  assert.deepEqual(nearChanges(diffLines('a', 'a')), [undefined]);
});

test('one changed line of a document is one that goes and one that comes', () => {
  const lines = diffLines('{\n"a": 1,\n"b": 2,\n"c": 3\n}', '{\n"a": 1,\n"b": 4,\n"c": 3\n}');
  assert.deepEqual(
    lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => [kind, text]),
    [
      ['gone', '"b": 2,'],
      ['new', '"b": 4,'],
    ],
  );
});

test('far from changes, lines are left out once', () => {
  const many = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  const changed = many.with(20, 'another');
  const shown = nearChanges(diffLines(many.join('\n'), changed.join('\n')));
  assert.deepEqual(
    shown.map((line) => line?.text),
    [undefined, 'line 17', 'line 18', 'line 19', 'line 20', 'another', 'line 21', 'line 22', 'line 23', undefined],
  );
});
