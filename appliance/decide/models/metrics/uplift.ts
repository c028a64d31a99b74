// Uplift: whether those whom a model says a treatment moves are moved by it. Read off a randomised trial, treated and control apart,
// by falling predicted uplift.

import { ascending } from '../numerics/order.ts';
import { checkLength, checkWeights } from './scored.ts';

/** One entry a row. Outcomes are 0 or 1, or amounts; treated is 0 or 1. */
export type Trial = {
  readonly scores: ArrayLike<number>;
  readonly outcomes: ArrayLike<number>;
  readonly treated: ArrayLike<number>;
  readonly weights?: ArrayLike<number>;
};

/** Points from share 0 to share 1, one for each distinct score. */
export type UpliftCurve = {
  /** Weight of the rows so far over all. */
  readonly share: Float64Array;
  /** Radcliffe 2007: outcomes of the treated so far, less the control's scaled to as many treated; for each treated row of the trial. */
  readonly qini: Float64Array;
  /** Gutierrez and Gerardy 2017: difference of the two mean outcomes so far, times `share`: gain for each row of the trial. */
  readonly gain: Float64Array;
};

export type UpliftMeasures = {
  readonly curve: UpliftCurve;
  /** Area between the Qini curve and the straight line to its end: 0 for random order, below 0 for worse. */
  readonly qiniCoefficient: number;
  /** Area under the gain curve, and the same less the straight line's, which no overall effect flatters. */
  readonly auuc: number;
  readonly auucOverRandom: number;
  /** Mean outcome of the treated less that of the control. */
  readonly averageEffect: number;
};

/**
 * While one group is still empty its part of a point counts as 0.
 * @throws {RangeError} when either group has no weight, for treated besides 0 and 1, and for lengths or numbers that are wrong
 */
export function upliftMeasures(trial: Trial): UpliftMeasures {
  const totals = checkTrial(trial);
  const { scores, outcomes, treated, weights } = trial;
  const order = ascending(scores);
  const share = new Float64Array(order.length + 1);
  const qini = new Float64Array(order.length + 1);
  const gain = new Float64Array(order.length + 1);
  const count = [0, 0];
  const sum = [0, 0];
  const all = totals[0] + totals[1];
  let points = 1;
  for (let place = order.length - 1; place >= 0; place -= 1) {
    const row = order[place]!;
    const weight = weights ? weights[row]! : 1;
    count[treated[row]!]! += weight;
    sum[treated[row]!]! += weight * outcomes[row]!;
    if (place > 0 && scores[order[place - 1]!] === scores[row]) continue;
    const [controls, patients] = [count[0]!, count[1]!];
    const controlMean = controls > 0 ? sum[0]! / controls : 0;
    share[points] = (controls + patients) / all;
    qini[points] = (sum[1]! - controlMean * patients) / totals[1];
    gain[points] = ((patients > 0 ? sum[1]! / patients : 0) - controlMean) * share[points]!;
    points += 1;
  }
  const curve = { share: share.subarray(0, points), qini: qini.subarray(0, points), gain: gain.subarray(0, points) };
  const end = points - 1;
  return {
    curve,
    qiniCoefficient: area(curve.share, curve.qini) - curve.qini[end]! / 2,
    auuc: area(curve.share, curve.gain),
    auucOverRandom: area(curve.share, curve.gain) - curve.gain[end]! / 2,
    averageEffect: sum[1]! / totals[1] - sum[0]! / totals[0],
  };
}

function area(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let point = 1; point < x.length; point += 1) sum += ((x[point]! - x[point - 1]!) * (y[point]! + y[point - 1]!)) / 2;
  return sum;
}

/** @returns the weights of control and treated */
function checkTrial({ scores, outcomes, treated, weights }: Trial): [number, number] {
  checkLength('outcomes', outcomes, scores.length);
  checkLength('treated', treated, scores.length);
  checkWeights(weights, scores.length);
  const totals: [number, number] = [0, 0];
  for (let row = 0; row < scores.length; row += 1) {
    const group = treated[row];
    if (group !== 0 && group !== 1) throw new RangeError(`treated: expected 0 or 1, got ${group} in row ${row}`);
    if (!Number.isFinite(outcomes[row]!)) throw new RangeError(`outcomes: expected finite, got ${outcomes[row]} in row ${row}`);
    totals[group] += weights ? weights[row]! : 1;
  }
  if (!(totals[0] > 0 && totals[1] > 0)) throw new RangeError('treated: expected rows of both groups with weight');
  return totals;
}
