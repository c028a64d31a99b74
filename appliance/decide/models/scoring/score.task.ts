// What a worker thread scores: a stretch of rows over memory that it shares with who asked.

import type { Compiled } from './compile.ts';
import type { BoundFeature } from './features.ts';
import { type Scores, type Stretch, scoreRows } from './scoring.ts';

export type ScoreOrder = {
  readonly compiled: Compiled;
  readonly bound: readonly BoundFeature[];
  readonly stretch: Stretch;
  readonly scores: Scores;
};

export function score({ compiled, bound, stretch, scores }: ScoreOrder): void {
  scoreRows(compiled, bound, stretch, scores);
}
