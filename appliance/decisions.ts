// What is decided about customers, where scores and segments meet: each brings its half of what a profile shows, and both are told anew when other
// people than before may be used.

import type { CustomerDecisions, ScoreShown, SegmentShown } from './core/model/customer-decisions.ts';

export type DecisionHalves = {
  scoresOf?: (personId: number) => ScoreShown[];
  segmentsOf?: (personId: number) => SegmentShown[];
};

/** Made before the record, which shows decisions, and filled by those who decide, which read the record. */
export class Decisions {
  #halves: DecisionHalves = {};

  add(halves: DecisionHalves): void {
    this.#halves = { ...this.#halves, ...halves };
  }

  readonly of = (personId: number): CustomerDecisions => ({
    scores: this.#halves.scoresOf?.(personId) ?? [],
    segments: this.#halves.segmentsOf?.(personId) ?? [],
  });
}
