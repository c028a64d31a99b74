// Monitoring: nothing moves against itself, chance alone is no drift, what moved is named, what no single column shows is told apart, decay and a better
// challenger are beyond chance or not said, and too little is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../core/errors.ts';
import { categoryColumn, type Matrix, numberColumn, takeRows } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { logistic } from '../calibration/calibrate.ts';
import { near } from '../fixtures/testing.ts';
import { aucDifference } from '../metrics/auc-interval.ts';
import { drawsOf } from '../numerics/chance.ts';
import { createScorer } from '../scoring/scoring.ts';
import { openFitter } from '../training/fitter.ts';
import type { Report } from '../training/report.ts';
import { baselineOf, parseBaseline } from './baseline.ts';
import { monitor } from './monitoring.ts';
import { contestOf, performanceOf } from './performance.ts';
import { chiSquareQuantile, stabilityOf } from './stability.ts';
import { stacked } from './stack.ts';
import { tellApart } from './telling-apart.ts';

const normals = (seed: number) => {
  const draw = drawsOf(seed, 'normals');
  const unit = () => (draw() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
};

/** Two numbers that go together, a category, and an answer that follows the first. */
function customers(
  rows: number,
  seed: number,
  change: { shift?: number; correlation?: number; city?: string; base?: number } = {},
): Matrix {
  const { shift = 0, correlation = 0.8, city, base = -1 } = change;
  const normal = normals(seed);
  const age = Float64Array.from({ length: rows }, normal);
  const spend = age.map((value) => correlation * value + Math.sqrt(1 - correlation ** 2) * normal());
  const draw = drawsOf(seed, 'answers');
  return {
    rows,
    columns: [
      numberColumn(
        'age',
        age.map((value) => value + shift),
      ),
      numberColumn('spend', spend),
      categoryColumn(
        'city',
        Array.from(age, (_, row) => city ?? ['长沙', '武汉'][(row * 7) % 2]),
      ),
      categoryColumn(
        'left',
        Array.from(age, (value) => (draw() / 2 ** 32 < logistic(base + 1.5 * value) ? 'Yes' : 'No')),
      ),
    ],
  };
}

const model: ScoringModel = {
  format: 1,
  inputs: [
    { name: 'age', kind: 'number' },
    { name: 'spend', kind: 'number' },
    { name: 'city', kind: 'category', levels: ['武汉', '长沙'] },
  ],
  features: [
    { name: 'age', input: 'age', how: 'number' },
    { name: 'spend', input: 'spend', how: 'number' },
    { name: 'city = 长沙', input: 'city', how: 'is', level: '长沙' },
  ],
  margin: { kind: 'linear', base: -1, weights: [1.5, 0, 0], centers: [0, 0, 0], scales: [1, 1, 1] },
  calibration: { kind: 'platt', a: 1, b: 0 },
};
const weaker: ScoringModel = {
  ...model,
  margin: { kind: 'linear', base: -1, weights: [0.2, 1, 0], centers: [0, 0, 0], scales: [1, 1, 1] },
};
const inputs = (matrix: Matrix): Matrix => ({ rows: matrix.rows, columns: matrix.columns.slice(0, 3) });
const scored = (matrix: Matrix, by = model) => createScorer(by).matrix(matrix).probability;
const answers = (matrix: Matrix) =>
  Array.from({ length: matrix.rows }, (_, row) =>
    matrix.columns[3]!.levels![matrix.columns[3]!.chunks[0]![row]!] === 'Yes' ? 1 : 0,
  );

const training = customers(4000, 1);
const baseline = baselineOf(inputs(training), scored(training));
const promised = (() => {
  const { rocAuc, logLoss, calibration } = performanceOf(
    {
      crossValidation: { rocAuc: 0.5, logLoss: 1, calibrationError: 0, rocAucDeviation: 0, folds: [{ logLoss: 1 }] },
    } as unknown as Report,
    scored(training),
    answers(training),
  );
  const folds = [-0.005, 0, 0.005].map((by) => ({ logLoss: logLoss.now.value + by }));
  const crossValidation = {
    rocAuc: rocAuc.now.value,
    logLoss: logLoss.now.value,
    calibrationError: calibration.errorNow,
    rocAucDeviation: 0.01,
    folds,
  };
  return { crossValidation, data: { label: { column: 'left', positive: 'Yes', negative: ['No'] } } } as unknown as Report;
})();

test('rows against themselves: no index, nothing by chance either, and a baseline survives a file', () => {
  const read = parseBaseline(JSON.parse(JSON.stringify(baseline)));
  assert.deepEqual(read, baseline);
  const { score, columns, absent } = stabilityOf(read, training, scored(training));
  for (const { index, shift } of [score, ...columns]) assert.deepEqual([index, shift], [0, 'none']);
  assert.deepEqual(absent, []);
  assert.doesNotMatch(JSON.stringify(baseline), /"left"/);
});

test('quantiles of chi-square are the table’s within a hundredth, and chance passes the bound in about 1 of 100 samples', () => {
  for (const [degrees, quantile] of [
    [1, 6.635],
    [4, 13.277],
    [9, 21.666],
    [49, 74.919],
  ] as const)
    near(chiSquareQuantile(0.99, degrees) / quantile, 1, 0.01, `${degrees} degrees`);
  let beyond = 0;
  const samples = 400;
  for (let seed = 0; seed < samples; seed += 1) {
    const rows = customers(300, 1000 + seed);
    const { score } = stabilityOf(baseline, rows, scored(rows));
    if (score.index > score.byChance) beyond += 1;
    assert.equal(score.shift === 'none' || score.index > score.byChance, true);
  }
  assert.ok(beyond <= 16, `${beyond} of ${samples}`);
});

test('what moved is named and graded, most first', () => {
  const few = customers(2000, 7, { shift: 0.45 });
  const { columns, score } = stabilityOf(baseline, few, scored(few));
  assert.deepEqual([columns[0]!.column, columns[0]!.shift, columns[1]!.shift], ['age', 'some', 'none']);
  assert.equal(score.shift, 'some');
  const many = customers(2000, 7, { shift: 1.2, city: '成都' });
  const drift = stabilityOf(baseline, many, scored(many));
  assert.deepEqual(
    drift.columns.map(({ column, shift }) => `${column} ${shift}`),
    ['city much', 'age much', 'spend none'],
  );
  assert.deepEqual(drift.columns[0]!.parts[0], { name: 'other', expected: 0, actual: 1 });
});

test('the index is never negative, whatever is held against whatever', () => {
  const rows = fc.array(fc.double({ min: -3, max: 3, noNaN: false }), { minLength: 100, maxLength: 140 });
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      const matrix = (values: number[]): Matrix => ({ rows: values.length, columns: [numberColumn('x', values)] });
      const flat = (values: number[]) => values.map(() => 0.5);
      const found = stabilityOf(baselineOf(matrix(one), flat(one)), matrix(other), flat(other));
      assert.ok(found.columns[0]!.index >= 0 && found.score.index === 0);
    }),
    { numRuns: 40 },
  );
});

