import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer } from '../scoring/scoring.ts';
import { matrixOf, randomModel, randomRows, blendShape as shape, shapes } from '../scoring/testing.ts';
import { feedsOfModel, feedsOfRows } from './feeds.ts';
import { exportOnnx, openOnnxScorer, startOnnxThreads } from './onnx.ts';
import { decodeModel } from './proto.ts';
import { openSession } from './session.ts';

const options = { name: 'leaving', version: '3', trainedAtMs: 1_700_000_000_000, threshold: 0.5 };
const runs = process.env.HOLDFAST_LONG ? 2500 : 120;
const same = (a: number, b: number, tolerance: number) => Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance;

test('through ONNX every row has the margin of the reference scorer, bit by bit, and its probability in single precision', async () => {
  const threads = startOnnxThreads(1);
  let rowsSeen = 0;
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer(), async (shape, seed) => {
      const model = randomModel(shape);
      const rows = randomRows(model, 200, seed);
      const matrix = matrixOf(model, rows);
      const expected = createScorer(model).matrix(matrix);
      const bytes = exportOnnx(model, options);
      const given = await threads.score(bytes, model, matrix);
      for (let row = 0; row < rows.length; row += 1) {
        assert.ok(
          same(given.margin[row]!, expected.margin[row]!, 0),
          `margin of row ${row}: ${given.margin[row]}, expected ${expected.margin[row]}`,
        );
        assert.ok(
          same(given.probability[row]!, expected.probability[row]!, 1e-7),
          `probability of row ${row}: ${given.probability[row]}, expected ${expected.probability[row]}`,
        );
      }
      const scorer = await openOnnxScorer(bytes, model);
      for (const row of rows.slice(0, 5)) {
        const { margin, probability } = await scorer.row(row);
        const reference = createScorer(model).row(row);
        assert.ok(same(margin, reference.margin, 0));
        assert.ok(same(probability, reference.probability, 1e-7));
      }
      await scorer.close();
      rowsSeen += rows.length;
    }),
    { numRuns: runs },
  );
  assert.equal(rowsSeen, runs * 200);
  await threads.close();
});

test('the same model and options give the same bytes; the file says what it is', () => {
  const model = randomModel(shape);
  const bytes = exportOnnx(model, { ...options, description: 'Who will leave' });
  assert.deepEqual(exportOnnx(structuredClone(model), { ...options, description: 'Who will leave' }), bytes);
  const file = decodeModel(bytes);
  assert.deepEqual([file.producerName, file.docString, file.irVersion], ['Holdfast', 'Who will leave', 10]);
  const metadata = Object.fromEntries(file.metadataProps!.map(({ key, value }) => [key, value]));
  assert.deepEqual(
    [metadata['holdfast.name'], metadata['holdfast.version'], metadata['holdfast.trained_at'], metadata['holdfast.threshold']],
    ['leaving', '3', '2023-11-14T22:13:20.000Z', '0.5'],
  );
  const inputs = JSON.parse(metadata['holdfast.inputs']!) as { name: string; kind: string; unit?: string }[];
  assert.deepEqual(
    inputs.map(({ name, kind }) => [name, kind]),
    model.inputs.map(({ name, kind }) => [name, kind]),
  );
  assert.equal(inputs.find(({ kind }) => kind === 'time')!.unit, 'days since 1970-01-01T00:00:00Z');
  assert.equal((JSON.parse(metadata['holdfast.features']!) as unknown[]).length, model.features.length);
});

test('the label is 1 from the threshold on, also where the probability is the threshold itself', async () => {
  const model: ScoringModel = {
    format: 1,
    inputs: [{ name: 'label', kind: 'number' }],
    features: [{ name: 'a', input: 'label', how: 'number' }],
    margin: { kind: 'linear', base: 0, weights: [1], centers: [0], scales: [1] },
    calibration: { kind: 'isotonic', margins: [0, 1], probabilities: [0.1, 0.7] },
  };
  // A column that is called as an output is called gets another name.
  assert.deepEqual(feedsOfModel(model), [{ name: 'input label', column: 'label', kind: 'number' }]);
  const session = await openSession(exportOnnx(model, { ...options, threshold: 0.7 }));
  assert.deepEqual([...session.outputNames], ['probability', 'margin', 'label']);
  const rows = [-1, 0.5, 0.999, 1, 2].map((label) => ({ label }));
  const { label, probability } = await session.run(feedsOfRows(feedsOfModel(model), rows));
  assert.deepEqual([...(label!.data as BigInt64Array)], [0n, 0n, 0n, 1n, 1n]);
  assert.deepEqual(
    [label!.dims, probability!.dims],
    [
      [5, 1],
      [5, 1],
    ],
  );
  await session.release();
});

test('for older runtimes: trees by TreeEnsembleRegressor, within single precision of the margin', async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer(), async (shape, seed) => {
      // A steep step of an isotonic calibration makes more of a rounding than 1e-5: docs/onnx.md says so.
      const model = randomModel({ ...shape, calibration: shape.calibration === 'isotonic' ? 'platt' : shape.calibration });
      const rows = randomRows(model, 60, seed);
      const bytes = exportOnnx(model, { ...options, treeOperator: 'TreeEnsembleRegressor' });
      const file = decodeModel(bytes);
      assert.deepEqual(
        file.opsetImport!.map(({ version }) => version),
        [15, 3],
      );
      const session = await openSession(bytes);
      const { margin, probability } = await session.run(feedsOfRows(feedsOfModel(model), rows));
      const scorer = createScorer(model);
      rows.forEach((row, at) => {
        const expected = scorer.row(row);
        assert.ok(
          same((margin!.data as Float64Array)[at]!, expected.margin, 1e-6 * Math.max(1, Math.abs(expected.margin))),
          `margin of row ${at}`,
        );
        assert.ok(same((probability!.data as Float32Array)[at]!, expected.probability, 1e-5), `probability of row ${at}`);
      });
      await session.release();
    }),
    { numRuns: 60 },
  );
});

test('many trees, several threads, one row and many: the same margin, and the main thread stays free', async () => {
  const model = randomModel({ ...shape, trees: 150, depth: 6, margin: 'trees', calibration: 'plain' });
  const rows = randomRows(model, 40_000, 3);
  const matrix = matrixOf(model, rows);
  const bytes = exportOnnx(model, options);
  const reference = createScorer(model).matrix(matrix);
  const threads = startOnnxThreads(2);
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  const seen: number[] = [];
  const given = await threads.score(bytes, model, matrix, { onProgress: (done) => seen.push(done) });
  clearInterval(ticking);
  assert.deepEqual(given.margin, reference.margin);
  assert.ok(turns > 0);
  assert.equal(seen.at(-1), rows.length);
  const scorer = await openOnnxScorer(bytes, model);
  for (let at = 0; at < 200; at += 1) assert.equal((await scorer.row(rows[at]!)).margin, reference.margin[at]);
  await scorer.close();
  await assert.rejects(threads.score(bytes, model, { rows: 5, columns: [] }), { code: 'model_invalid' });
  await assert.rejects(threads.score(bytes, model, matrix, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  await threads.close();
});
