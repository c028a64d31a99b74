// Training as a whole on small tables made from a seed: the same bytes for any number of threads, honest figures, columns that give the answer
// away found, and data on which nothing can be trained refused with the reason.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../../core/errors.ts';
import { type Column, categoryColumn, type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import { auc } from '../metrics/curves.ts';
import { rank } from '../metrics/scored.ts';
import { drawsOf } from '../numerics/chance.ts';
import { aloneAuc } from './alone.ts';
import { artifactsOf } from './artifacts.ts';
import { blend, lossOfMargin } from './blend.ts';
import { fitEncoding } from './encode.ts';
import { labelOf } from './label.ts';
import { screen } from './screening.ts';
import { customers, request, unit } from './testing.ts';
import { train } from './train.ts';

const withColumns = (matrix: Matrix, ...more: Column[]): Matrix => ({ ...matrix, columns: [...matrix.columns, ...more] });
const refuses = (code: string, where: RegExp) => (error: Fault) => {
  assert.equal(error.code, code);
  assert.match(error.where ?? '', where);
  return true;
};

test('a training finds what moves the answer, and is the same whatever the number of threads', async () => {
  const matrix = customers(700);
  const shares: number[] = [];
  const one = await train(request(matrix, { threads: 1, progress: ({ share }) => shares.push(share) }));
  const { crossValidation, importance, examples, curves, decision, baseline } = one.report;
  assert.ok(crossValidation.rocAuc > 0.72, String(crossValidation.rocAuc));
  assert.ok(crossValidation.logLoss < baseline.prior.logLoss);
  assert.equal(crossValidation.folds.length, 5);
  assert.equal(
    crossValidation.folds.reduce((sum, { rows }) => sum + rows, 0),
    700,
  );
  assert.ok(['spend', 'complaints'].includes(importance[0]!.column), importance[0]!.column);
  assert.ok(Math.abs(importance.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  assert.ok(examples[0]!.score >= examples.at(-1)!.score);
  assert.equal(curves.lift.length, 10);
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = decision.confusion;
  assert.equal(truePositives + falsePositives + trueNegatives + falseNegatives, 700);
  assert.ok(shares.length > 6 && shares.every((share, at) => share <= 1 && share >= (shares[at - 1] ?? 0)), shares.join());
  const two = await train(request(matrix, { threads: 2 }));
  assert.equal(JSON.stringify(two), JSON.stringify(one));
  const [first, second] = [
    await artifactsOf(one, matrix, { language: 'en' }),
    await artifactsOf(two, matrix, { language: 'en' }),
  ];
  assert.deepEqual(second, first);
  assert.ok(first.onnx.length > 1000 && Buffer.from(first.card).includes('<svg'));
});

test('where nothing is to be learned, the report says so', async () => {
  const matrix = customers(400);
  const draw = drawsOf(5, 'labels');
  const coin = categoryColumn(
    'coin',
    Array.from({ length: 400 }, () => (unit(draw) < 0.5 ? 'heads' : 'tails')),
  );
  const { report } = await train(request(withColumns(matrix, coin), { label: 'coin', positive: 'heads', drop: ['left'] }));
  assert.ok(Math.abs(report.crossValidation.rocAuc - 0.5) < 0.08, String(report.crossValidation.rocAuc));
});

test('columns that say nothing, the same again, or the answer are left out and said', () => {
  const matrix = customers(600);
  const left = matrix.columns.at(-1)!;
  const renamed = numberColumn(
    'gone',
    Array.from({ length: 600 }, (_, row) => (left.levels![left.chunks[0]![row]!] === 'Yes' ? 1 : 0)),
  );
  const reason = categoryColumn(
    'reason',
    Array.from({ length: 600 }, (_, row) => (renamed.chunks[0]![row] === 1 && row % 2 === 0 ? 'price' : undefined)),
  );
  const table = withColumns(
    matrix,
    renamed,
    reason,
    numberColumn('constant', new Array(600).fill(3)),
    numberColumn('empty', new Array(600).fill(Number.NaN)),
    categoryColumn(
      'number',
      Array.from({ length: 600 }, (_, row) => `n${row}`),
    ),
    { ...matrix.columns[0]!, name: 'spend again' },
  );
  const { kept, dropped, suspects } = screen(table, labelOf(table, left), new Set(['noise']), new Set());
  assert.deepEqual(
    kept.map(({ name }) => name),
    ['spend', 'complaints', 'town', 'plan', 'reason'],
  );
  assert.deepEqual(
    dropped.map(({ column, reason: why }) => `${column}: ${why}`),
    ['noise: asked', 'gone: leak', 'constant: constant', 'empty: empty', 'number: identifier', 'spend again: duplicate'],
  );
  assert.deepEqual(suspects, [{ column: 'reason', value: 'price', rows: suspects[0]!.rows }]);
  assert.ok(screen(table, labelOf(table, left), new Set(), new Set(['gone'])).kept.some(({ name }) => name === 'gone'));
});

test('labels are read as people write them, and refused where there is nothing to find', () => {
  const of = (texts: readonly (string | undefined)[], positive?: string) => {
    const column = categoryColumn('y', texts);
    return labelOf({ rows: texts.length, columns: [column] }, column, positive);
  };
  const many = (text: string | undefined, count: number) => new Array<string | undefined>(count).fill(text);
  assert.equal(of([...many('Yes', 30), ...many('No', 30)]).positive, 'Yes');
  assert.equal(of([...many('流失', 40), ...many('留存', 30)]).positive, '流失');
  assert.equal(of([...many('a', 50), ...many('b', 30)]).positive, 'b');
  const holes = of([...many('1', 30), ...many(undefined, 5), ...many('0', 30)]);
  assert.deepEqual([holes.positive, holes.unlabelled, holes.rows.length], ['1', 5, 60]);
  assert.throws(() => of(many('x', 60)), refuses('cannot_train', /one value only/));
  assert.throws(() => of([...many('a', 30), ...many('b', 30), ...many('c', 30)]), refuses('cannot_train', /--positive/));
  assert.throws(() => of([...many('a', 30), ...many('b', 30)], 'c'), refuses('bad_request', /no value "c"/));
  assert.throws(() => of([...many('1', 5), ...many('0', 15)]), refuses('cannot_train', /5 rows .* at least 20/));
});

test('what cannot be trained is refused before it is tried', async () => {
  const matrix = customers(300);
  await assert.rejects(train(request(matrix, { label: 'nowhere' })), refuses('bad_request', /nowhere/));
  await assert.rejects(train(request(matrix, { drop: ['nowhere'] })), refuses('bad_request', /nowhere/));
  const all = ['spend', 'complaints', 'town', 'plan', 'noise'];
  await assert.rejects(train(request(matrix, { drop: all })), refuses('cannot_train', /no column is left/));
  const folds = { rows: 10, columns: [numberColumn('fold', [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])] };
  await assert.rejects(train(request(matrix, { folds })), refuses('bad_request', /expected 300 rows/));
  await assert.rejects(train(request(matrix, { signal: AbortSignal.abort() })), refuses('cancelled', /training/));
});

test('a level of one row does not tell its label: what is learned of it for that row is of the others', () => {
  const draw = drawsOf(3, 'levels');
  const rows = 4000;
  const labels = Uint8Array.from({ length: rows }, () => (unit(draw) < 0.3 ? 1 : 0));
  const column = categoryColumn(
    'code',
    Array.from({ length: rows }, () => `c${Math.floor(1500 * unit(draw))}`),
  );
  const encoding = fitEncoding(
    { rows, columns: [column] },
    ['code'],
    Int32Array.from({ length: rows }, (_, row) => row),
    labels,
  );
  const [values] = [...encoding.apart.values()];
  const area = auc(rank({ scores: values!, labels }));
  assert.ok(Math.abs(area - 0.5) < 0.03, String(area));
  // The same shares seen by the rows they were learned from would shine.
  const feature = encoding.features[0] as { codes: { [level: string]: number } };
  const seen = Float64Array.from({ length: rows }, (_, row) => feature.codes[column.levels![column.chunks[0]![row]!]!]!);
  assert.ok(auc(rank({ scores: seen, labels })) > 0.7);
});

test('a blend is never worse than its best voice, and its weights are shares', () => {
  const margin = fc.double({ min: -6, max: 6, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1), margin, margin, margin), { minLength: 5, maxLength: 60 }), (rows) => {
      const labels = Uint8Array.from(rows, ([label]) => label);
      const voices = [1, 2, 3].map((at) => ({ margins: Float64Array.from(rows, (row) => row[at]!) }));
      const { weights, margins, logLoss } = blend(voices, labels);
      const lossOf = (own: Float64Array) =>
        own.reduce((sum, one, row) => sum + lossOfMargin(labels[row] === 1 ? one : -one), 0) / labels.length;
      assert.ok(logLoss <= Math.min(...voices.map((voice) => lossOf(voice.margins))) + 1e-12);
      assert.ok(Math.abs(lossOf(margins) - logLoss) < 1e-12);
      assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12);
    }),
  );
});

