// A member's update as words of a secure sum, and the opened sum as a mean update: clipped to a norm, weighted by rows or equally, in fixed
// point whose bound leaves no room for an overflow, whatever honest members send.

import { checkFinite, checkLength, checkPositive, checkWhole, norm, powerOfTwoAtMost } from './arithmetic.ts';
import { memberLimit, wordHalf } from './digits.ts';

/** What the members agreed on. The same terms give the same scale. */
export type UpdateTerms = {
  /** Numbers of an update: those of the model. */
  readonly parameters: number;
  /** The most members whose updates are added in one sum. */
  readonly members: number;
  /** Largest L2 norm of an update; longer ones are shortened to it. */
  readonly clip: number;
  /** `rows`: by rows, each counted up to `rowsCap`, so that nobody weighs more than that. `equal`: each member counts once. */
  readonly weighting: { readonly by: 'rows'; readonly rowsCap: number } | { readonly by: 'equal' };
  /** Steps of each word that are kept free for what a member adds to it (noise). Default 0. */
  readonly reserve?: number;
};

export type UpdateScale = {
  /** Steps of 1, a power of two, so that scaling rounds nothing. */
  readonly scale: number;
  /** What a word of one member stays within, reserve included: members x bound is at most `wordHalf`. */
  readonly bound: number;
  /** Words of an update: its parameters, then the weight. */
  readonly words: number;
};

export const updateLimits = { parameters: 1_000_000, leastSteps: 256 } as const;

/** @throws {RangeError} for terms that leave fewer than 256 steps of a clipped update, or overflow by the weights */
export function updateScale({ parameters, members, clip, weighting, reserve = 0 }: UpdateTerms): UpdateScale {
  checkWhole('parameters', parameters, 1, updateLimits.parameters);
  checkWhole('members', members, 1, memberLimit);
  checkPositive('clip', clip);
  const bound = Math.floor(wordHalf / members);
  checkWhole('reserve', reserve, 0, bound);
  // One step is left for rounding.
  const room = bound - reserve - 1;
  const scale = room > 0 ? powerOfTwoAtMost(room / clip) : 0;
  if (!(scale * clip >= updateLimits.leastSteps && Number.isFinite(scale)))
    throw new RangeError(`clip: expected at least ${updateLimits.leastSteps} steps, got ${scale * clip} with this reserve`);
  if (weighting.by === 'rows') checkWhole('rowsCap', weighting.rowsCap, 1, bound - reserve);
  return { scale, bound, words: parameters + 1 };
}

/** Shortens to the norm; shorter vectors stay as they are. @throws {RangeError} for NaN and Infinity, naming the index, and norms beyond doubles */
export function clipToNorm(update: ArrayLike<number>, clip: number): { update: Float64Array; norm: number } {
  checkFinite('update', update);
  const length = norm(update);
  if (!Number.isFinite(length)) throw new RangeError('update: expected a finite norm, got Infinity');
  const share = length > clip ? clip / length : 1;
  return { update: Float64Array.from(update, (each) => each * share), norm: length };
}

/**
 * Words of a member's update: each number clipped, times the member's weight as a share of the largest one, in steps; then the weight. A member
 * without rows sends zeros.
 * @throws {RangeError} for another length, NaN and Infinity (by index), rows that are no whole number
 */
export function encodeUpdate(terms: UpdateTerms, { delta, rows }: { delta: ArrayLike<number>; rows: number }): Int32Array {
  const { scale, words } = updateScale(terms);
  checkLength('update', delta, terms.parameters);
  checkWhole('rows', rows, 0, Number.MAX_SAFE_INTEGER);
  const { update } = clipToNorm(delta, terms.clip);
  const heaviest = heaviestOf(terms);
  const weight = Math.min(rows, heaviest);
  const share = weight / heaviest;
  const out = new Int32Array(words);
  for (let index = 0; index < update.length; index += 1) out[index] = Math.round(update[index]! * share * scale);
  out[update.length] = weight;
  return out;
}

const heaviestOf = ({ weighting }: UpdateTerms) => (weighting.by === 'rows' ? weighting.rowsCap : 1);

/** How far one member can move a sum at most, as an L2 distance in steps, weight apart: clip and rounding. For noise that is to hide it. */
export function updateSensitivity(terms: UpdateTerms): number {
  const { scale } = updateScale(terms);
  return scale * terms.clip + Math.sqrt(terms.parameters) / 2;
}

/**
 * How long the mean of honest members' updates can be: the clip, and their rounding. For `robustMean`, which leaves out groups beyond it. Without
 * noise: with it, add what the noise may come to.
 */
export function honestNorm(terms: UpdateTerms, weight: number, contributors: number): number {
  const { scale } = updateScale(terms);
  return terms.clip + (((Math.sqrt(terms.parameters) / 2) * contributors) / scale) * (heaviestOf(terms) / weight);
}

export type MeanUpdate = {
  readonly mean: Float64Array;
  /** Sum of the weights: rows, each member's up to the cap, or members. */
  readonly weight: number;
};

/**
 * The mean update that an opened sum holds.
 * @param sum centred words  @param contributors members whose updates are in it
 * @throws {RangeError} for a weight that so many members cannot have, and words beyond what they can send: somebody departed from the rules
 */
export function decodeUpdate(terms: UpdateTerms, sum: Int32Array, contributors: number): MeanUpdate {
  const { scale, bound, words } = updateScale(terms);
  checkLength('sum', sum, words);
  checkWhole('contributors', contributors, 1, terms.members);
  const heaviest = heaviestOf(terms);
  const reserved = (terms.reserve ?? 0) * contributors;
  const weight = sum[terms.parameters]!;
  checkWhole('weight', weight, 1, heaviest * contributors + reserved);
  const mean = new Float64Array(terms.parameters);
  const share = weight / heaviest;
  for (let index = 0; index < mean.length; index += 1) {
    if (Math.abs(sum[index]!) > bound * contributors)
      throw new RangeError(`sum: expected within ${bound * contributors} of 0, got ${sum[index]} at ${index}`);
    mean[index] = sum[index]! / scale / share;
  }
  return { mean, weight };
}
