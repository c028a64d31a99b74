// What is decided about one customer, as their profile shows it: scores of models in use, and the segments they are in.

import type { Words } from '../errors.ts';

export type ScoreShown = {
  /** Of the question, such as `churn`. */
  score: string;
  value: number;
  /** Which version of the model said so, and when. */
  version: string;
  atMs: number;
  /** What weighs most, in words, the heaviest first. */
  reasons: Words[];
};
export type SegmentShown = { segment: string; sinceMs: number };
export type CustomerDecisions = { scores: ScoreShown[]; segments: SegmentShown[] };

export const nothingDecided: CustomerDecisions = { scores: [], segments: [] };
