// An ONNX file that was held against the scorer on rows of the table before anybody gets it.

import { Fault } from '../../../core/errors.ts';
import { type Matrix, takeRows } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer } from '../scoring/scoring.ts';
import { type ExportOptions, exportOnnx } from './export.ts';
import { startOnnxThreads } from './onnx.ts';

/** Rows on which both ways to a score are compared, and by how much they may differ. */
const comparedRows = 2_000;
const parity = 1e-5;

/** @throws {Fault} `model_invalid` where ONNX says something else than the scorer */
export async function checkedOnnx(
  model: ScoringModel,
  matrix: Matrix,
  options: ExportOptions,
  threadCount?: number,
): Promise<Uint8Array> {
  const onnx = exportOnnx(model, options);
  const step = Math.max(1, Math.floor(matrix.rows / comparedRows));
  const sample = takeRows(
    matrix,
    Array.from({ length: Math.min(comparedRows, matrix.rows) }, (_, at) => at * step),
  );
  const expected = createScorer(model).matrix(sample).probability;
  const threads = startOnnxThreads(threadCount);
  try {
    const served = (await threads.score(onnx, model, sample)).probability;
    const off = expected.findIndex((probability, row) => !(Math.abs(probability - served[row]!) <= parity));
    if (off >= 0) throw new Fault('model_invalid', `the ONNX file and the model differ in row ${off * step}`);
  } finally {
    await threads.close();
  }
  return onnx;
}
