// The optimisers against small cases computed by hand from the paper's formulas, in decimals of thirty digits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ServerRule, startServer, stepServer } from './averaging.ts';

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= 1e-15 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);

// eta 1, beta1 1/2, beta2 3/4, tau 1, one weight from 0, mean updates 2, -4, 1. By Reddi et al. 2021, algorithm 2:
// m = m/2 + update/2: 1, -3/2, -1/4. v begins at tau^2 = 1. x = x + m / (sqrt(v) + 1).
const cases: { kind: 'adam' | 'yogi' | 'adagrad'; second: number[]; weights: number[] }[] = [
  // v = 3/4 v + 1/4 update^2
  { kind: 'adam', second: [1.75, 5.3125, 4.234375], weights: [0.43050087404306037, -0.02337255702588633, -0.1051317612109523] },
  // v = v - 1/4 update^2 sign(v - update^2)
  { kind: 'yogi', second: [2, 6, 5.75], weights: [0.4142135623730951, -0.02063336046185838, -0.09420787423324574] },
  // v = v + update^2
  { kind: 'adagrad', second: [5, 21, 22], weights: [0.3090169943749474, 0.04032381725325942, -0.0036097036970194995] },
];

test('FedAdam, FedYogi and FedAdagrad are algorithm 2 of the paper', () => {
  for (const { kind, second, weights } of cases) {
    const rule: ServerRule = { kind, learningRate: 1, beta1: 0.5, beta2: 0.75, tau: 1 };
    let state = startServer(rule, [0]);
    [2, -4, 1].forEach((update, round) => {
      state = stepServer(rule, state, [update]);
      assert.equal(state.round, round + 1);
      assert.equal(state.momentum[0], [1, -1.5, -0.25][round]);
      near(state.second[0]!, second[round]!, `${kind} second, round ${round}`);
      near(state.weights[0]!, weights[round]!, `${kind} weights, round ${round}`);
    });
  }
});

test('averaging adds the mean update, and the state before stays as it was', () => {
  const rule: ServerRule = { kind: 'average', learningRate: 0.5 };
  const before = startServer(rule, [1, 2]);
  const after = stepServer(rule, before, [4, -4]);
  assert.deepEqual([...after.weights], [3, 0]);
  assert.deepEqual([...before.weights], [1, 2]);
  const adam: ServerRule = { kind: 'adam', learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 1e-3 };
  const start = startServer(adam, [1, 2]);
  const kept = structuredClone(start);
  stepServer(adam, start, [1, 1]);
  assert.deepEqual(start, kept);
});

test('a state that went through JSON goes on to the same bits', () => {
  const rule: ServerRule = { kind: 'yogi', learningRate: 0.03, beta1: 0.9, beta2: 0.99, tau: 1e-3 };
  let state = startServer(rule, [0.1, -0.7, 3]);
  let copied = state;
  for (let round = 1; round < 20; round += 1) {
    const update = [1 / round, -0.3 * round, 1e-9];
    state = stepServer(rule, state, update);
    const { weights, momentum, second } = JSON.parse(
      JSON.stringify(copied, (_, value) => (value instanceof Float64Array ? [...value] : value)),
    ) as Record<'weights' | 'momentum' | 'second', number[]>;
    const back = {
      round: copied.round,
      weights: Float64Array.from(weights),
      momentum: Float64Array.from(momentum),
      second: Float64Array.from(second),
    };
    copied = stepServer(rule, back, update);
  }
  assert.deepEqual(copied, state);
});

test('what no step can be made of is refused by name', () => {
  const rule: ServerRule = { kind: 'adam', learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 1e-3 };
  const state = startServer(rule, [0, 0]);
  assert.throws(() => stepServer(rule, state, [1]), /update: expected 2 numbers, got 1/);
  assert.throws(() => stepServer(rule, state, [0, Number.NaN]), /update: .* got NaN at 1/);
  assert.throws(() => stepServer(rule, startServer({ kind: 'average', learningRate: 1 }, [0, 0]), [0, 0]), /momentum/);
  assert.throws(() => startServer(rule, [Number.POSITIVE_INFINITY]), /weights: .* at 0/);
  assert.throws(() => startServer({ ...rule, tau: 0 }, [0]), /tau/);
  assert.throws(() => startServer({ ...rule, beta2: 1 }, [0]), /beta2/);
  assert.throws(() => startServer({ ...rule, learningRate: -1 }, [0]), /learningRate/);
});
