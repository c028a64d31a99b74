// Private set intersection between two parties, the mathematics of it: which of our customers another organisation has too, without
// showing the rest. Bytes in, bytes out: no network, no files, no threads, no state. Three modes, of which leakage.ts says who learns what:
//
//   salted-hash   keyed hashes under a secret that both have: fast, and each partner can try every value against the other's list
//   ecdh          points masked by both (Meadows 1986; Huberman, Franklin, Hogg 1999): nobody tries values against what was sent
//   count         the same, shuffled by the responder, so that the initiator learns only how many
//   sums          count, and the sum of the responder's values over what both have (Ion et al. 2019)
//
// A third member, the counter, may count before anything is shown (ecdh-steps.ts says how).
//
// One run: each side prepare()s its items, encode()s (or hashItems()) what is left, and goes through the steps of its role. The steps
// multiply and encrypt by functions that may be given, so that a caller spreads a list over threads: mask() of a part is that part of mask().
//
// Known ways to misuse it:
// - Scalars, seeds and tags belong to one run. A second run under the same ones links its items with the first.
// - All of it is for partners who follow the steps and read along (semi-honest); leakage.ts says what one gains who does not.
// - An answer about a list of one item is an answer about a person. Smallest sizes and how often one may ask are the caller's.

import { permutation } from './shuffle.ts';
import { itemBytes } from './tokens.ts';

export { mask, newScalar, PointRefused, scalarBytes } from './ecdh.ts';
export { countSteps, ecdhSteps, type Masking, type Own, type OwnKept, type Refusing } from './ecdh-steps.ts';
export {
  addendsMax,
  addTotal,
  ciphertextBytes,
  encryptValues,
  newSumsKey,
  publicKeyBytes,
  secretKeyBytes,
  sumBytes,
  totalOf,
  totalOfNothing,
  valueMax,
} from './elgamal.ts';
export { encode, tagLimits } from './encode.ts';
export { firstRepeat, type Intersection, intersect, refuseRepeats } from './intersect.ts';
export { type HashOptions, hashItems, hashKeyBytes, type Stretch, stretchLimits } from './keyed-hash.ts';
export {
  type Cost,
  costOf,
  type Knowledge,
  type Learns,
  type Party,
  type Role,
  type Statement,
  statementOf,
  type Terms,
  type Text,
} from './leakage.ts';
export { saltedHashSteps } from './salted-hash-steps.ts';
export { inverse, permutation, reorder, seedBytes, shuffled } from './shuffle.ts';
export {
  type Comparing,
  type Encrypted,
  type Encrypting,
  type OwnValues,
  type Sizes,
  sumsSteps,
  type Totalling,
} from './sums-steps.ts';
export { tokenBytes, tokenCount, tokensMax } from './tokens.ts';
export { measureRate, mobileNumbers, type TrialCost, trialCost } from './trial-cost.ts';

export type Prepared = {
  /** What goes into encode() or hashItems(): each item once, in a secret order. */
  readonly items: readonly string[];
  /** For each of them its first place in the list that was given. What a step learns leads back through it. */
  readonly places: Uint32Array;
  /** Places in the given list that repeat an earlier item and are left out: to be reported before anything is sent. */
  readonly repeats: Uint32Array;
};

/**
 * The first thing either side does: repeats go, as they would tell the partner how often; and the order goes, as the order of one's
 * records (by age, by name, by value) is nobody else's business.
 * @param items normalised texts  @param seed 32 secret bytes of this run and side
 * @throws {RangeError} for a text that is no Unicode
 */
export function prepare(items: readonly string[], seed: Uint8Array): Prepared {
  const seen = new Set<string>();
  const firstPlaces = new Uint32Array(items.length);
  const repeats: number[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]!;
    if (!item.isWellFormed()) itemBytes(item, index);
    const before = seen.size;
    if (seen.add(item).size === before) repeats.push(index);
    else firstPlaces[before] = index;
  }
  const places = permutation(seen.size, seed).map((from) => firstPlaces[from]!);
  return { items: Array.from(places, (place) => items[place]!), places, repeats: Uint32Array.from(repeats) };
}
