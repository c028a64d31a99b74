// A challenger against the champion on the same newest rows, which neither has learned from: the challenger by what it said of them while it was
// tested, the champion by what it says of them now. The two do not share scores row by row, so that the interval is that of two separate areas,
// which is wider than it need be and never too narrow.

import { aucInterval } from '../metrics/auc-interval.ts';
import type { Comparison } from './version.ts';

export type ChallengerFigures = {
  readonly rocAuc: number;
  readonly logLoss: number;
  readonly rows: number;
  readonly positives: number;
};
export type Compare = (
  challenger: ChallengerFigures,
  champion: { readonly version: number; readonly scores: ArrayLike<number>; readonly hadSeen: boolean },
  labels: ArrayLike<number>,
) => Comparison;

const width = 1.959964;

export const compare: Compare = (challenger, champion, labels) => {
  const { rows, positives, rocAuc, logLoss } = challenger;
  const own = aucInterval(champion.scores, labels);
  const deviation = Math.hypot(own.standardError, areaDeviation(rocAuc, positives, rows - positives));
  const value = rocAuc - own.value;
  const difference = { value, low: value - width * deviation, high: value + width * deviation };
  return {
    championVersion: champion.version,
    rows,
    positives,
    challenger: { rocAuc, logLoss },
    champion: { rocAuc: own.value, logLoss: lossOf(champion.scores, labels) },
    difference,
    verdict: difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'alike',
    championHadSeen: champion.hadSeen,
  };
};

/** Standard error of an area by its size alone (Hanley and McNeil 1982). */
function areaDeviation(area: number, positives: number, negatives: number): number {
  const first = area / (2 - area);
  const second = (2 * area ** 2) / (1 + area);
  const variance = area * (1 - area) + (positives - 1) * (first - area ** 2) + (negatives - 1) * (second - area ** 2);
  return Math.sqrt(Math.max(0, variance) / (positives * negatives));
}

function lossOf(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < scores.length; row += 1) {
    const score = Math.min(1 - 1e-15, Math.max(1e-15, scores[row]!));
    sum -= Math.log(labels[row] === 1 ? score : 1 - score);
  }
  return sum / scores.length;
}
