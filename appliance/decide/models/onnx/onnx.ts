// Serves a scoring model through its ONNX file: one customer at once in this thread, whole matrices in worker threads. What our own exports
// need; models of others run in a process of their own (own-model.ts).

import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { startPool } from '../../../core/pool/pool.ts';
import { type OverRows, stretchRows } from '../over-rows.ts';
import { createScores, type Row, type Score, type Scores } from '../scoring/scoring.ts';
import { outputNames } from './export-inputs.ts';
import { bindFeeds, feedsOfModel, feedsOfRows } from './feeds.ts';
import type * as tasks from './onnx.task.ts';
import { openSession } from './session.ts';

export { type ExportOptions, exportOnnx } from './export.ts';

export type OnnxScorer = {
  /**
   * One row by the names of its columns.
   * @returns probability in single precision, as the file gives it
   * @throws {Fault} `bad_request` for a value of the wrong kind
   */
  row(row: Row): Promise<Score>;
  close(): Promise<void>;
};

/** @param bytes what `exportOnnx` made of the model; held in memory, and run in this thread for a fraction of a millisecond a row */
export async function openOnnxScorer(bytes: Uint8Array, model: ScoringModel): Promise<OnnxScorer> {
  const session = await openSession(bytes);
  const feeds = feedsOfModel(model);
  return {
    async row(row) {
      const { probability, margin } = await session.run(feedsOfRows(feeds, [row]), [outputNames.probability, outputNames.margin]);
      return { probability: (probability!.data as Float32Array)[0]!, margin: (margin!.data as Float64Array)[0]! };
    },
    close: () => session.release(),
  };
}

export type OnnxThreads = {
  /**
   * Scores all rows of a matrix through a file of ours.
   * @throws {Fault} `model_invalid` when the matrix does not fit the model
   */
  score(bytes: Uint8Array, model: ScoringModel, matrix: Matrix, options?: OverRows): Promise<Scores>;
  close(): Promise<void>;
};

/** @param threads default: as many as processors; each has a session of its own */
export function startOnnxThreads(threads?: number): OnnxThreads {
  const pool = startPool<typeof tasks>(new URL('./onnx.task.ts', import.meta.url), { threads });
  let runs = 0;
  return {
    async score(bytes, model, matrix, options) {
      const scores = createScores(matrix.rows);
      const feeds = bindFeeds(feedsOfModel(model), matrix);
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      runs += 1;
      const run = runs;
      const order = { run, bytes: shared, feeds, scores };
      await pool.stretches('score', matrix.rows, (stretch) => ({ ...order, stretch }), { ...options, size: stretchRows });
      return scores;
    },
    close: () => pool.close(),
  };
}
