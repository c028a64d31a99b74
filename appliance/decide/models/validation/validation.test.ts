import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { categoryColumn, numberColumn } from '../../../core/matrix/matrix.ts';
import { near } from '../fixtures/testing.ts';
import {
  type Folds,
  groupFolds,
  holdout,
  outside,
  quantileStrata,
  type Split,
  sharedRows,
  splitsOf,
  steadyHoldout,
  stratifiedFolds,
} from './folds.ts';
import { foldsOfColumn } from './given-folds.ts';
import { nestedPlan } from './nested.ts';
import { resampledMean } from './repeated.ts';
import { timeSplits } from './time-splits.ts';

const labels = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 10, maxLength: 80 });
const seeds = fc.integer({ min: -1000, max: 1000 });

/** Every row once, on one side. */
function checkSplit({ train, test }: Split, rows: number): void {
  assert.deepEqual(
    [...train, ...test].sort((a, b) => a - b),
    Array.from({ length: rows }, (_, row) => row),
  );
  for (const side of [train, test])
    assert.deepEqual(
      [...side],
      [...side].sort((a, b) => a - b),
    );
}

const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

test('stratified folds: each row tested once, even over all and in each stratum', () => {
  fc.assert(
    fc.property(labels, fc.integer({ min: 2, max: 10 }), seeds, (strata, folds, seed) => {
      const parts = stratifiedFolds(strata, { folds, seed });
      const splits = splitsOf(parts);
      for (const split of splits) checkSplit(split, strata.length);
      assert.equal(new Set(splits.flatMap(({ test }) => [...test])).size, strata.length);
      assert.ok(spread(splits.map(({ test }) => test.length)) <= 1);
      for (const stratum of new Set(strata))
        assert.ok(spread(splits.map(({ test }) => [...test].filter((row) => strata[row] === stratum).length)) <= 1);
    }),
  );
});

test('a row’s fold follows its key, not its place; another seed gives other folds', () => {
  const rows = Array.from({ length: 300 }, (_, row) => ({ key: `customer ${row}`, label: row % 3 === 0 ? 1 : 0 }));
  const foldsOf = (some: typeof rows, seed: number) => {
    const { foldOf } = stratifiedFolds(
      some.map(({ label }) => label),
      { folds: 5, seed, keys: some.map(({ key }) => key) },
    );
    return new Map(some.map(({ key }, row) => [key, foldOf[row]!]));
  };
  const turned = rows.toSorted((a, b) => (a.key < b.key ? 1 : -1));
  assert.deepEqual([...foldsOf(turned, 7)].sort(), [...foldsOf(rows, 7)].sort());
  const [one, other] = [foldsOf(rows, 7), foldsOf(rows, 8)];
  assert.ok([...one].filter(([key, fold]) => other.get(key) === fold).length < 110);
});

test('group folds keep groups whole, and are as even as groups allow', () => {
  const row = fc.record({ group: fc.integer({ min: 0, max: 30 }), label: fc.integer({ min: 0, max: 1 }) });
  fc.assert(
    fc.property(fc.array(row, { minLength: 60, maxLength: 150 }), seeds, fc.boolean(), (rows, seed, stratified) => {
      const groups = rows.map(({ group }) => `g${group}`);
      fc.pre(new Set(groups).size >= 3);
      const strata = rows.map(({ label }) => label);
      const folds = groupFolds(groups, { folds: 3, seed, ...(stratified ? { strata } : {}) });
      for (const split of splitsOf(folds)) {
        checkSplit(split, rows.length);
        const tested = new Set([...split.test].map((at) => groups[at]));
        assert.ok([...split.train].every((at) => !tested.has(groups[at])));
      }
      const sizes = new Map<string, number>();
      for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
      if (!stratified) assert.ok(spread(splitsOf(folds).map(({ test }) => test.length)) <= Math.max(...sizes.values()));
      const turned = groupFolds(groups.toReversed(), { folds: 3, seed, ...(stratified ? { strata: strata.toReversed() } : {}) });
      assert.deepEqual([...turned.foldOf].reverse(), [...folds.foldOf]);
    }),
  );
  assert.throws(() => groupFolds(['a', 'a', 'b'], { folds: 3, seed: 1 }), /at least 3, got 2/);
});

test('large groups are placed first, so that small ones even out', () => {
  const groups = Array.from({ length: 27 }, (_, row) => (row < 9 ? 'large' : `small ${row}`));
  const sizes = splitsOf(groupFolds(groups, { folds: 3, seed: 2 })).map(({ test: tested }) => tested.length);
  assert.deepEqual(sizes, [9, 9, 9]);
});

test('strata of group folds even out the labels', () => {
  const groups = Array.from({ length: 1000 }, (_, row) => row >> 2);
  const strata = groups.map((group) => (group % 10 === 0 ? 1 : 0));
  const { foldOf } = groupFolds(groups, { folds: 5, seed: 3, strata });
  const positives = [0, 0, 0, 0, 0];
  strata.forEach((label, row) => {
    positives[foldOf[row]!]! += label;
  });
  assert.deepEqual(positives, [20, 20, 20, 20, 20]);
});

