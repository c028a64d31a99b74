// What is decided about customers, where scores and segments meet: each brings its half of what a profile shows.

import type { CustomerDecisions, ScoreShown, SegmentShown } from './core/model/customer-decisions.ts';

export type DecisionHalves = {
  scoresOf?: (personId: number) => ScoreShown[];
  segmentsOf?: (personId: number) => Promise<SegmentShown[]>;
};

/** Made before the record, which shows decisions, and filled by those who decide, which read the record. */
export class Decisions {
  #halves: DecisionHalves = {};

  add(halves: DecisionHalves): void {
    this.#halves = { ...this.#halves, ...halves };
  }

  readonly of = async (personId: number): Promise<CustomerDecisions> => {
    const { scoresOf, segmentsOf } = this.#halves;
    return { scores: scoresOf?.(personId) ?? [], segments: (await segmentsOf?.(personId)) ?? [] };
  };
}
