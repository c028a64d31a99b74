// What happens at one threshold, and which threshold costs least. A row is acted on when its score is at least the threshold.

import { ascending } from '../numerics/order.ts';
import { checkLength, checkScored, type Scored } from './scored.ts';

/** Weights of the four outcomes. */
export type Confusion = {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
};

/** @throws {RangeError} as `checkScored`, and for a threshold that is NaN */
export function confusionAt(scored: Scored, threshold: number): Confusion {
  checkScored(scored);
  if (Number.isNaN(threshold)) throw new RangeError('threshold: expected a number, got NaN');
  const { scores, labels, weights } = scored;
  const cells = new Float64Array(4);
  for (let row = 0; row < scores.length; row += 1) {
    if (Number.isNaN(scores[row]!)) throw new RangeError(`scores: expected numbers, got NaN in row ${row}`);
    cells[(scores[row]! >= threshold ? 2 : 0) + labels[row]!]! += weights ? weights[row]! : 1;
  }
  return {
    trueNegatives: cells[0]!,
    falseNegatives: cells[1]!,
    falsePositives: cells[2]!,
    truePositives: cells[3]!,
  };
}

/** Measures of one threshold. NaN where nothing is divided by nothing: precision when nobody is called positive, and so on. */
export type ThresholdMeasures = {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly specificity: number;
  readonly f1: number;
  /** Matthews' correlation coefficient (Matthews 1975), from -1 to 1; 0 when a row or a column of the table is empty. */
  readonly mcc: number;
};

export function measuresOf({ truePositives, falsePositives, trueNegatives, falseNegatives }: Confusion): ThresholdMeasures {
  const called = truePositives + falsePositives;
  const actual = truePositives + falseNegatives;
  const passed = trueNegatives + falseNegatives;
  const absent = trueNegatives + falsePositives;
  // Roots first: the product of four million-row counts would lose digits, not overflow.
  const spread = Math.sqrt(called) * Math.sqrt(actual) * Math.sqrt(passed) * Math.sqrt(absent);
  return {
    accuracy: (truePositives + trueNegatives) / (called + passed),
    precision: truePositives / called,
    recall: truePositives / actual,
    specificity: trueNegatives / absent,
    f1: (2 * truePositives) / (called + actual),
    mcc: spread === 0 ? 0 : (truePositives * trueNegatives - falsePositives * falseNegatives) / spread,
  };
}

/** In any one currency. What is right costs nothing. */
export type Costs = {
  /** Acting on a row whose label is 0. */
  readonly falsePositive: number;
  /** Not acting on a row whose label is 1; times the row's value where values are given. */
  readonly falseNegative: number;
  /** What each row is worth, as a factor: 1 without it. */
  readonly values?: ArrayLike<number>;
};

export type CheapestThreshold = {
  /** Infinity when acting on nobody is cheapest. */
  readonly threshold: number;
  readonly cost: number;
  /** Weight of the rows that are acted on. */
  readonly acted: number;
  readonly costOfNobody: number;
  readonly costOfEverybody: number;
};

/**
 * The threshold, of all that make a difference, with the lowest total cost; of equal ones the highest, which acts on fewest.
 * It is chosen on these rows and looks better on them than on others: choose on held-out rows. Elkan 2001 gives the case of one cost each.
 * @throws {RangeError} for costs or values that are negative or not finite, and as `checkScored`
 */
export function cheapestThreshold(scored: Scored, costs: Costs): CheapestThreshold {
  checkScored(scored);
  checkCosts(costs, scored.scores.length);
  const { scores, labels, weights } = scored;
  const order = ascending(scores);
  const missed = (row: number) => costs.falseNegative * (costs.values ? costs.values[row]! : 1);
  let costOfNobody = 0;
  for (let row = 0; row < scores.length; row += 1)
    if (labels[row] === 1) costOfNobody += (weights ? weights[row]! : 1) * missed(row);
  let best = { threshold: Number.POSITIVE_INFINITY, cost: costOfNobody, acted: 0 };
  // Two sums, and not one that goes up and down, so that cancellation leaves no dust that would choose between equal thresholds.
  let saved = 0;
  let spent = 0;
  let acted = 0;
  let cost = costOfNobody;
  for (let place = order.length - 1; place >= 0; place -= 1) {
    const row = order[place]!;
    const weight = weights ? weights[row]! : 1;
    acted += weight;
    if (labels[row] === 1) saved += weight * missed(row);
    else spent += weight * costs.falsePositive;
    if (place > 0 && scores[order[place - 1]!] === scores[row]) continue;
    cost = costOfNobody - saved + spent;
    if (cost < best.cost) best = { threshold: scores[row]!, cost, acted };
  }
  return { ...best, costOfNobody, costOfEverybody: cost };
}

function checkCosts({ falsePositive, falseNegative, values }: Costs, rows: number): void {
  const isCost = (value: number) => value >= 0 && value < Number.POSITIVE_INFINITY;
  if (!isCost(falsePositive)) throw new RangeError(`falsePositive: expected a cost of at least 0, got ${falsePositive}`);
  if (!isCost(falseNegative)) throw new RangeError(`falseNegative: expected a cost of at least 0, got ${falseNegative}`);
  if (!values) return;
  checkLength('values', values, rows);
  for (let row = 0; row < rows; row += 1)
    if (!isCost(values[row]!)) throw new RangeError(`values: expected at least 0, got ${values[row]} in row ${row}`);
}
