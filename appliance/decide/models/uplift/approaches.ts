// Two ways to an effect that nobody ever sees of one customer: a model for those with the offer and one for those without, or one model of a
// class that stands for the effect. Both scored out of fold, on the same folds.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import { hasher } from '../numerics/chance.ts';
import { ascending } from '../numerics/order.ts';
import { type Fitted, shared } from '../training/fit.ts';
import { type Ask, type Fitter, someRows } from '../training/fitter.ts';
import type { Rows } from '../training/learner.ts';
import type { Budget } from '../training/plan.ts';
import { splitsOf, stratifiedFolds } from '../validation/folds.ts';
import type { Approach, UpliftModel } from './scoring.ts';

export type Trial = { readonly matrix: Matrix; readonly treated: Uint8Array; readonly outcomes: Uint8Array };
export type FitOptions = {
  readonly names: readonly string[];
  readonly folds: number;
  readonly budget: Budget;
  readonly seed: number;
  readonly progress?: (share: number) => void;
};

export type CrossFitted = {
  /** Uplift by each approach, and the chance of a response with the offer: what a plain response model ranks by. */
  readonly scores: { readonly [approach in Approach]: Float64Array } & { readonly response: Float64Array };
  readonly foldOf: Uint16Array;
  /** Trains an approach on all rows. */
  finish(approach: Approach): Promise<{ model: UpliftModel; parts: readonly { part: string; fitted: Fitted }[] }>;
};

/**
 * Z of Jaskowski and Jaroszewicz (2012, section 3.1): 1 for who responded with the offer and who did not without. With shares alike,
 * the effect is 2 P(Z = 1) - 1.
 */
export const transformed = (treated: number, outcome: number): 0 | 1 => (treated === outcome ? 1 : 0);

/**
 * Rows with shares alike, as Z needs them: all of the smaller group, and as many of the larger, by the hash of their number. The paper weighs
 * the rows instead; what is estimated is the same, and learners and calibration need no weights.
 */
export function balanced(rows: Rows, treated: Uint8Array, seed: number): Rows {
  const groups = [0, 1].map((group) => rows.filter((row) => treated[row] === group));
  const [without, with_] = groups as [Uint32Array, Uint32Array];
  const larger = with_.length > without.length ? with_ : without;
  const most = Math.min(with_.length, without.length);
  const hash = hasher(seed);
  const kept = new Set([...ascending(Float64Array.from(larger, (row) => hash(row))).subarray(0, most)].map((at) => larger[at]!));
  const group = larger === with_ ? 1 : 0;
  return someRows(rows, (row) => treated[row] !== group || kept.has(row));
}

export async function crossFitted(trial: Trial, fitter: Fitter, options: FitOptions): Promise<CrossFitted> {
  const { matrix, treated, outcomes } = trial;
  const { names, folds: count, budget, seed, progress } = options;
  const rows = shared(matrix.rows, (row) => row);
  const question = { matrix, names, trainings: count + 1, budget, seed };
  const of = (group: number, some: Rows) => someRows(some, (row) => treated[row] === group);
  const larger = [of(1, rows), of(0, rows)].sort((a, b) => b.length - a.length)[0]!;
  const respond: Ask = fitter.ask({ ...question, labels: outcomes, rows: larger });
  const z = Uint8Array.from(outcomes, (outcome, row) => transformed(treated[row]!, outcome));
  const change: Ask = fitter.ask({ ...question, labels: z, rows: balanced(rows, treated, seed) });
  const folds = stratifiedFolds(
    outcomes.map((outcome, row) => 2 * treated[row]! + outcome),
    { folds: count, seed },
  );
  const scores = {
    'two models': new Float64Array(matrix.rows),
    'class transformation': new Float64Array(matrix.rows),
    response: new Float64Array(matrix.rows),
  };
  for (const [at, { train, test }] of splitsOf(folds).entries()) {
    const [with_, without, changed] = await Promise.all(
      [respond(of(1, train)), respond(of(0, train)), change(balanced(train, treated, seed))].map(async (fitted) =>
        (await fitted).score(test),
      ),
    );
    test.forEach((row, place) => {
      scores.response[row] = with_![place]!;
      scores['two models'][row] = with_![place]! - without![place]!;
      scores['class transformation'][row] = 2 * changed![place]! - 1;
    });
    progress?.((at + 1) / (count + 1));
  }
  return {
    scores,
    foldOf: folds.foldOf,
    async finish(approach) {
      if (approach === 'class transformation') {
        const fitted = await change(balanced(rows, treated, seed));
        return { model: { format: 1, approach, transformed: fitted.model }, parts: [{ part: 'transformed', fitted }] };
      }
      const [with_, without] = await Promise.all([respond(of(1, rows)), respond(of(0, rows))]);
      return {
        model: { format: 1, approach, treated: with_.model, control: without.model },
        parts: [
          { part: 'treated', fitted: with_ },
          { part: 'control', fitted: without },
        ],
      };
    },
  };
}
