import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Piscina } from 'piscina';
import { fixture, near, nearAll } from '../fixtures/testing.ts';
import { drawsOf } from '../numerics/chance.ts';
import { blocksOf } from './design.ts';
import { type BlockWork, type Design, type Family, fitLinear, fitLinearIn, linearMargins } from './linear.ts';
import { type Pass, runBlocks, sumsOf, total } from './passes.ts';
import { minimise, penaltyOf, violation } from './quadratic.ts';

type Case = {
  features: (number | null)[][];
  labels: number[];
  numbers: number[];
  weights: number[] | null;
  centers: number[];
  scales: number[];
  fits: { family: Family; solver: keyof typeof tolerances; lambda: number; alpha: number; weights: number[]; base: number }[];
};
/** How near others come to the optimum before they stop, each by its own rule. */
const tolerances = { lbfgs: 1e-5, 'newton-cholesky': 1e-9, saga: 1e-9, Ridge: 1e-12, ElasticNet: 1e-12 } as const;
const { cases } = fixture<{ cases: Case[] }>('linear');

const shared = (values: readonly number[]) => {
  const column = new Float32Array(new SharedArrayBuffer(values.length * 4));
  column.set(values);
  return column;
};

cases.forEach((each, index) => {
  const features = each.features.map((column) => shared(column.map((value) => value ?? Number.NaN)));
  const designOf = (family: Family): Design => ({
    features,
    targets: Float64Array.from(family === 'logistic' ? each.labels : each.numbers),
    ...(each.weights ? { weights: Float64Array.from(each.weights) } : {}),
  });
  for (const { family, solver, lambda, alpha, weights, base } of each.fits) {
    const tolerance = tolerances[solver];
    test(`scikit-learn's ${solver}, ${family}, lambda ${lambda}, alpha ${alpha}, case ${index}, to ${tolerance}`, () => {
      const [fit] = fitLinear(designOf(family), { family, alpha, lambdas: [lambda], tolerance: 1e-11 });
      assert.ok(fit!.converged);
      nearAll(fit!.linear.weights, weights, tolerance, 'weights');
      near(fit!.linear.base, base, tolerance, 'base');
      nearAll(fit!.linear.centers, each.centers, 1e-12, 'centers');
      nearAll(fit!.linear.scales, each.scales, 1e-12, 'scales');
    });
  }
});

/** Rows with correlated features, some missing; labels from the first few. */
function sample(rows: number, columns: number, seed: number): Design {
  const draw = drawsOf(seed, 'rows');
  const unit = () => (draw() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  const features = Array.from({ length: columns }, () => new Float32Array(new SharedArrayBuffer(rows * 4)));
  const targets = new Float64Array(new SharedArrayBuffer(rows * 8));
  const weights = new Float64Array(new SharedArrayBuffer(rows * 8));
  for (let row = 0; row < rows; row += 1) {
    const common = normal();
    let margin = -0.5;
    for (let column = 0; column < columns; column += 1) {
      const value = normal() + 0.7 * common;
      features[column]![row] = unit() < 0.05 ? Number.NaN : value * (column + 1) + 3 * column;
      if (column % 3 === 0) margin += value / (1 + column);
    }
    targets[row] = unit() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    weights[row] = 0.5 + unit();
  }
  return { features, targets, weights };
}

test('gradient and curvature are the finite differences of the loss', () => {
  const design = sample(700, 4, 1);
  const standard = { centers: Float64Array.of(0, 3, 6, 9), inverseScales: Float64Array.of(1, 0.5, 0.3, 0.25) };
  const sumsAt = (pass: Pass) => {
    const sums = new Float64Array(blocksOf(design) * sumsOf(pass, 4));
    runBlocks(design, pass, 0, blocksOf(design), sums);
    return total(sums, sumsOf(pass, 4));
  };
  for (const family of ['logistic', 'gaussian'] as const) {
    const at = (coefficients: Float64Array) => sumsAt({ kind: 'gradient', family, standard, coefficients });
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }), (values) => {
        const here = Float64Array.from(values);
        const curvature = sumsAt({ kind: 'curvature', family, standard, coefficients: here, stride: 1 });
        const gradient = at(here);
        for (let index = 0; index < 5; index += 1) {
          const moved = (by: number) => at(here.map((value, other) => (other === index ? value + by : value)));
          const [up, down] = [moved(1e-5), moved(-1e-5)];
          near((up[5]! - down[5]!) / 2e-5, gradient[index]!, 1e-5, `${family} gradient ${index}`);
          for (let other = index; other < 5; other += 1)
            near(
              (up[other]! - down[other]!) / 2e-5,
              curvature[index * 5 + other]!,
              1e-5,
              `${family} curvature ${index} ${other}`,
            );
        }
      }),
      { numRuns: 10 },
    );
  }
});

