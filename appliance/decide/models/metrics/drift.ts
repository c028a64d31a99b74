// Drift: whether the rows that are scored today still look like those a model was trained on. The reference is kept as bins and shares,
// plain data without any person in it, so that it travels with the model.

import { kolmogorovTail } from '../numerics/distributions.ts';
import { ascending } from '../numerics/order.ts';

/** Shares below this count as this, so that a bin that is empty on one side is much drift and not infinite drift. */
export const shareFloor = 1e-4;

/** Numbers by quantiles of the reference. A bin holds what is above the edge before it and at most its own; the last has no end. */
export type NumberProfile = {
  readonly kind: 'number';
  /** Rising strictly; one fewer than bins. */
  readonly edges: readonly number[];
  /** One a bin, then that of the missing. They sum to 1. */
  readonly shares: readonly number[];
};

export type CategoryProfile = {
  readonly kind: 'category';
  /** In the order of their shares; what is not among them is counted together. */
  readonly levels: readonly string[];
  /** One a level, then all others', then that of the missing. They sum to 1. */
  readonly shares: readonly number[];
};

export type DriftPart = { readonly name: string; readonly expected: number; readonly actual: number; readonly index: number };
export type Drift = {
  /** Sum over the parts, at least 0. A rule of thumb of credit scoring (Siddiqi 2006): below 0.1 little, above 0.25 much. */
  readonly index: number;
  readonly parts: readonly DriftPart[];
};

/**
 * @param values the reference; NaN: missing
 * @param bins at most so many: equal values never part
 * @throws {RangeError} for no rows or no bins
 */
export function profileNumbers(values: ArrayLike<number>, bins = 10): NumberProfile {
  if (!(Number.isSafeInteger(bins) && bins > 0)) throw new RangeError(`bins: expected a whole number above 0, got ${bins}`);
  if (values.length === 0) throw new RangeError('values: expected rows, got none');
  const present = presentOf(values);
  const order = ascending(present);
  const edges: number[] = [];
  for (let bin = 1; bin < bins && order.length > 0; bin += 1) {
    const edge = present[order[Math.ceil((order.length * bin) / bins) - 1]!]!;
    const isNew = edges.length === 0 || edge > edges.at(-1)!;
    if (isNew && edge < present[order.at(-1)!]!) edges.push(edge);
  }
  return { kind: 'number', edges, shares: numberShares(edges, values) };
}

/** Population stability index of numbers against a profile. @throws {RangeError} for no rows */
export function numberDrift(profile: NumberProfile, values: ArrayLike<number>): Drift {
  const names = profile.shares.map((_, bin) => {
    if (bin === profile.shares.length - 1) return 'missing';
    if (profile.edges.length === 0) return 'all';
    return bin < profile.edges.length ? `<= ${profile.edges[bin]}` : `> ${profile.edges[bin - 1]}`;
  });
  return driftOf(names, profile.shares, numberShares(profile.edges, values));
}

function numberShares(edges: readonly number[], values: ArrayLike<number>): number[] {
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    counts[Number.isNaN(value) ? edges.length + 1 : binAt(edges, value)]! += 1;
  }
  return sharesOf(counts, values.length);
}

/** Number of edges that lie below the value. */
function binAt(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @param texts the reference; undefined: missing
 * @param most levels are kept, the most frequent ones, of equal ones the first by code unit
 * @throws {RangeError} for no rows
 */
export function profileCategories(texts: readonly (string | undefined)[], most = 50): CategoryProfile {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  const levels = [...counts]
    .sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
    .slice(0, most)
    .map(([level]) => level);
  return { kind: 'category', levels, shares: categoryShares(levels, texts) };
}

/** Population stability index of categories against a profile. Levels that are new count as `other`. @throws {RangeError} for no rows */
export function categoryDrift(profile: CategoryProfile, texts: readonly (string | undefined)[]): Drift {
  return driftOf([...profile.levels, 'other', 'missing'], profile.shares, categoryShares(profile.levels, texts));
}

function categoryShares(levels: readonly string[], texts: readonly (string | undefined)[]): number[] {
  const places = new Map(levels.map((level, place) => [level, place]));
  const counts = new Array<number>(levels.length + 2).fill(0);
  for (const text of texts) {
    const place = text === undefined ? levels.length + 1 : (places.get(text) ?? levels.length);
    counts[place]! += 1;
  }
  return sharesOf(counts, texts.length);
}

function sharesOf(counts: readonly number[], rows: number): number[] {
  if (rows === 0) throw new RangeError('values: expected rows, got none');
  return counts.map((count) => count / rows);
}

/** (actual - expected) x log(actual / expected), summed: Jeffreys' divergence of the shares. Parts that are empty on both sides add 0. */
function driftOf(names: readonly string[], expected: readonly number[], actual: readonly number[]): Drift {
  const parts = names.map((name, part) => {
    const [before, now] = [expected[part]!, actual[part]!];
    const [from, to] = [Math.max(before, shareFloor), Math.max(now, shareFloor)];
    return { name, expected: before, actual: now, index: (to - from) * Math.log(to / from) };
  });
  return { index: parts.reduce((sum, { index }) => sum + index, 0), parts };
}

export type TwoSampleKs = {
  /** Largest distance of the two empirical distributions. */
  readonly statistic: number;
  /** By Kolmogorov's limit: good from some dozen rows of each on, too cautious with many ties. */
  readonly pValue: number;
};

/** Two-sample Kolmogorov-Smirnov test (Smirnov 1939), two-sided. NaN (missing) is left out. @throws {RangeError} when either sample is empty */
export function twoSampleKs(one: ArrayLike<number>, other: ArrayLike<number>): TwoSampleKs {
  const first = presentOf(one);
  const second = presentOf(other);
  if (first.length === 0 || second.length === 0) throw new RangeError('samples: expected numbers in both');
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  const order = ascending(both);
  let statistic = 0;
  let passed = 0;
  for (let place = 0; place < order.length; place += 1) {
    if (order[place]! < first.length) passed += 1;
    if (place + 1 < order.length && both[order[place + 1]!] === both[order[place]!]) continue;
    statistic = Math.max(statistic, Math.abs(passed / first.length - (place + 1 - passed) / second.length));
  }
  const effective = (first.length * second.length) / both.length;
  return { statistic, pValue: kolmogorovTail(Math.sqrt(effective) * statistic) };
}

function presentOf(values: ArrayLike<number>): Float64Array {
  const present = new Float64Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row += 1) if (!Number.isNaN(values[row]!)) present[count++] = values[row]!;
  return present.subarray(0, count);
}