test('a column alone is measured by rows that did not score it', () => {
  const matrix = customers(600);
  const label = labelOf(matrix, matrix.columns.at(-1)!);
  const names = categoryColumn(
    'name',
    Array.from({ length: 600 }, (_, row) => `n${row}`),
  );
  assert.ok(Math.abs(aloneAuc(names, label).auc - 0.5) < 0.05);
  assert.ok(aloneAuc(matrix.columns[0]!, label).auc > 0.6);
});

test('ten thousand levels, duplicate columns, holes and huge numbers are handled', async () => {
  const base = customers(500);
  const draw = drawsOf(9, 'wild');
  const wild = withColumns(
    base,
    categoryColumn(
      'code',
      Array.from({ length: 500 }, (_, row) => (row % 9 === 0 ? undefined : `c${Math.floor(unit(draw) * 230)}`)),
    ),
    numberColumn(
      'huge',
      Array.from({ length: 500 }, (_, row) => (row % 50 === 0 ? 1e300 : row % 7)),
    ),
    numberColumn(
      'holes',
      Array.from({ length: 500 }, (_, row) => (row % 3 === 0 ? Number.NaN : row % 5)),
    ),
  );
  const { model, report } = await train(request(wild));
  assert.ok(report.columns.used.includes('code') && report.columns.used.includes('huge'));
  assert.ok(model.features.some(({ how }) => how === 'coded') && model.features.some(({ how }) => how === 'missing'));
  assert.ok(report.crossValidation.rocAuc > 0.68, String(report.crossValidation.rocAuc));
});

