// A member's own noise in what it gives to sums, where the terms of a round promise privacy: drawn by the node's generator and added before anything is
// masked. What was masked once is kept and goes out again after a kill (member-sums.ts), so that no sum ever has two draws that somebody could
// take the mean of.

import { discreteGaussians, type Random } from '../../../crypto/privacy/privacy.ts';
import { releasesOf, shareFor } from '../../protocol/round/privacy-terms.ts';
import type { RoundTerms } from '../../protocol/round/round-terms.ts';
import type { AskSum, NoisePart } from './ports.ts';

/** @param values whole numbers  @throws {RangeError} for parts that are not of them, and for noise that 32 bits do not hold */
export function withNoise(
  privacy: NonNullable<RoundTerms['privacy']>,
  values: Int32Array,
  { from, count, sensitivity2 }: NoisePart,
  random: Random,
): Int32Array {
  if (!(from >= 0 && count >= 1 && from + count <= values.length))
    throw new RangeError(`noise: expected a part of ${values.length} values, got ${count} from ${from}`);
  const noise = discreteGaussians(count, shareFor(privacy, sensitivity2), random);
  const noisy = values.slice();
  for (let at = 0; at < count; at += 1) {
    const value = values[from + at]! + noise[at]!;
    if (value !== (value | 0)) throw new RangeError('noise: a value with it is beyond 32 bits');
    noisy[from + at] = value;
  }
  return noisy;
}

/**
 * Asks for sums with this member's noise in them. What is asked for without saying how far a row or member moves it is a fault of the code, and so
 * is one sum more than the terms were checked for: nothing is given then.
 */
export function noisyAsk({ privacy, learn }: Pick<RoundTerms, 'privacy' | 'learn'>, ask: AskSum, random: Random): AskSum {
  if (!privacy) return ask;
  let left = releasesOf(learn);
  return async (about, values, { noise, ...options } = {}) => {
    if (!noise) throw new RangeError(`noise: expected the sensitivity of ${about}`);
    left -= 1;
    if (left < 0) throw new RangeError(`noise: more sums than ${releasesOf(learn)}`);
    return ask(
      about,
      async (members) => withNoise(privacy, typeof values === 'function' ? await values(members) : values, noise, random),
      options,
    );
  };
}