test('the inner problem: optimal by its subgradient, and no neighbour is better', () => {
  const number = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 24, maxLength: 24 }),
      fc.array(number, { minLength: 4, maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (root, slope, alpha, lambda) => {
        const curvature = new Float64Array(16);
        for (let cell = 0; cell < 16; cell += 1) {
          for (let k = 0; k < 6; k += 1) curvature[cell]! += root[(cell >> 2) * 6 + k]! * root[(cell & 3) * 6 + k]!;
          if (cell % 5 === 0) curvature[cell]! += 0.1;
        }
        const from = Float64Array.of(0.3, 0, -0.2, 0.1);
        const penalty = { lambda, alpha };
        const found = minimise({ from, gradient: Float64Array.from(slope), curvature }, penalty, 1e-9);
        const gradientAt = (at: Float64Array) =>
          at.map((_, row) => at.reduce((sum, value, k) => sum + curvature[row * 4 + k]! * (value - from[k]!), slope[row]!));
        assert.ok(violation(gradientAt(found), found, penalty) <= 1e-8);
        const worth = (at: Float64Array) => {
          const gradient = gradientAt(at);
          const moved = at.map((value, k) => value - from[k]!);
          return moved.reduce((sum, by, k) => sum + (by * (gradient[k]! + slope[k]!)) / 2, 0) + penaltyOf(penalty, at);
        };
        for (let k = 0; k < 4; k += 1) {
          for (const by of [-1e-3, 1e-3])
            assert.ok(worth(found) <= worth(found.map((value, other) => (other === k ? value + by : value))) + 1e-12);
        }
      },
    ),
  );
});

test('a path goes from nothing to nearly everything, each as if trained alone', () => {
  const design = sample(3000, 12, 2);
  for (const family of ['logistic', 'gaussian'] as const) {
    const path = fitLinear(design, { family, alpha: 0.9, lambdas: { count: 20 } });
    assert.equal(path[0]!.nonzero, 0);
    assert.equal(path.at(-1)!.nonzero, 12);
    path.forEach(({ converged, explained }, index) => {
      assert.ok(converged, `${family} ${index}`);
      if (index > 0) assert.ok(explained >= path[index - 1]!.explained - 1e-12);
    });
    const [alone] = fitLinear(design, { family, alpha: 0.9, lambdas: [path[12]!.lambda] });
    nearAll(alone!.linear.weights, path[12]!.linear.weights, 1e-6, 'alone');
  }
});

test('margins are what scoring.ts says, and give the loss that training says', () => {
  const design = sample(500, 5, 3);
  const [fit] = fitLinear(design, { family: 'logistic', alpha: 0, lambdas: [0.01] });
  const { base, weights, centers, scales } = fit!.linear;
  const margins = linearMargins(fit!.linear, design.features);
  let [sum, mass] = [0, 0];
  margins.forEach((margin, row) => {
    const slow = weights.reduce((added, weight, feature) => {
      const value = design.features[feature]![row]!;
      return Number.isNaN(value) ? added : added + (weight * (value - centers[feature]!)) / scales[feature]!;
    }, base);
    near(margin, slow, 1e-12, 'margin');
    const weight = design.weights![row]!;
    sum += weight * (Math.log1p(Math.exp(margin)) - design.targets[row]! * margin);
    mass += weight;
  });
  near(fit!.loss, sum / mass, 1e-12, 'loss');
  assert.deepEqual([...linearMargins(fit!.linear, design.features, Uint32Array.of(7, 3))], [margins[7], margins[3]]);
  assert.throws(() => linearMargins(fit!.linear, []), /expected 5, got 0/);
});

