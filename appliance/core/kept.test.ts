import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptAnswers, keptLimits } from './kept.ts';

const everybody = Uint8Array.of(1, 1, 0, 1);

test('an answer is given again to the same question of the same people, until it is too old', () => {
  const kept = new KeptAnswers();
  kept.put('a', everybody, { atMs: 1000 });
  assert.deepEqual(kept.get('a', Uint8Array.from(everybody), 1000 + keptLimits.forMs - 1), { atMs: 1000 });
  assert.equal(kept.get('b', everybody, 1000), undefined);
  assert.equal(kept.get('a', everybody, 1000 + keptLimits.forMs), undefined);
  assert.equal(kept.get('a', everybody, 1000), undefined, 'what was too old once is gone');
});

test('it is gone as soon as one person more or less may be used, and when the clock was put back', () => {
  const kept = new KeptAnswers();
  for (const others of [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 1, 1, 1), Uint8Array.of(1, 1, 0, 1, 0)]) {
    kept.put('a', everybody, { atMs: 1000 });
    assert.equal(kept.get('a', others, 1000), undefined);
  }
  kept.put('a', everybody, { atMs: 1000 });
  assert.equal(kept.get('a', everybody, 999), undefined);
});

test('no more are kept than there is room for: the oldest goes', () => {
  const kept = new KeptAnswers();
  for (let at = 0; at <= keptLimits.answers; at += 1) kept.put(`${at}`, everybody, { atMs: at });
  assert.equal(kept.get('0', everybody, 20), undefined);
  assert.deepEqual(kept.get('1', everybody, 20), { atMs: 1 });
});
