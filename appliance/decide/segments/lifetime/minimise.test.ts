// The minimiser on functions whose minima are known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invertPositive, minimise, type Objective } from './minimise.ts';

const rosenbrock: Objective = async ([x = 0, y = 0]) => ({
  value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
});
const wide = { lower: [-10, -10], upper: [10, 10] };

test("Rosenbrock's valley is found from far, with its curvature", async () => {
  const found = await minimise(rosenbrock, Float64Array.of(-1.2, 1), wide, 1e-9);
  assert.ok(found.converged);
  assert.ok(Math.abs(found.at[0]! - 1) < 1e-9 && Math.abs(found.at[1]! - 1) < 1e-9);
  [802, -400, -400, 200].forEach((expected, at) => {
    assert.ok(Math.abs(found.hessian[at]! - expected) < 1e-3);
  });
});

test('a bound holds what would run beyond it, and the rest goes to its minimum', async () => {
  const found = await minimise(rosenbrock, Float64Array.of(-1.2, 1), { lower: [-10, -10], upper: [0.5, 10] }, 1e-9);
  assert.ok(found.converged);
  assert.deepEqual(found.free, [false, true]);
  assert.equal(found.at[0], 0.5);
  assert.ok(Math.abs(found.at[1]! - 0.25) < 1e-9);
});

test('a matrix that is not positive definite has no inverse', () => {
  assert.equal(invertPositive(Float64Array.of(1, 2, 2, 1), 2, [true, true]), undefined);
  assert.deepEqual([...invertPositive(Float64Array.of(4, 2, 2, 1), 2, [true, false])!], [0.25, 0, 0, 0]);
});
