// Newton's method by shared sums, on rows that this file sums itself the slow way: any split ends at the same weights, which no other weights
// beat; columns that are combinations of others, classes that are apart, and members that drop out do it no harm.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeLogisticSums,
  encodeLogisticSums,
  type LogisticSums,
  type NewtonSettings,
  type NewtonState,
  newtonWords,
  nextNewton,
  startNewton,
  wordHalf,
} from './averaging.ts';

type Row = { x: readonly number[]; label: 0 | 1 };

/** Deterministic numbers without a stream to carry: the fraction of a large sine is good enough here. */
const noise = (at: number) => Math.abs(Math.sin(at * 12.9898 + 78.233) * 43758.5453) % 1;
const normal = (at: number) => Math.sqrt(-2 * Math.log(noise(at) + 1e-12)) * Math.cos(2 * Math.PI * noise(at + 0.5));

/** Standardised columns, as the codec counts on. */
function rowsOf(count: number, columns: number, seed: number, strength = 1): Row[] {
  const raw = Array.from({ length: count }, (_, row) =>
    Array.from({ length: columns }, (_, column) => normal(seed * 7919 + row * 31 + column) + 0.5 * normal(seed * 104729 + row)),
  );
  const standard = raw.map((x) =>
    x.map((value, column) => {
      const of = raw.map((each) => each[column]!);
      const mean = of.reduce((sum, each) => sum + each, 0) / count;
      return (value - mean) / Math.sqrt(of.reduce((sum, each) => sum + (each - mean) ** 2, 0) / count);
    }),
  );
  return standard.map((x, row) => {
    const margin = x.reduce((sum, value, column) => sum + (strength * value) / (1 + column), -1);
    return { x, label: noise(seed * 13 + row) < 1 / (1 + Math.exp(-margin)) ? 1 : 0 };
  });
}

function sumsOf(rows: readonly Row[], weights: Float64Array): LogisticSums {
  const size = weights.length;
  const gradient = new Float64Array(size);
  const curvature = new Float64Array((size * (size + 1)) / 2);
  let loss = 0;
  for (const { x, label } of rows) {
    const cells = [...x, 1];
    const margin = cells.reduce((sum, value, at) => sum + value * weights[at]!, 0);
    const p = 1 / (1 + Math.exp(-margin));
    loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(margin, 0) - label * margin;
    let at = 0;
    for (let i = 0; i < size; i += 1) {
      gradient[i]! += (p - label) * cells[i]!;
      for (let j = i; j < size; j += 1, at += 1) curvature[at]! += p * (1 - p) * cells[i]! * cells[j]!;
    }
  }
  return { rows: rows.length, loss, gradient, curvature };
}

/** Through the words of a secure sum, as members do it. @param present the parts of each sum: members that have not dropped out */
function train(parts: readonly Row[][], settings: NewtonSettings, present = (_: number) => parts): NewtonState {
  const all = parts.flat();
  const columns = all[0]!.x.length;
  let state = startNewton(columns, { rows: all.length, positives: all.filter(({ label }) => label === 1).length });
  while (!state.done) {
    const words = present(state.sums).map((rows) => encodeLogisticSums(sumsOf(rows, state.weights), all.length));
    const sum = Int32Array.from(words[0]!, (_, at) => words.reduce((total, each) => total + each[at]!, 0));
    state = nextNewton(settings, state, decodeLogisticSums(sum, columns, all.length));
  }
  return state;
}

const split = (rows: readonly Row[], parts: number) =>
  Array.from({ length: parts }, (_, part) => rows.filter((_, row) => Math.floor((row * row) / 7) % parts === part));
const meanGradient = (rows: readonly Row[], weights: Float64Array, lambda: number) =>
  sumsOf(rows, weights).gradient.map((sum, at) => sum / rows.length + (at < weights.length - 1 ? lambda * weights[at]! : 0));
const furthest = (one: Float64Array, other: Float64Array) => Math.max(...one.map((value, at) => Math.abs(value - other[at]!)));

test('three to five members end at the pooled weights to 1e-9, in under ten sums, and the gradient is 0 there', () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const rows = rowsOf(200 + 50 * seed, 1 + (seed % 6), seed, seed / 2);
    for (const lambda of [0, 1e-3, 0.1]) {
      const pooled = train([rows], { lambda });
      assert.equal(pooled.done, 'converged');
      assert.ok(pooled.sums < 10, `${pooled.sums} sums`);
      assert.ok(Math.max(...meanGradient(rows, pooled.weights, lambda).map(Math.abs)) < 1e-10);
      for (const parts of [3, 4, 5]) {
        const shared = train(split(rows, parts), { lambda });
        assert.equal(shared.done, 'converged');
        assert.ok(furthest(shared.weights, pooled.weights) < 1e-9, `seed ${seed}, ${parts} parts`);
      }
    }
  }
});

test('rare positives take a few sums more', () => {
  const rows = rowsOf(4000, 2, 3).map(({ x }, row): Row => ({ x, label: row % 800 === 0 ? 1 : 0 }));
  const state = train(split(rows, 3), { lambda: 1e-4 });
  assert.deepEqual([state.done, state.sums < 10], ['converged', true]);
});

