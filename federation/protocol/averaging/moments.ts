// How features are standardised alike by all, without anybody seeing another's column: each member sums its values in whole steps, the sums
// are added, and everybody computes the same means and deviations, bit for bit those of the pooled rows.

import { checkLength, checkWhole } from './arithmetic.ts';
import { digitsAt, pairAt, putDigits, putPair } from './digits.ts';

/**
 * Values are clamped to the feature's limit, a power of two that the terms name, and rounded to whole steps of limit / 2^26. So a square is
 * at most 2^52, and of 2^27 rows the steps sum to at most 2^53 and their squares to at most 2^79.
 */
export const momentLimits = { stepsOfLimit: 0x4000000, rows: 0x8000000, features: 1000 } as const;

export type FeatureMoments = {
  /** Rows where it is present. */
  readonly count: number;
  /** Over these rows, in steps. */
  readonly sum: bigint;
  /** Over these rows, in squared steps. */
  readonly squares: bigint;
};
export type Moments = {
  readonly rows: number;
  /** Rows with label 1. */
  readonly positives: number;
  readonly features: readonly FeatureMoments[];
};

const digits = { sum: 3, squares: 4 } as const;
const headWords = 4;
const featureWords = 2 + digits.sum + digits.squares;

/** Words of such a sum. */
export const momentWords = (features: number) => headWords + features * featureWords;

/** A member's moments as words. Empty organisations send zeros. @throws {RangeError} for numbers outside `momentLimits` */
export function encodeMoments({ rows, positives, features }: Moments): Int32Array {
  checkWhole('features', features.length, 1, momentLimits.features);
  checkWhole('rows', rows, 0, momentLimits.rows);
  checkWhole('positives', positives, 0, rows);
  const words = new Int32Array(momentWords(features.length));
  putPair('rows', rows, words, 0);
  putPair('positives', positives, words, 2);
  features.forEach(({ count, sum, squares }, feature) => {
    const at = headWords + feature * featureWords;
    checkWhole(`count of feature ${feature}`, count, 0, rows);
    const steps = BigInt(momentLimits.stepsOfLimit);
    const bound = BigInt(count) * steps;
    if (sum > bound || -sum > bound) throw new RangeError(`sum of feature ${feature}: expected within ${bound} of 0, got ${sum}`);
    if (squares < 0n || squares > bound * steps)
      throw new RangeError(`squares of feature ${feature}: expected from 0 to ${bound * steps}, got ${squares}`);
    putPair('count', count, words, at);
    putDigits('sum', sum, digits.sum, words, at + 2);
    putDigits('squares', squares, digits.squares, words, at + 2 + digits.sum);
  });
  return words;
}

/** @throws {RangeError} for another length, and for sums that no rows have: some member did not keep to the rules */
export function decodeMoments(words: Int32Array, features: number): Moments {
  checkLength('words', words, momentWords(features));
  const rows = pairAt(words, 0);
  const positives = pairAt(words, 2);
  checkWhole('rows', rows, 1, Number.MAX_SAFE_INTEGER);
  checkWhole('positives', positives, 0, rows);
  const read = (feature: number): FeatureMoments => {
    const at = headWords + feature * featureWords;
    const count = pairAt(words, at);
    const sum = digitsAt(words, digits.sum, at + 2);
    const squares = digitsAt(words, digits.squares, at + 2 + digits.sum);
    checkWhole(`count of feature ${feature}`, count, 0, rows);
    if (squares < 0n || BigInt(count) * squares < sum * sum)
      throw new RangeError(`squares of feature ${feature}: expected at least sum x sum / count, got ${squares}`);
    return { count, sum, squares };
  };
  return { rows, positives, features: Array.from({ length: features }, (_, feature) => read(feature)) };
}

/** A column of the training table. `value`: (feature - center) / scale, 0 where missing. `missing`: the same of 1 where missing, else 0. */
export type StandardColumn = {
  readonly feature: number;
  readonly how: 'value' | 'missing';
  readonly center: number;
  readonly scale: number;
};
export type Standardiser = {
  /** Of all members together, as the moments say. */
  readonly rows: number;
  readonly positives: number;
  /** Powers of two, one for each feature. */
  readonly limits: readonly number[];
  readonly columns: readonly StandardColumn[];
};

/** Fewer rows than this on one side of a yes-or-no column are left out: weights, and sums over so few, would tell of single customers. */
export const fewestDefault = 20;

/**
 * Means and population deviations of what is present, and an indicator for each feature that is sometimes missing. Left out are features that
 * do not vary (by more than 1e-7 of their mean), and columns in which fewer than `fewest` rows say yes, or no, or anything.
 * @throws {RangeError} for limits that are no powers of two or not one for each feature
 */
export function standardiserOf(moments: Moments, limits: readonly number[], fewest = fewestDefault): Standardiser {
  const { rows, positives, features } = moments;
  checkLength('limits', limits, features.length);
  limits.forEach(checkLimit);
  const columns: StandardColumn[] = [];
  features.forEach((each, feature) => {
    const value = valueColumn(each, feature, limits[feature]!, fewest);
    if (value) columns.push(value);
  });
  features.forEach(({ count }, feature) => {
    const missing = rows - count;
    if (Math.min(missing, count) < Math.max(1, fewest)) return;
    const scale = Math.sqrt(Number(BigInt(missing) * BigInt(count))) / rows;
    columns.push({ feature, how: 'missing', center: missing / rows, scale });
  });
  return { rows, positives, limits, columns };
}

const most = 0x100000000 * 0x100000000;
const least = 1 / most;

/** From 2^-64 to 2^64. @throws {RangeError} */
export function checkLimit(limit: number, feature: number): void {
  let power = least;
  while (power < limit && power < most) power *= 2;
  if (power !== limit)
    throw new RangeError(`limits: expected a power of two from 2^-64 to 2^64, got ${limit} for feature ${feature}`);
}

function valueColumn(
  { count, sum, squares }: FeatureMoments,
  feature: number,
  limit: number,
  fewest: number,
): StandardColumn | undefined {
  if (count < Math.max(1, fewest)) return undefined;
  const step = limit / momentLimits.stepsOfLimit;
  // Where every value is 0 or 1 the squares are the values.
  const one = momentLimits.stepsOfLimit / limit;
  if (Number.isSafeInteger(one) && squares === sum * BigInt(one)) {
    const ones = Number(sum / BigInt(one));
    if (Math.min(ones, count - ones) < fewest) return undefined;
  }
  const spread = BigInt(count) * squares - sum * sum;
  const center = (Number(sum) / count) * step;
  const scale = (Math.sqrt(Number(spread)) / count) * step;
  return scale > 1e-7 * Math.abs(center) ? { feature, how: 'value', center, scale } : undefined;
}