test('rows of a split are trained as if the others were not there; a weight is so many rows', () => {
  const design = sample(400, 3, 4);
  const rows = Uint32Array.from({ length: 200 }, (_, index) => index * 2);
  const take = (column: ArrayLike<number>) => Float64Array.from(rows, (row) => column[row]!);
  const apart = {
    features: design.features.map((column) => shared([...take(column)])),
    targets: take(design.targets),
    weights: take(design.weights!),
  };
  const options = { family: 'logistic', alpha: 0.5, lambdas: [0.01] } as const;
  assert.deepEqual(fitLinear({ ...design, rows }, options), fitLinear(apart, options));
  const { features, targets } = apart;
  const twice = { features, targets, weights: new Float64Array(200).fill(2) };
  const repeated = { features, targets, rows: Uint32Array.from({ length: 400 }, (_, index) => index >> 1) };
  nearAll(fitLinear(twice, options)[0]!.linear.weights, fitLinear(repeated, options)[0]!.linear.weights, 1e-7, 'repeated');
});

test('the same digits from one thread, from two, and from blocks in any order', async () => {
  const design = sample(30_000, 8, 5);
  const options = { family: 'logistic', alpha: 0.5, lambdas: { count: 5 } } as const;
  const here = fitLinear(design, options);
  const pool = new Piscina<BlockWork, void>({
    filename: new URL('./blocks.task.ts', import.meta.url).href,
    minThreads: 2,
    maxThreads: 2,
  });
  try {
    assert.deepEqual(await fitLinearIn(design, options, 2, (work) => pool.run(work)), here);
  } finally {
    await pool.destroy();
  }
  const backwards = async ({ pass, from, to, sums }: BlockWork) => {
    for (let block = to - 1; block >= from; block -= 1) runBlocks(design, pass, block, block + 1, sums);
  };
  assert.deepEqual(await fitLinearIn(design, options, 7, backwards), here);
  await assert.rejects(fitLinearIn(design, options, 1, backwards, AbortSignal.abort()), { name: 'AbortError' });
});

test('a curvature from a part of the rows leads to the same optimum', () => {
  const design = sample(140_000, 4, 6);
  const [fit] = fitLinear(design, { family: 'logistic', alpha: 0, lambdas: [1e-3] });
  assert.ok(fit!.converged);
  const standard = {
    centers: Float64Array.from(fit!.linear.centers),
    inverseScales: Float64Array.from(fit!.linear.scales, (scale) => 1 / scale),
  };
  const coefficients = Float64Array.of(...fit!.linear.weights, fit!.linear.base);
  const pass = { kind: 'gradient', family: 'logistic', standard, coefficients } as const;
  const sums = new Float64Array(blocksOf(design) * sumsOf(pass, 4));
  runBlocks(design, pass, 0, blocksOf(design), sums);
  const mass = Array.from(design.weights!).reduce((sum, weight) => sum + weight, 0);
  const gradient = total(sums, 6)
    .subarray(0, 5)
    .map((sum) => sum / mass);
  assert.ok(violation(gradient, coefficients, { lambda: 1e-3, alpha: 0 }) < 1e-8);
});

