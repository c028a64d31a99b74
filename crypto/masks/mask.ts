// Masked sums after Bonawitz et al. 2017 (CCS, "Practical Secure Aggregation for Privacy-Preserving Machine Learning"): each member adds to its
// vector one mask of its own and one with every peer, which the lower id adds and the higher takes off. In the sum of all vectors the pairs are
// gone; unmask() takes off what is left: the own masks of those whose vectors came, and the pairs of those whose did not.
//
//   y = x + PRG(b_i) + sum over j > i of PRG(s_ij) - sum over j < i of PRG(s_ij)   modulo t
//
// Which pairs there are is the caller's: all of them, or those of a sparse graph (Bell et al. 2020, CCS, "Secure Single-Server Aggregation
// with (Poly)Logarithmic Overhead"). Vectors are residues below the modulus (fixed-point.ts makes them), of one length.
//
// Known ways to misuse it:
// - A sum hides a value behind the other values in it. How many there are at least is the caller's (reveals.ts has a floor).
// - Seeds serve one sum. A vector sent twice under the same seeds, with other values, shows the difference.
// - A masked vector is not authenticated: whoever changes it changes the sum.

import type { Pair } from './agreement.ts';
import { checkBytes, maskLimits } from './labels.ts';
import { secretBytes } from './secrets.ts';
import { addStream, checkModulus, checkResidues, streamNonces } from './stream.ts';

/** With fewer, the masks of a vector rest on one peer's word. */
const pairsMin = maskLimits.membersMin - 1;

/**
 * @param values residues below the modulus @param masks.selfSeed 32 bytes @param masks.pairs one for each peer, with our sign
 * @returns the masked vector, in memory of its own
 * @throws {RangeError} for a value at its place, fewer than two pairs, or a seed that is there twice: two signs would take it off again
 */
export function maskVector(
  values: Uint32Array,
  masks: { readonly modulus: number; readonly selfSeed: Uint8Array; readonly pairs: readonly Pair[] },
): Uint32Array {
  const { modulus, selfSeed, pairs } = masks;
  checkModulus(modulus);
  checkResidues('values', values, modulus);
  if (pairs.length < pairsMin || pairs.length >= maskLimits.membersMax) {
    throw new RangeError(`pairs: expected ${pairsMin} to ${maskLimits.membersMax - 1}, got ${pairs.length}`);
  }
  checkSeeds([selfSeed, ...pairs.map(({ seed }) => seed)], pairs);
  const masked = values.slice();
  addStream(masked, selfSeed, streamNonces.self, modulus, 1);
  for (const { seed, sign } of pairs) addStream(masked, seed, streamNonces.pair, modulus, sign);
  return masked;
}

/**
 * @param vectors masked vectors of one length @returns their sum modulo the modulus
 * @throws {RangeError} naming the vector of another length, or the value that is no residue
 */
export function sumVectors(vectors: Iterable<Uint32Array>, modulus: number): Uint32Array {
  checkModulus(modulus);
  let total: Float64Array | undefined;
  let count = 0;
  for (const vector of vectors) {
    const name = `vectors[${count}]`;
    checkResidues(name, vector, modulus);
    total ??= new Float64Array(vector.length);
    if (vector.length !== total.length) throw new RangeError(`${name}: expected ${total.length} values, got ${vector.length}`);
    // Reduced at the end alone: even of all members the sums stay below 2^40, and no step depends on a value.
    for (let at = 0; at < total.length; at += 1) total[at]! += vector[at]!;
    count += 1;
    if (count > maskLimits.membersMax) throw new RangeError(`vectors: expected up to ${maskLimits.membersMax}`);
  }
  if (!total) throw new RangeError('vectors: expected some, got none');
  const sum = new Uint32Array(total.length);
  for (let at = 0; at < sum.length; at += 1) sum[at] = total[at]! % modulus;
  return sum;
}

/**
 * @param sum of the survivors' masked vectors
 * @param left.selfSeeds of every survivor @param left.leftover the pairs of every dropped member with every survivor, with the survivor's
 *   sign (recoverPairs of agreement.ts)
 * @returns the sum of the survivors' values modulo the modulus, in memory of its own
 */
export function unmask(
  sum: Uint32Array,
  left: { readonly modulus: number; readonly selfSeeds: readonly Uint8Array[]; readonly leftover: readonly Pair[] },
): Uint32Array {
  const { modulus, selfSeeds, leftover } = left;
  checkModulus(modulus);
  checkResidues('sum', sum, modulus);
  checkSeeds([...selfSeeds, ...leftover.map(({ seed }) => seed)], leftover);
  const values = sum.slice();
  for (const seed of selfSeeds) addStream(values, seed, streamNonces.self, modulus, -1);
  for (const { seed, sign } of leftover) addStream(values, seed, streamNonces.pair, modulus, sign === 1 ? -1 : 1);
  return values;
}

function checkSeeds(seeds: readonly Uint8Array[], pairs: readonly Pair[]): void {
  const seen = new Set<string>();
  for (const seed of seeds) {
    checkBytes('seed', seed, secretBytes);
    seen.add(Buffer.from(seed).toString('latin1'));
  }
  if (seen.size !== seeds.length) throw new RangeError('seeds: expected each once, got one twice');
  for (const { sign } of pairs) if (sign !== 1 && sign !== -1) throw new RangeError(`sign: expected 1 or -1, got ${sign}`);
}
