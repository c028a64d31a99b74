// The boosted hazard of the next purchase: a whole training on person-period rows, asked week after week of a customer who has not bought yet.

import { Fault } from '../../../core/errors.ts';
import { type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer } from '../scoring/scoring.ts';
import { shared } from '../training/fit.ts';
import type { Fitter } from '../training/fitter.ts';
import type { Budget } from '../training/plan.ts';
import type { Member } from '../training/report.ts';
import { type Curve, curveOfHazards } from './curve.ts';
import type { Histories } from './histories.ts';
import { personPeriods, weeksAhead } from './periods.ts';

export const hazardLimits = {
  /** Weeks with a purchase, and without. */
  rowsOfEach: 50,
  /** Customers whose curves are made at a time. */
  customersAtOnce: 2_000,
} as const;

export type Hazard = { readonly model: ScoringModel; readonly members: readonly Member[]; readonly rows: number };

/** @throws {Fault} `cannot_train` for too few weeks with a purchase */
export async function fitHazard(
  histories: Histories,
  day: number,
  fitter: Fitter,
  options: { readonly budget: Budget; readonly seed: number },
): Promise<Hazard> {
  const { matrix, answers } = personPeriods(histories, day);
  const bought = answers.reduce((sum, each) => sum + each, 0);
  if (Math.min(bought, answers.length - bought) < hazardLimits.rowsOfEach)
    throw new Fault(
      'cannot_train',
      `${bought} weeks of customers have a purchase after the first, ${answers.length - bought} have none; at least ${hazardLimits.rowsOfEach} of each are needed`,
    );
  const rows = shared(answers.length, (at) => at);
  const ask = fitter.ask({ matrix, names: tellingColumns(matrix), labels: answers, rows, trainings: 2, ...options });
  const { model, members } = await ask(rows);
  return { model, members, rows: answers.length };
}

/** Columns with two values or more: amounts may not be known. */
function tellingColumns(matrix: Matrix): string[] {
  return matrix.columns.flatMap((column) => {
    const seen = new Set<number>();
    for (let row = 0; row < matrix.rows && seen.size < 2; row += 1) seen.add(numberAt(column, row));
    return seen.size > 1 ? [column.name] : [];
  });
}

/** @param day after which weeks are counted @returns one curve a customer */
export function hazardCurves({ model }: Hazard, histories: Histories, day: number, weeks: number): Curve[] {
  const scorer = createScorer(model);
  const curves: Curve[] = [];
  for (let from = 0; from < histories.ids.length; from += hazardLimits.customersAtOnce) {
    const to = Math.min(from + hazardLimits.customersAtOnce, histories.ids.length);
    const { probability } = scorer.matrix(weeksAhead(histories, { from, to }, day, weeks));
    for (let at = 0; at < to - from; at += 1) curves.push(curveOfHazards(probability.subarray(at * weeks, (at + 1) * weeks)));
  }
  return curves;
}