test('features that do not vary, are all missing or are twice there do no harm', () => {
  const design = sample(300, 2, 7);
  const odd = [...design.features, new Float32Array(300).fill(7), new Float32Array(300).fill(Number.NaN), design.features[0]!];
  odd.push(shared(Array.from({ length: 300 }, (_, row) => 2 ** 24 + 2 * (row % 2))));
  for (const alpha of [0, 1]) {
    const [fit] = fitLinear({ ...design, features: odd }, { family: 'logistic', alpha, lambdas: [1e-3] });
    const { weights, scales } = fit!.linear;
    assert.ok(fit!.converged);
    assert.deepEqual([weights[2], weights[3], weights[5], scales[2], scales[3], scales[5]], [0, 0, 0, 1, 1, 1]);
    if (alpha === 0) near(weights[0]!, weights[4]!, 1e-6, 'twins share');
  }
  const [free] = fitLinear({ ...design, features: odd }, { family: 'logistic', alpha: 0, lambdas: [0] });
  assert.ok(free!.linear.weights.every(Number.isFinite));
});

test('rare classes, heavy tails, wild weights and near twins converge within 40 steps', () => {
  for (let seed = 100; seed < 130; seed += 1) {
    const design = sample(40 + 20 * (seed % 7), 1 + (seed % 12), seed);
    const draw = drawsOf(seed, 'wild');
    const tail = (value: number) => (seed % 2 === 0 ? Math.exp(Math.min(20, value)) : value);
    const features = design.features.map((column) => column.map((value) => tail(value) * 10 ** ((seed % 5) - 2)));
    features.push(features[0]!.map((value) => value * (1 + draw() * 1e-12)));
    const targets = design.targets.map((label, row) => (row < 2 ? row : seed % 3 === 0 && draw() % 20 > 0 ? 0 : label));
    const weights = Array.from(design.weights!, (weight, row) => (row < 2 ? 1 : weight ** (draw() % 9)));
    for (const family of ['logistic', 'gaussian'] as const) {
      for (const alpha of [0, 0.3, 1]) {
        const wild = { features, targets, weights: Float64Array.from(weights) };
        for (const { converged, steps, lambda } of fitLinear(wild, { family, alpha, lambdas: { count: 12 } }))
          assert.ok(converged && steps <= 40, `seed ${seed}, ${family}, alpha ${alpha}, lambda ${lambda}: ${steps} steps`);
      }
    }
  }
});

test('separated classes without a penalty say that they did not converge, with finite weights', () => {
  const features = [shared([-2, -1, 1, 2])];
  const targets = Uint8Array.of(0, 0, 1, 1);
  const [fit] = fitLinear({ features, targets }, { family: 'logistic', alpha: 0, lambdas: [0], maxSteps: 20, tolerance: 1e-12 });
  assert.ok(Number.isFinite(fit!.linear.weights[0]!) && fit!.linear.weights[0]! > 3);
  assert.equal(fit!.converged, false);
});

test('what cannot be trained on is refused', () => {
  const features = [shared([1, 2, 3])];
  const targets = Float64Array.of(0, 1, 1);
  const options = { family: 'logistic', alpha: 0, lambdas: [0.1] } as const;
  assert.throws(() => fitLinear({ features, targets: Float64Array.of(1, 1, 1) }, options), /both classes/);
  assert.throws(() => fitLinear({ features, targets: Float64Array.of(0, 1, 2) }, options), /from 0 to 1, got 2/);
  assert.throws(() => fitLinear({ features, targets: Float64Array.of(0, 1) }, options), /expected 2 rows/);
  assert.throws(() => fitLinear({ features, targets, weights: Float64Array.of(1, -1, 1) }, options), /weights/);
  assert.throws(() => fitLinear({ features, targets, rows: Uint32Array.of(3) }, options), /rows: expected below 3/);
  assert.throws(() => fitLinear({ features, targets, rows: new Uint32Array(0) }, options), /some with weight/);
  assert.throws(
    () => fitLinear({ features: [shared([1, Number.POSITIVE_INFINITY, 3])], targets }, options),
    /Infinity summing feature 0/,
  );
  assert.throws(() => fitLinear({ features, targets }, { ...options, alpha: 2 }), /alpha/);
  assert.throws(() => fitLinear({ features, targets }, { ...options, lambdas: [-1] }), /lambdas/);
});
