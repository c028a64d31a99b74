// The reference scorer: what a ScoringModel says of a row, in JavaScript alone. Every other way to the same number (ONNX, explanations) is
// tested against it, and it is the one that must agree with core/model/scoring.ts word for word.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import { rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { blockRows, type Compiled, compileModel } from './compile.ts';
import { type BoundFeature, bindFeatures, featuresOfRow, fillFeatures, type Row } from './features.ts';
import { type Block, createBlock, scoreBlock } from './kernel.ts';

export type { Row } from './features.ts';
export { dayMs } from './features.ts';
export { parseScoringModel, scoringLimits } from './validate.ts';

export type Score = { readonly margin: number; readonly probability: number };

/** One value for each row, over shared memory. */
export type Scores = {
  readonly margin: Float64Array<SharedArrayBuffer>;
  readonly probability: Float64Array<SharedArrayBuffer>;
};

export function createScores(rows: number): Scores {
  return {
    margin: new Float64Array(new SharedArrayBuffer(rows * 8)),
    probability: new Float64Array(new SharedArrayBuffer(rows * 8)),
  };
}

export type Scorer = {
  readonly model: ScoringModel;
  readonly compiled: Compiled;
  /** One row by the names of its columns. @throws {Fault} `bad_request` for a value of the wrong kind */
  row(row: Row): Score;
  /** One row whose features are made, in the model's order, in single precision; NaN is missing. */
  features(features: Float32Array): Score;
  /** Features of one row of a matrix. @throws {Fault} `model_invalid` when the matrix does not fit the model */
  featuresAt(matrix: Matrix, row: number): Float32Array;
  /** All rows of a matrix, in this thread. @throws {Fault} `model_invalid` when the matrix does not fit the model */
  matrix(matrix: Matrix): Scores;
};

/** @param model as `parseScoringModel` lets through */
export function createScorer(model: ScoringModel): Scorer {
  const compiled = compileModel(model);
  const block = createBlock(compiled);
  const features = (values: Float32Array): Score => {
    for (let feature = 0; feature < compiled.features; feature += 1) block.features[feature * blockRows] = values[feature]!;
    scoreBlock(compiled, block, 1);
    const margin = block.margin[0]!;
    return { margin, probability: calibrate(compiled.calibration, margin) };
  };
  return {
    model,
    compiled,
    features,
    row: (row) => features(featuresOfRow(model, row)),
    featuresAt(matrix, row) {
      if (!(row >= 0 && row < matrix.rows)) throw new RangeError(`row: expected 0 to ${matrix.rows - 1}, got ${row}`);
      fillFeatures(bindFeatures(model, matrix), row, 1, block.features);
      return Float32Array.from({ length: compiled.features }, (_, feature) => block.features[feature * blockRows]!);
    },
    matrix(matrix) {
      const scores = createScores(matrix.rows);
      scoreRows(compiled, bindFeatures(model, matrix), { from: 0, to: matrix.rows }, scores, block);
      return scores;
    },
  };
}

/** Rows `from` up to before `to`. */
export type Stretch = { readonly from: number; readonly to: number };

/** The work of one thread: scores a stretch of rows and writes the answers at their rows. */
export function scoreRows(
  compiled: Compiled,
  bound: readonly BoundFeature[],
  { from, to }: Stretch,
  scores: Scores,
  block: Block = createBlock(compiled),
): void {
  for (let first = from; first < to; ) {
    const endOfChunk = (Math.floor(first / rowsPerChunk) + 1) * rowsPerChunk;
    const rows = Math.min(blockRows, to - first, endOfChunk - first);
    fillFeatures(bound, first, rows, block.features);
    scoreBlock(compiled, block, rows);
    for (let row = 0; row < rows; row += 1) {
      const margin = block.margin[row]!;
      scores.margin[first + row] = margin;
      scores.probability[first + row] = calibrate(compiled.calibration, margin);
    }
    first += rows;
  }
}
