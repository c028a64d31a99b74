// How sure an AUC is, and whether one model's is really above another's on the same rows: DeLong's variance, which takes no draws and any
// number of rows, and the bootstrap, which takes weights and no theory. Both for rows that are independent of each other.

import { below, drawsOf } from '../numerics/chance.ts';
import { normalCdf, normalQuantile } from '../numerics/distributions.ts';
import { ascending } from '../numerics/order.ts';
import { checkLength, checkScored, type Scored } from './scored.ts';

export type Interval = {
  readonly value: number;
  /** NaN by bootstrap over fewer than two usable draws. */
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
};
export type Difference = Interval & {
  /** Two-sided, of no difference; 1 where the two have no variance and are equal. */
  readonly pValue: number;
};

/** Rows times replicates of a bootstrap: about two seconds. Beyond it a fault says so, and DeLong's way is as good there. */
export const bootstrapLimits = { draws: 200_000_000 } as const;

/**
 * AUC with DeLong's interval (DeLong, DeLong and Clarke-Pearson 1988), by ranks in O(n log n) (Sun and Xu 2014), cut to [0, 1].
 * Takes no weights. With a perfect order the variance is 0 and the interval a point: then believe the bootstrap no more than this.
 * @throws {RangeError} without two rows of each class, and as `checkScored`
 */
export function aucInterval(scores: ArrayLike<number>, labels: ArrayLike<number>, level = 0.95): Interval {
  const parts = placements(scores, labels);
  const width = normalQuantile((1 + checkedLevel(level)) / 2);
  const standardError = Math.sqrt(covariance(parts, parts));
  return {
    value: parts.auc,
    standardError,
    low: Math.max(0, parts.auc - width * standardError),
    high: Math.min(1, parts.auc + width * standardError),
  };
}

/** AUC of `first` less AUC of `second` over the same rows, with DeLong's interval and test. @throws {RangeError} as `aucInterval` */
export function aucDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
  level = 0.95,
): Difference {
  const [one, other] = [placements(first, labels), placements(second, labels)];
  const width = normalQuantile((1 + checkedLevel(level)) / 2);
  const value = one.auc - other.auc;
  const variance = covariance(one, one) + covariance(other, other) - 2 * covariance(one, other);
  const standardError = Math.sqrt(Math.max(0, variance));
  const pValue = standardError > 0 ? 2 * normalCdf(-Math.abs(value / standardError)) : value === 0 ? 1 : 0;
  return { value, standardError, low: value - width * standardError, high: value + width * standardError, pValue };
}

/** For each positive the share of negatives that it is above, for each negative the share of positives above it; ties half. */
type Placements = { readonly auc: number; readonly positives: Float64Array; readonly negatives: Float64Array };

function placements(scores: ArrayLike<number>, labels: ArrayLike<number>): Placements {
  checkScored({ scores, labels });
  const rows = scores.length;
  let count = 0;
  const place = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    place[row] = labels[row] === 1 ? count : row - count;
    count += labels[row]!;
  }
  if (count < 2 || rows - count < 2) throw new RangeError('labels: expected at least two rows of each class');
  const positives = new Float64Array(count);
  const negatives = new Float64Array(rows - count);
  const order = ascending(scores);
  let [seenPositives, seenNegatives, sum] = [0, 0, 0];
  for (let from = 0, to = 0; from < rows; from = to) {
    let here = 0;
    for (to = from; to < rows && scores[order[to]!] === scores[order[from]!]; to += 1) here += labels[order[to]!]!;
    const passed = to - from - here;
    for (let at = from; at < to; at += 1) {
      const row = order[at]!;
      if (labels[row] === 1) positives[place[row]!] = (seenNegatives + passed / 2) / negatives.length;
      else negatives[place[row]!] = (count - seenPositives - here / 2) / count;
    }
    sum += here * (seenNegatives + passed / 2);
    seenPositives += here;
    seenNegatives += passed;
  }
  return { auc: sum / count / negatives.length, positives, negatives };
}

function covariance(one: Placements, other: Placements): number {
  const of = (first: Float64Array, second: Float64Array) => {
    let sum = 0;
    for (let index = 0; index < first.length; index += 1) sum += (first[index]! - one.auc) * (second[index]! - other.auc);
    return sum / (first.length - 1) / first.length;
  };
  return of(one.positives, other.positives) + of(one.negatives, other.negatives);
}

