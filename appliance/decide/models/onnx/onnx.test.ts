import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createScorer } from '../scoring/scoring.ts';
import { matrixOf, randomModel, randomRows, type Shape, shapes } from '../scoring/testing.ts';
import { exportOnnx, openOnnxScorer, startOnnxThreads } from './onnx.ts';

const options = { name: 'leaving', version: '3', trainedAtMs: 1_700_000_000_000, threshold: 0.5 };
const shape: Shape = {
  seed: 7,
  numbers: 3,
  times: 1,
  categories: 2,
  trees: 10,
  depth: 5,
  margin: 'blend',
  calibration: 'isotonic',
};

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
    { numRuns: 120 },
  );
  assert.equal(rowsSeen, 120 * 200);
  await threads.close();
});
