// Averaging that a minority of poisoned groups cannot lead astray: a rule over the mean updates of random groups, in place of their mean.
// Groups whose mean is longer than honest members can make it are left out first.

import { checkFinite, checkLength, checkPositive, checkWhole, norm } from './arithmetic.ts';

/**
 * `median` and `trimmed`: coordinate by coordinate (Yin et al. 2018); `trimmed` leaves out the `trim` smallest and largest groups.
 * `geometric`: the point with the least sum of distances (RFA, Pillutla et al. 2019, algorithm 2: Weiszfeld's iteration, smoothed by `nu`).
 */
export type RobustRule =
  | { readonly kind: 'median' }
  | { readonly kind: 'trimmed'; readonly trim: number }
  | { readonly kind: 'geometric'; readonly iterations?: number; readonly nu?: number };

/** With fewer groups no rule can tell a liar from the rest. */
export const fewestGroups = 3;
export const geometricDefaults = { iterations: 200, nu: 1e-6 } as const;

export type RobustOutcome =
  | {
      readonly ok: true;
      readonly update: Float64Array;
      /** Groups left out by the norm bound, by place. */
      readonly excluded: readonly { readonly group: number; readonly norm: number }[];
      /** How many further groups may be poisoned without moving the result beyond the honest ones (`geometric`: without bound). */
      readonly tolerates: number;
    }
  | {
      readonly ok: false;
      readonly reason: 'too_few_groups';
      readonly groups: number;
      readonly needed: number;
      readonly excluded: readonly { readonly group: number; readonly norm: number }[];
    };

/**
 * One update of the means of groups. Every group counts once, whatever rows it claims: rows are claims, and a liar's would be many. So the
 * result is not the pooled mean where groups differ in size or kind; that is the price.
 * @param bound largest L2 norm of a group's mean: the members' clip, plus the rounding of the codec
 * @throws {RangeError} for lengths that differ, NaN or Infinity (by index), settings outside their ranges
 */
export function robustMean(means: readonly ArrayLike<number>[], bound: number, rule: RobustRule): RobustOutcome {
  checkPositive('bound', bound);
  means.forEach((mean, group) => {
    checkLength(`group ${group}`, mean, means[0]!.length);
    checkFinite(`group ${group}`, mean);
  });
  const norms = means.map(norm);
  const excluded = norms.map((length, group) => ({ group, norm: length })).filter((each) => !(each.norm <= bound));
  const kept = means.filter((_, group) => norms[group]! <= bound);
  const needed = Math.max(fewestGroups, rule.kind === 'trimmed' ? 2 * rule.trim + 1 : 0);
  if (kept.length < needed) return { ok: false, reason: 'too_few_groups', groups: kept.length, needed, excluded };
  const tolerates = rule.kind === 'trimmed' ? rule.trim : Math.floor((kept.length - 1) / 2);
  return { ok: true, update: combine(kept, rule), excluded, tolerates };
}

function combine(means: readonly ArrayLike<number>[], rule: RobustRule): Float64Array {
  switch (rule.kind) {
    case 'median':
      return trimmedMean(means, Math.floor((means.length - 1) / 2));
    case 'trimmed':
      checkWhole('trim', rule.trim, 1, Math.floor((means.length - 1) / 2));
      return trimmedMean(means, rule.trim);
    case 'geometric':
      return geometricMedian(means, rule.iterations ?? geometricDefaults.iterations, rule.nu ?? geometricDefaults.nu);
  }
}

/** Trimmed by all but one or two on the middle it is the median. */
function trimmedMean(means: readonly ArrayLike<number>[], trim: number): Float64Array {
  const sorted = new Float64Array(means.length);
  return Float64Array.from({ length: means[0]!.length }, (_, index) => {
    means.forEach((mean, group) => {
      sorted[group] = mean[index]! + 0;
    });
    sorted.sort();
    let sum = 0;
    for (let place = trim; place < sorted.length - trim; place += 1) sum += sorted[place]!;
    return sum / (sorted.length - 2 * trim);
  });
}

/** From the mean, a fixed number of steps: each is the mean weighted by 1 over the distance, which is taken as at least `nu`. */
function geometricMedian(means: readonly ArrayLike<number>[], iterations: number, nu: number): Float64Array {
  checkWhole('iterations', iterations, 1, 10_000);
  checkPositive('nu', nu);
  let at = weightedMean(means, new Float64Array(means.length).fill(1));
  for (let step = 0; step < iterations; step += 1) {
    const shares = Float64Array.from(means, (mean) => 1 / Math.max(nu, distance(mean, at)));
    at = weightedMean(means, shares);
  }
  return at;
}

function weightedMean(means: readonly ArrayLike<number>[], shares: Float64Array): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const mean = new Float64Array(means[0]!.length);
  means.forEach((each, group) => {
    const share = shares[group]! / total;
    for (let index = 0; index < mean.length; index += 1) mean[index]! += share * each[index]!;
  });
  return mean;
}

function distance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let squares = 0;
  for (let index = 0; index < one.length; index += 1) {
    const gap = one[index]! - other[index]!;
    squares += gap * gap;
  }
  return Math.sqrt(squares);
}