test('with a column of times every test lies after what was learnt from, and the time itself is not learnt', async () => {
  const matrix = customers(600);
  const day = 86_400_000;
  // Later rows come first, so that order in the file does not help.
  const told = numberColumn(
    'told',
    Float64Array.from({ length: 600 }, (_, row) => (600 - row) * day),
    'f64',
    'time',
  );
  const timed = withColumns(matrix, told);
  const { report } = await train(request(timed, { budget: 'small', time: { column: 'told', gapDays: 30 } }));
  const { folds } = report.crossValidation;
  assert.equal(report.split.kind, 'time');
  const tested = folds.reduce((sum, { rows }) => sum + rows, 0);
  assert.equal(tested, 600 - Math.floor(600 / (folds.length + 1)), 'the first stretch is only learnt from');
  assert.ok(!report.importance.some(({ column }) => column === 'told'));
  for (const [time, where] of [
    [{ column: 'spend' }, /no column of times/],
    [{ column: 'told', gapDays: 900 }, /shorter gap/],
  ] as const)
    await assert.rejects(train(request(timed, { time })), (error: { where?: string }) => where.test(error.where ?? ''));
});

test('one kind of learner alone, where it is asked for', async () => {
  const matrix = customers(300);
  for (const learners of ['linear', 'trees'] as const) {
    const { report } = await train(request(matrix, { learners }));
    assert.deepEqual([...new Set(report.model.members.map(({ kind }) => kind))], [learners]);
    assert.ok(report.crossValidation.rocAuc > 0.65, `${learners}: ${report.crossValidation.rocAuc}`);
  }
});