test('a holdout has its share of each stratum; a steady one keeps its rows when others come', () => {
  const strata = Array.from({ length: 1000 }, (_, row) => (row < 100 ? 1 : 0));
  const split = holdout(strata, { share: 0.2, seed: 5 });
  checkSplit(split, 1000);
  assert.equal(split.test.length, 200);
  const positives = [...split.test].filter((row) => strata[row] === 1).length;
  assert.ok(Math.abs(positives - 20) <= 1, `${positives}`);
  const keys = Array.from({ length: 5000 }, (_, row) => `k${row}`);
  const before = steadyHoldout(keys.slice(0, 3000), 0.25, 9);
  const after = steadyHoldout(keys, 0.25, 9);
  checkSplit(after, 5000);
  assert.deepEqual(
    [...before.test],
    [...after.test].filter((row) => row < 3000),
  );
  near(after.test.length / 5000, 0.25, 0.02, 'share');
  assert.throws(() => holdout(strata, { share: 1, seed: 1 }), RangeError);
  assert.throws(() => holdout([0, 1], { share: 0.01, seed: 1 }), /side empty/);
});

test('quantile strata are even, keep equal values together, and missing apart', () => {
  const strata = quantileStrata([5, 1, 4, 2, 3, 3, Number.NaN, 6], 4);
  assert.deepEqual([...strata], [2, 0, 2, 0, 1, 1, 4, 3]);
});

test('time splits: training before, the gap between, tests one after the other, equal times together', () => {
  const times = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 40, maxLength: 120 });
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 20 }),
      fc.boolean(),
      (all, splits, gapMs, fixed) => {
        let plan: ReturnType<typeof timeSplits>;
        try {
          plan = timeSplits(all, { splits, gapMs, ...(fixed ? { testMs: 40 } : {}) });
        } catch (error) {
          assert.match(String(error), /training and/);
          return;
        }
        assert.equal(plan.length, splits);
        plan.forEach(({ train, test, testFromMs, testToMs }, index) => {
          for (const row of train) assert.ok(all[row]! < testFromMs - gapMs);
          const inTest = all.flatMap((time, row) => (time >= testFromMs && time < testToMs ? [row] : []));
          assert.deepEqual([...test], inTest);
          if (index > 0) assert.equal(testFromMs, plan[index - 1]!.testToMs);
        });
        assert.equal(plan.at(-1)!.testToMs, Math.max(...all) + 1);
      },
    ),
  );
});

test('time splits by hand: equal parts, a sliding window, and times that are missing', () => {
  const times = [90, Number.NaN, 10, 20, 30, 40, 50, 60, 70, 80];
  const [first, second] = timeSplits(times, { splits: 2, gapMs: 5, trainMs: 28 });
  assert.deepEqual([first!.testFromMs, second!.testFromMs, second!.testToMs], [40, 70, 91]);
  assert.deepEqual([...first!.train], [2, 3, 4]);
  assert.deepEqual([...second!.train], [5, 6, 7]);
  assert.deepEqual([...second!.test], [0, 8, 9]);
  assert.throws(() => timeSplits([1, 1, 1], { splits: 1, gapMs: 0 }), /0 training and 3 test/);
});

test('folds from a column: by levels or numbers, missing takes no part', () => {
  const named = foldsOfColumn(categoryColumn('part', ['test', 'train', undefined, 'train']), 4);
  assert.deepEqual(
    [named.names, [...named.foldOf]],
    [
      ['test', 'train'],
      [0, 1, outside, 1],
    ],
  );
  const [whenTest] = splitsOf(named);
  assert.deepEqual([[...whenTest!.train], [...whenTest!.test]], [[1, 3], [0]]);
  assert.deepEqual(foldsOfColumn(numberColumn('fold', [3, 1, Number.NaN, 3]), 4).names, ['1', '3']);
  assert.throws(() => foldsOfColumn(numberColumn('fold', [3, 3]), 2), /at least 2 folds/);
});

test('a nested plan: inner parts stay inside the outer training part', () => {
  const strata = Array.from({ length: 60 }, (_, row) => row % 2);
  const outer = splitsOf(stratifiedFolds(strata, { folds: 3, seed: 1 }));
  const plan = nestedPlan(outer, (rows, index) =>
    splitsOf(
      stratifiedFolds(
        Array.from(rows, (row) => strata[row]!),
        { folds: 4, seed: index, keys: rows },
      ),
    ),
  );
  for (const { train, test, inner } of plan) {
    checkSplit({ train, test }, 60);
    assert.equal(inner.length, 4);
    for (const part of inner)
      assert.deepEqual(
        [...part.train, ...part.test].sort((a, b) => a - b),
        [...train],
      );
  }
  assert.throws(() => nestedPlan(outer, () => [{ train: sharedRows(1).fill(99), test: outer[0]!.test }]), /below 40/);
});

test('Nadeau and Bengio: the correction by hand', () => {
  const { mean, variance, pValue, low, high } = resampledMean([0.1, 0.2, 0.3, 0.2], 1 / 9);
  near(mean, 0.2, 1e-15, 'mean');
  near(variance, (1 / 4 + 1 / 9) * (0.02 / 3), 1e-15, 'variance');
  assert.ok(low < mean && mean < high && pValue > 0.01 && pValue < 0.1);
  near((high - low) / 2, 3.182446305284263 * Math.sqrt(variance), 1e-9, 'width');
  assert.equal(resampledMean([0, 0], 1).pValue, 1);
  assert.throws(() => resampledMean([1], 1), RangeError);
});

test('what cannot be folded is refused', () => {
  const refused: [Partial<{ folds: number; keys: string[] }>, RegExp][] = [
    [{ folds: 1 }, /from 2/],
    [{ folds: 4 }, /at most 3/],
    [{ keys: ['a'] }, /keys: expected 3/],
  ];
  for (const [options, message] of refused)
    assert.throws((): Folds => stratifiedFolds([0, 1, 0], { folds: 2, seed: 1, ...options }), message);
  assert.throws(() => stratifiedFolds([0, Number.NaN], { folds: 2, seed: 1 }), /NaN/);
});