export type BootstrapOptions = {
  readonly seed: number;
  /** Draws of as many rows as there are, with replacement. */
  readonly replicates?: number;
  readonly level?: number;
};

/**
 * AUC with the percentile bootstrap's interval (Efron 1979). A draw that lacks a class is left out.
 * @throws {RangeError} over the limit of draws, and as `checkScored`
 */
export function bootstrapAuc(scored: Scored, options: BootstrapOptions): Interval {
  const one = weighable(scored);
  const values = replicate(scored.scores.length, options, (counts) => one(counts));
  return interval(one(undefined), values, checkedLevel(options.level ?? 0.95));
}

/**
 * AUC of `scored` less that of `second` over the same rows and the same draws. The p-value is twice the smaller share of draws on one
 * side of 0, at least 1 / draws.
 * @throws {RangeError} as `bootstrapAuc`
 */
export function bootstrapAucDifference(scored: Scored, second: ArrayLike<number>, options: BootstrapOptions): Difference {
  checkLength('second', second, scored.scores.length);
  const [one, other] = [weighable(scored), weighable({ ...scored, scores: second })];
  const values = replicate(scored.scores.length, options, (counts) => one(counts) - other(counts));
  let [atMost, atLeast] = [0, 0];
  for (const value of values) {
    if (value <= 0) atMost += 1;
    if (value >= 0) atLeast += 1;
  }
  const pValue = Math.min(1, Math.max(1, 2 * Math.min(atMost, atLeast)) / values.length);
  const level = checkedLevel(options.level ?? 0.95);
  return { ...interval(one(undefined) - other(undefined), values, level), pValue };
}

/** The AUC as a function of how often each row was drawn, sorted once for all draws. */
function weighable(scored: Scored): (counts: Uint16Array | undefined) => number {
  checkScored(scored);
  const { scores, labels, weights } = scored;
  const order = ascending(scores);
  // 1 where the next row of the order has a higher score.
  const ends = new Uint8Array(order.length).fill(1);
  for (let at = 0; at + 1 < order.length; at += 1) if (scores[order[at + 1]!] === scores[order[at]!]) ends[at] = 0;
  return (counts) => {
    let [area, negatives, positives, here, passed] = [0, 0, 0, 0, 0];
    for (let at = 0; at < order.length; at += 1) {
      const row = order[at]!;
      const weight = (weights ? weights[row]! : 1) * (counts ? counts[row]! : 1);
      if (labels[row] === 1) here += weight;
      else passed += weight;
      if (ends[at] === 0) continue;
      area += here * (negatives + passed / 2);
      positives += here;
      negatives += passed;
      here = 0;
      passed = 0;
    }
    return area / (positives * negatives);
  };
}

/** @returns the statistic of each draw that has one, sorted */
function replicate(rows: number, options: BootstrapOptions, statistic: (counts: Uint16Array) => number): Float64Array {
  const { seed, replicates = 1000 } = options;
  if (!(Number.isSafeInteger(replicates) && replicates > 0))
    throw new RangeError(`replicates: expected a whole number above 0, got ${replicates}`);
  if (rows * replicates > bootstrapLimits.draws)
    throw new RangeError(`replicates: expected at most ${Math.floor(bootstrapLimits.draws / rows)} for ${rows} rows`);
  const draw = drawsOf(seed, 'bootstrap');
  const counts = new Uint16Array(rows);
  const values = new Float64Array(replicates);
  let kept = 0;
  for (let round = 0; round < replicates; round += 1) {
    counts.fill(0);
    for (let index = 0; index < rows; index += 1) counts[below(draw, rows)]! += 1;
    const value = statistic(counts);
    if (!Number.isNaN(value)) values[kept++] = value;
  }
  return values.subarray(0, kept).sort();
}

function interval(value: number, sorted: Float64Array, level: number): Interval {
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  const squares = sorted.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return {
    value,
    standardError: Math.sqrt(squares / (sorted.length - 1)),
    low: quantileOf(sorted, (1 - level) / 2),
    high: quantileOf(sorted, (1 + level) / 2),
  };
}

/** Between the two nearest, in proportion (Hyndman and Fan 1996, definition 7). */
function quantileOf(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return sorted[low]! + (at - low) * (next - sorted[low]!);
}

function checkedLevel(level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level: expected inside (0, 1), got ${level}`);
  return level;
}