test('twin columns, and columns that sum to one, are solved with and without a penalty', () => {
  const rows = rowsOf(300, 2, 5).map(({ x, label }): Row => ({ x: [x[0]!, x[0]!, x[1]!], label }));
  for (const lambda of [0, 1e-4]) {
    const state = train(split(rows, 3), { lambda });
    assert.equal(state.done, 'converged');
    assert.ok(Math.abs(state.weights[0]! - state.weights[1]!) < 1e-4, 'twins share');
    assert.ok(Math.max(...meanGradient(rows, state.weights, lambda).map(Math.abs)) < 1e-6);
  }
});

test('classes that are apart have no optimum without a penalty: it ends, says so, and the weights are numbers', () => {
  const rows = rowsOf(60, 1, 6).map(({ x }): Row => ({ x, label: x[0]! > 0 ? 1 : 0 }));
  const state = train(split(rows, 3), { lambda: 0, sums: 15 });
  assert.notEqual(state.done, 'converged');
  assert.ok(state.sums <= 15 && state.weights.every(Number.isFinite) && state.weights[0]! > 5);
});

test('a step that raises the loss is halved until it falls', () => {
  // The sums of a loss with a minimum at 0 and a curvature that falls off: |w| grows by Newton's whole step from 2.
  const at = (w: number): LogisticSums => ({
    rows: 100,
    loss: 100 * Math.log(Math.cosh(w)),
    gradient: Float64Array.of(0, 100 * Math.tanh(w)),
    curvature: Float64Array.of(1, 0, 100 / Math.cosh(w) ** 2),
  });
  let state: NewtonState = { ...startNewton(1, { rows: 100, positives: 50 }), weights: Float64Array.of(0, 2) };
  let halved = 0;
  while (!state.done) {
    state = nextNewton({ lambda: 0 }, state, at(state.weights[1]!));
    halved += state.halvings > 0 ? 1 : 0;
  }
  assert.equal(state.done, 'converged');
  assert.ok(halved > 0 && Math.abs(state.weights[1]!) < 1e-9);
});

test('when nothing lowers the loss it stalls at the best point, and when sums run out it says so', () => {
  const sums = { rows: 10, gradient: Float64Array.of(1), curvature: Float64Array.of(1) };
  let state = nextNewton({ lambda: 0 }, startNewton(0, { rows: 10, positives: 5 }), { ...sums, loss: 10 });
  while (!state.done) state = nextNewton({ lambda: 0 }, state, { ...sums, loss: 20 });
  assert.deepEqual([state.done, [...state.weights]], ['stalled', [0]]);
  assert.throws(() => nextNewton({ lambda: 0 }, state, { ...sums, loss: 20 }), /not done/);
  const spent = train([rowsOf(200, 2, 7)], { lambda: 1e-3, sums: 2 });
  assert.deepEqual([spent.done, spent.sums], ['spent', 2]);
});

test('when a member drops out on the way, it ends at the optimum of those who stayed', () => {
  const rows = rowsOf(400, 3, 8);
  const parts = split(rows, 4);
  const state = train(parts, { lambda: 1e-3 }, (sum) => (sum < 2 ? parts : parts.slice(1)));
  assert.equal(state.done, 'converged');
  assert.ok(furthest(state.weights, train(parts.slice(1), { lambda: 1e-3 }).weights) < 1e-9);
});

test('sums come back within the rounding, and stay in their words', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 27 }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, shares, loss) => {
        const sums: LogisticSums = {
          rows,
          loss: loss * rows,
          gradient: Float64Array.from(shares.slice(0, 3), (share) => share * rows),
          curvature: Float64Array.from(shares.slice(3), (share) => share * rows),
        };
        const words = encodeLogisticSums(sums, rows);
        assert.equal(words.length, newtonWords(2));
        assert.ok(words.every((word) => Math.abs(word) * 255 <= wordHalf));
        const back = decodeLogisticSums(words, 2, rows);
        const close = (one: number, other: number, steps: number) => assert.ok(Math.abs(one - other) <= rows * 2 ** -steps);
        close(back.loss, sums.loss, 34);
        back.gradient.forEach((value, at) => {
          close(value, sums.gradient[at]!, 44);
        });
        back.curvature.forEach((value, at) => {
          close(value, sums.curvature[at]!, 44);
        });
        assert.equal(back.rows, rows);
      },
    ),
    { seed: 11, numRuns: 300 },
  );
});

test('what cannot be summed is refused by name and index', () => {
  const sums = sumsOf(rowsOf(20, 1, 9), new Float64Array(2));
  assert.throws(() => encodeLogisticSums({ ...sums, gradient: Float64Array.of(0, Number.NaN) }, 20), /gradient at 1/);
  assert.throws(() => encodeLogisticSums({ ...sums, curvature: Float64Array.of(0, 41, 0) }, 20), /curvature at 1/);
  assert.throws(() => encodeLogisticSums({ ...sums, curvature: Float64Array.of(0) }, 20), /curvature: expected 3/);
  assert.throws(() => encodeLogisticSums({ ...sums, loss: Number.NaN }, 20), /loss/);
  assert.throws(() => encodeLogisticSums(sums, 19), /rows/);
  assert.throws(() => decodeLogisticSums(encodeLogisticSums(sums, 20), 2, 20), /words: expected/);
  assert.throws(() => startNewton(2, { rows: 5, positives: 5 }), /both classes/);
  assert.throws(() => nextNewton({ lambda: -1 }, startNewton(1, { rows: 5, positives: 2 }), sums), /lambda/);
  const flat = { ...sums, curvature: Float64Array.of(-1, 0, -1) };
  assert.throws(() => nextNewton({ lambda: 0 }, startNewton(1, { rows: 5, positives: 2 }), flat), /positive definite/);
});