test('alike rows are not told apart; a column that moved is; and so is what shows in no column alone', async () => {
  const fitter = openFitter(2);
  try {
    const against = (other: Matrix) => {
      const { matrix, isSecond } = stacked(
        takeRows(
          training,
          Array.from({ length: 1500 }, (_, row) => row),
        ),
        other,
        ['age', 'spend', 'city'],
      );
      return tellApart(matrix, ['age', 'spend', 'city'], isSecond, fitter, { seed: 3 });
    };
    const alike = await against(customers(1500, 8));
    assert.equal(alike.verdict, 'alike', JSON.stringify(alike));
    assert.ok(alike.auc.low < 0.5 + 0.03 && alike.rows === 3000);
    const moved = await against(customers(1500, 9, { shift: 1.5 }));
    assert.equal(moved.verdict, 'apart');
    assert.equal(moved.columns[0]!.column, 'age');
    const turned = await against(customers(1500, 10, { correlation: -0.8 }));
    assert.equal(turned.verdict, 'apart', JSON.stringify(turned));
    for (const { column, aucAlone } of turned.columns) assert.ok(aucAlone < 0.56, `${column} ${aucAlone}`);
  } finally {
    await fitter.close();
  }
});

test('decay: as promised on rows like the training’s, worse where the answer has turned, and which way probabilities are off', () => {
  const same = customers(2000, 21);
  const kept = performanceOf(promised, scored(same), answers(same));
  assert.deepEqual([kept.rocAuc.verdict, kept.calibration.verdict], ['same', 'fits']);
  assert.ok(kept.rocAuc.now.low < kept.rocAuc.now.value && kept.rocAuc.difference.low < 0 && kept.rocAuc.difference.high > 0);
  const turned = performanceOf(
    promised,
    Float64Array.from(scored(same), (score) => 1 - score),
    answers(same),
  );
  assert.deepEqual([turned.rocAuc.verdict, turned.logLoss.verdict], ['worse', 'worse']);
  const more = customers(2000, 22, { base: 0.5 });
  assert.equal(performanceOf(promised, scored(more), answers(more)).calibration.verdict, 'too low');
  const fewer = customers(2000, 23, { base: -2.5 });
  assert.equal(performanceOf(promised, scored(fewer), answers(fewer)).calibration.verdict, 'too high');
});

