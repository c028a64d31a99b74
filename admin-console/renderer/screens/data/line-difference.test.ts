// What two texts differ in: taking the lines of one side gives that side back, and common lines are not told as changed.

/// <reference types="node" />
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aroundChanges, linesBetween } from './line-difference.ts';

test('each side can be read back out of the difference', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = linesBetween(before, after);
      const side = (other: 'before' | 'after') =>
        lines
          .filter((line) => line.in !== other)
          .map((line) => line.text)
          .join('\n');
      assert.equal(side('after'), before);
      assert.equal(side('before'), after);
    }),
  );
});

test('one changed line among many is one removed and one added', () => {
  const lines = linesBetween('{\n"a": 1,\n"b": 2,\n"c": 3\n}', '{\n"a": 1,\n"b": 4,\n"c": 3\n}');
  assert.deepEqual(
    lines.filter((line) => line.in !== 'both'),
    [
      { text: '"b": 2,', in: 'before' },
      { text: '"b": 4,', in: 'after' },
    ],
  );
});

test('far from changes, lines are left out once', () => {
  const many = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  const changed = many.with(20, 'another');
  const shown = aroundChanges(linesBetween(many.join('\n'), changed.join('\n')));
  assert.deepEqual(
    shown.map(({ line }) => line?.text),
    [undefined, 'line 17', 'line 18', 'line 19', 'line 20', 'another', 'line 21', 'line 22', 'line 23', undefined],
  );
});
