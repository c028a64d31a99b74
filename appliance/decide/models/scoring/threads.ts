// Scoring of whole matrices in worker threads, over shared memory.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { Pool, RunOptions } from '../pool.ts';
import { startPool } from '../pool.ts';
import { bindFeatures } from './features.ts';
import type { ScoreOrder } from './score.task.ts';
import { createScores, type Scorer, type Scores } from './scoring.ts';

export type ScoringThreads = {
  /**
   * Scores all rows; the same bits as `scorer.matrix`.
   * @throws {Fault} `model_invalid` when the matrix does not fit the model
   */
  score(scorer: Scorer, matrix: Matrix, options?: RunOptions): Promise<Scores>;
  close(): Promise<void>;
};

/** @param threads default: as many as processors */
export function startScoringThreads(threads?: number): ScoringThreads {
  const pool: Pool<ScoreOrder, void> = startPool(new URL('./score.task.ts', import.meta.url), threads);
  return {
    async score({ model, compiled }, matrix, options) {
      const scores = createScores(matrix.rows);
      const bound = bindFeatures(model, matrix);
      await pool.overRows(matrix.rows, (stretch) => ({ compiled, bound, stretch, scores }), options);
      return scores;
    },
    close: () => pool.close(),
  };
}