test('the champion stays but for a challenger that is better beyond chance', () => {
  const rows = customers(2000, 31);
  const [good, weak, labels] = [scored(rows), scored(rows, weaker), answers(rows)];
  assert.equal(contestOf(good, good, labels).winner, 'champion');
  assert.equal(contestOf(good, weak, labels).winner, 'champion');
  const won = contestOf(weak, good, labels);
  assert.equal(won.winner, 'challenger');
  assert.deepEqual(won.rocAuc, aucDifference(good, weak, labels));
  assert.ok(won.logLoss.value < 0 && won.logLoss.high < 0);
});

test('all together: stable, watched, to act on; every finding in both languages with the same figures', {
  timeout: 60_000,
}, async () => {
  const request = { model, report: promised, baseline, threads: 2 } as const;
  const calm = await monitor({ ...request, matrix: customers(1500, 41), label: 'left', challenger: weaker, training });
  assert.equal(calm.state, 'stable', JSON.stringify(calm.findings));
  const moved = await monitor({ ...request, matrix: customers(1500, 42, { shift: 0.5 }) });
  assert.equal(moved.state, 'watch');
  const lost = await monitor({
    ...request,
    matrix: { rows: 1500, columns: customers(1500, 43).columns.slice(1) },
    label: 'left',
  });
  assert.equal(lost.state, 'act');
  assert.deepEqual([lost.stability.absent, lost.performance], [['age'], undefined]);
  const broken = await monitor({
    ...request,
    matrix: customers(1500, 44, { shift: 2, city: '成都', base: -3 }),
    label: 'left',
    training,
  });
  assert.equal(broken.state, 'act');
  assert.equal(broken.findings[0]!.state, 'act');
  for (const { text } of [...calm.findings, ...moved.findings, ...lost.findings, ...broken.findings]) {
    const figures = (words: string) => words.match(/\d+\.\d+/g)?.join(' ') ?? '';
    assert.equal(figures(text.en), figures(text.zh));
    assert.doesNotMatch(text.en + text.zh, /undefined|NaN|\{/);
  }
});

test('too little is refused with the counts, and what is no profile with its place', async () => {
  const some = (rows: number) =>
    takeRows(
      training,
      Array.from({ length: rows }, (_, row) => row),
    );
  const request = { model, report: promised, baseline };
  for (const [change, code, words] of [
    [{ matrix: some(20) }, 'too_little_data', /20 rows against 4000/],
    [{ matrix: some(110), label: 'left' }, 'too_little_data', /at least 50 of each/],
    [{ matrix: some(200), label: 'gone' }, 'bad_request', /no column is called "gone"/],
    [{ matrix: some(200), label: 'city' }, 'bad_request', /no value "Yes"/],
  ] as const)
    await assert.rejects(
      monitor({ ...request, ...change }),
      (error: Fault) => error instanceof Fault && error.code === code && words.test(error.message),
      words.source,
    );
  for (const wrong of [undefined, {}, { format: 1, rows: 3, columns: [], score: { kind: 'number', edges: [1], shares: [1] } }])
    assert.throws(
      () => parseBaseline(wrong),
      (error: Fault) => error.code === 'model_invalid',
    );
});
