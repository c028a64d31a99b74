// Scoring of whole matrices in worker threads, over shared memory.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import { startPool } from '../../../core/pool/pool.ts';
import { type OverRows, stretchRows } from '../over-rows.ts';
import { bindFeatures } from './features.ts';
import type * as tasks from './score.task.ts';
import { createScores, type Scorer, type Scores } from './scoring.ts';

export type ScoringThreads = {
  /**
   * Scores all rows; the same bits as `scorer.matrix`.
   * @throws {Fault} `model_invalid` when the matrix does not fit the model
   */
  score(scorer: Scorer, matrix: Matrix, options?: OverRows): Promise<Scores>;
  close(): Promise<void>;
};

/** @param threads default: as many as processors */
export function startScoringThreads(threads?: number): ScoringThreads {
  const pool = startPool<typeof tasks>(new URL('./score.task.ts', import.meta.url), { threads });
  return {
    async score({ model, compiled }, matrix, options) {
      const scores = createScores(matrix.rows);
      const bound = bindFeatures(model, matrix);
      const size = stretchRows;
      await pool.stretches('score', matrix.rows, (stretch) => ({ compiled, bound, stretch, scores }), { ...options, size });
      return scores;
    },
    close: () => pool.close(),
  };
}
