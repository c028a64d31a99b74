// Stopping by a summed loss: the words hold what the fullest members send, and the best weights are kept for as long as patience says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHeldLoss, encodeHeldLoss, heldLimits, memberLimit, type Watch, watch, wordHalf } from './averaging.ts';

test('the fullest sums of 255 members come back', () => {
  const rows = heldLimits.rows;
  const words = encodeHeldLoss({ rows, steps: rows * heldLimits.mostNats * heldLimits.stepsOfNat });
  assert.ok(words.every((word) => Math.abs(word) * memberLimit <= wordHalf));
  assert.deepEqual(decodeHeldLoss(words.map((word) => word * memberLimit)), {
    rows: rows * memberLimit,
    mean: heldLimits.mostNats,
  });
  assert.equal(decodeHeldLoss(encodeHeldLoss({ rows: 4, steps: heldLimits.stepsOfNat })).mean, 0.25);
});

test('what no rows have is refused', () => {
  assert.throws(() => encodeHeldLoss({ rows: 1, steps: 16 * 0x8000 + 1 }), /steps/);
  assert.throws(() => encodeHeldLoss({ rows: 1, steps: Number.NaN }), /steps/);
  assert.throws(() => decodeHeldLoss(encodeHeldLoss({ rows: 0, steps: 0 })), /rows/);
  assert.throws(() => decodeHeldLoss(Int32Array.of(1, 0, -5, 0)), /steps/);
  assert.throws(() => decodeHeldLoss(new Int32Array(3)), /words/);
});

test('it keeps the best weights and stops when patience is at its end', () => {
  let state: Watch | undefined;
  const seen: [number, number, boolean][] = [];
  for (const [round, mean] of [0.7, 0.5, 0.6, 0.5, 0.4, 0.4, 0.41, 0.5].entries()) {
    state = watch(state, Float64Array.of(round), mean, 3);
    seen.push([state.best[0]!, state.since, state.stop]);
  }
  assert.deepEqual(seen, [
    [0, 0, false],
    [1, 0, false],
    [1, 1, false],
    [1, 2, false],
    [4, 0, false],
    [4, 1, false],
    [4, 2, false],
    [4, 3, true],
  ]);
});
