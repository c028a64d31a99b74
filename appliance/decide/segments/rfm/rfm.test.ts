// Scores against a plain twin that ranks each customer by counting, with ties, bounds and unknown values; and that every score has a name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { rfmSegments, segmentOf } from './names.ts';
import { type RfmInput, rfmOfMatrix, scoreRfm } from './rfm.ts';

/** 1 + floor(5 s), where s is the share below and half of who ties. */
function plainScore(values: readonly number[], value: number, reversed: boolean): number {
  const below = values.filter((other) => (reversed ? other > value : other < value)).length;
  const equal = values.filter((other) => other === value).length;
  return Math.min(5, 1 + Math.floor((5 * (2 * below + equal)) / (2 * values.length)));
}

const rows = fc.array(fc.tuple(fc.nat(60), fc.nat(6), fc.nat(300)), { minLength: 1, maxLength: 60 });
const inputOf = (table: readonly (readonly [number, number, number])[]): RfmInput => ({
  recencyDays: table.map(([r]) => r),
  frequency: table.map(([, f]) => f),
  // Some whole and some not: values are counted or sorted.
  monetary: table.map(([, , m]) => (table.length % 2 === 0 ? m : m / 8)),
});

test('fifths: as counting gives them, the same value the same score, in any order of rows', () => {
  fc.assert(
    fc.property(rows, (table) => {
      const input = inputOf(table);
      const found = scoreRfm(input);
      table.forEach(([r, f], row) => {
        assert.equal(found.recencyScore[row], plainScore([...(input.recencyDays as number[])], r, true));
        assert.equal(found.frequencyScore[row], plainScore([...(input.frequency as number[])], f, false));
        assert.equal(found.monetaryScore[row], plainScore([...(input.monetary as number[])], input.monetary[row]!, false));
      });
      const reversed = scoreRfm(inputOf([...table].reverse()));
      assert.deepEqual([...reversed.segment].reverse(), [...found.segment]);
      assert.deepEqual(reversed.bounds, found.bounds);
    }),
  );
});

test('the bounds that fifths find give the same scores as fixed bounds', () => {
  fc.assert(
    fc.property(rows, (table) => {
      const found = scoreRfm(inputOf(table));
      const again = scoreRfm(inputOf(table), found.bounds);
      assert.deepEqual(again.recencyScore, found.recencyScore);
      assert.deepEqual(again.frequencyScore, found.frequencyScore);
      assert.deepEqual(again.monetaryScore, found.monetaryScore);
    }),
  );
});

test('without ties the fifths are equal', () => {
  const values = Float64Array.from({ length: 1000 }, (_, row) => (row * 7919) % 1000);
  const { recencyScore, frequencyScore } = scoreRfm({ recencyDays: values, frequency: values, monetary: values });
  for (const score of [1, 2, 3, 4, 5]) {
    assert.equal(frequencyScore.filter((one) => one === score).length, 200);
    assert.equal(recencyScore.filter((one) => one === score).length, 200);
  }
});

test('fixed bounds: a value on a bound belongs above it, and fewer days score higher', () => {
  const bounds = { recencyDays: [30, 90, 180, 365], frequency: [2, 3, 5, 10], monetary: [1, 2, 3, 4] } as const;
  const found = scoreRfm({ recencyDays: [29, 30, 365], frequency: [1, 2, 10], monetary: [0, 1, 4] }, bounds);
  assert.deepEqual([...found.recencyScore], [5, 4, 1]);
  assert.deepEqual([...found.frequencyScore], [1, 2, 5]);
  assert.deepEqual([...found.monetaryScore], [1, 2, 5]);
  assert.throws(
    () => scoreRfm({ recencyDays: [1], frequency: [1], monetary: [1] }, { ...bounds, monetary: [4, 3, 2, 1] }),
    /monetary/,
  );
  assert.throws(() => scoreRfm({ recencyDays: [1], frequency: [1, 2], monetary: [1] }), /length/);
});

test('who is unknown in one has no score, and shares add up without them', () => {
  const found = scoreRfm({ recencyDays: [1, Number.NaN, 9], frequency: [3, 3, 1], monetary: [50, 50, 10] });
  assert.equal(found.leftOut, 1);
  assert.equal(found.segment[1], 255);
  assert.equal(found.frequencyScore[1], 0);
  assert.equal(
    found.summary.reduce((sum, { customers }) => sum + customers, 0),
    2,
  );
  assert.ok(Math.abs(found.summary.reduce((sum, { monetaryShare }) => sum + monetaryShare, 0) - 1) < 1e-12);
});

test('every combination of scores has a segment, and the best and the worst are what they are called', () => {
  const seen = new Set<string>();
  for (const r of [1, 2, 3, 4, 5])
    for (const f of [1, 2, 3, 4, 5]) for (const m of [1, 2, 3, 4, 5]) seen.add(rfmSegments[segmentOf(r, f, m)]!.code);
  assert.equal(seen.size, rfmSegments.length);
  assert.equal(rfmSegments[segmentOf(5, 5, 5)]!.code, 'champions');
  assert.equal(rfmSegments[segmentOf(1, 1, 1)]!.code, 'hibernating');
  assert.equal(rfmSegments[segmentOf(1, 5, 5)]!.code, 'cannot_lose');
  assert.ok(rfmSegments.every(({ name, advice }) => name.zh !== '' && advice.zh !== ''));
});

test('days are counted from the time given, out of a matrix', () => {
  const day = 86_400_000;
  const matrix: Matrix = {
    rows: 3,
    columns: [
      numberColumn('last', [0, 9 * day, Number.NaN], 'f64', 'time'),
      numberColumn('orders', [1, 2, 3]),
      numberColumn('spend', [5, 6, 7]),
    ],
  };
  const input = rfmOfMatrix(matrix, { last: 'last', frequency: 'orders', monetary: 'spend' }, 8 * day);
  assert.deepEqual([...(input.recencyDays as Float64Array)], [8, 0, Number.NaN]);
  assert.throws(() => rfmOfMatrix(matrix, { last: 'orders', frequency: 'orders', monetary: 'spend' }, 0), /not a time/);
});
