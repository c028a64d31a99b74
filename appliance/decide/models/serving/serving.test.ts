// Columns of scores, the highest of them, their spread, and a challenger against a champion: pure parts, against slow twins.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawsOf } from '../numerics/chance.ts';
import { compare } from '../registry/compare.ts';
import { highest, ScoreColumn } from './columns.ts';
import { dayLimits, spreadOf } from './days.ts';

const seed = 20261128;

test('the highest are those of a sort, rows that are not wanted left out', () => {
  const draw = drawsOf(seed, 'highest');
  for (let round = 0; round < 200; round += 1) {
    const values = Float64Array.from({ length: draw() % 60 }, () => (draw() % 5 === 0 ? Number.NaN : (draw() % 20) / 20));
    const wanted = (row: number) => row % 3 !== round % 3;
    const count = 1 + (draw() % 12);
    const slow = [...values.keys()]
      .filter((row) => !Number.isNaN(values[row]!) && wanted(row))
      .sort((a, b) => values[b]! - values[a]! || a - b)
      .slice(0, count);
    assert.deepEqual(highest(values, count, wanted), slow, `seed ${seed}, round ${round}`);
  }
});

test('a run over everybody never overwrites who changed meanwhile, nor a later run', () => {
  const draw = drawsOf(seed, 'column');
  const column = new ScoreColumn();
  const model = new Map<number, number>();
  for (let round = 0; round < 300; round += 1) {
    const take = column.begin();
    const touched = new Set<number>();
    for (let step = draw() % 6; step > 0; step -= 1) {
      const [row, value] = [draw() % 40, draw() % 4 === 0 ? Number.NaN : draw() % 9];
      column.set(row, value, round);
      model.set(row, value);
      touched.add(row);
    }
    const late = round % 5 === 0 ? column.begin() : undefined;
    for (let row = 0; row < 40; row += 1) {
      const changed = take(row, row + round, round);
      if (late) assert.equal(changed, false, 'a run that another came after');
      else if (!touched.has(row)) model.set(row, row + round);
    }
    for (let row = 0; row < 40; row += 1)
      assert.deepEqual(column.at(row)?.value ?? Number.NaN, model.get(row) ?? Number.NaN, `seed ${seed}, round ${round}`);
  }
});

test('a spread counts everybody once', () => {
  const spread = spreadOf([0, 1, 0.5, Number.NaN, 0.499, 0.999], true);
  assert.equal(spread.customers, 5);
  assert.deepEqual([spread.counts[0], spread.counts[49], spread.counts[50], spread.counts[99]], [1, 1, 1, 2]);
  const values = spreadOf([10, 20, 30], false);
  assert.deepEqual([values.from, values.to, values.mean, values.counts.length], [10, 30, 20, dayLimits.bins]);
  assert.equal(
    values.counts.reduce((sum, count) => sum + count, 0),
    3,
  );
  assert.equal(spreadOf([], true).customers, 0);
  assert.equal(spreadOf([7, 7], false).counts[0], 2, 'all alike');
});

test('a challenger is better only where chance would hardly make it look so', () => {
  const labels = Uint8Array.from({ length: 400 }, (_, row) => (row % 4 === 0 ? 1 : 0));
  const draw = drawsOf(seed, 'compare');
  const noise = () => draw() / 2 ** 32;
  const weak = Float64Array.from(labels, (label) => 0.5 * noise() + 0.1 * label);
  const challenger = { rows: 400, positives: 100, logLoss: 0.3 };
  const against = (rocAuc: number) => compare({ ...challenger, rocAuc }, { version: 2, scores: weak, hadSeen: false }, labels);
  const champion = against(0.9).champion.rocAuc;
  assert.equal(against(0.99).verdict, 'better');
  assert.equal(against(champion + 0.01).verdict, 'alike');
  assert.equal(against(0.4).verdict, 'worse');
  const { difference } = against(0.8);
  assert.ok(difference.low < difference.value && difference.value < difference.high);
  assert.ok(Math.abs(difference.value - (0.8 - champion)) < 1e-12);
});
