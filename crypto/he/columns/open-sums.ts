// What the owner of the numbers does with answers: he reads the sums. SEAL is not asked, as an answer is no whole ciphertext: c0 has only the
// coefficients that matter, so that only these of c1 times the key are worked out, by additions, as the key has coefficients -1, 0 and 1.

import { HeError } from '../errors.ts';
import { checkCounts, groupsOf } from './indicators.ts';
import { unpackAnswer, unpackSecretKey } from './row-bytes.ts';
import { checkRows, rowParameters } from './row-parameters.ts';

const { slots, answerPrime, plainModulus, noiseMax } = rowParameters;
const half = 2 ** 24;

/**
 * @param answers of one list of numbers and one node, as sums() gave them
 * @param counts of the bins of each column that was asked for  @param rows of the whole list
 * @returns for each column the sums over the rows of its bins
 * @throws {HeError} 'noise-exhausted' instead of garbage, 'other-key', 'wrong-length', and what unpackAnswer() refuses. What a refusal was for must not
 *   be told to the partner who can choose answers, and it ends the use of the key: such refusals give keys away, one by one
 * @throws {RangeError} for counts and rows that cannot be
 */
export function decryptSums(
  secretKey: Uint8Array,
  answers: readonly Uint8Array[],
  counts: readonly number[],
  rows: number,
): Int32Array[] {
  checkRows(rows);
  const groups = groupsOf(checkCounts(counts), rows);
  if (answers.length !== groups.length) {
    throw new HeError('wrong-length', `answers: expected ${groups.length}, got ${answers.length}`);
  }
  const { keyName, coefficients } = unpackSecretKey(secretKey);
  const turned = turnedKey(coefficients);
  coefficients.fill(0);
  const sums: number[] = [];
  try {
    answers.forEach((bytes, group) => {
      const places = groups[group]!;
      const answer = unpackAnswer(bytes, places.length);
      if (Buffer.compare(answer.keyName, keyName) !== 0)
        throw new HeError('other-key', `answers[${group}]: made for another key`);
      for (const phase of phasesAt(places, answer.asked, answer.c1, turned)) sums.push(sumOf(phase, group));
    });
  } finally {
    turned.fill(0);
  }
  let from = 0;
  return counts.map((count) => {
    from += count;
    return Int32Array.from(sums.slice(from - count, from));
  });
}

/** The key twice, -s and s: c1 s at k is then a plain sum over c1[j] turned[N + k - j], signs and all. */
function turnedKey(coefficients: Int8Array): Float64Array {
  const out = new Float64Array(2 * slots);
  coefficients.forEach((value, i) => {
    out[i] = -value;
    out[slots + i] = value;
  });
  return out;
}

/** c0 + c1 s modulo q1 at some places, exactly: halves of 24 bits, 8,192 of them, stay below 2^37. */
function phasesAt(places: readonly number[], c0: readonly number[], c1: Float64Array, turned: Float64Array): bigint[] {
  const highs = c1.map((value) => Math.floor(value / half));
  const lows = c1.map((value) => value % half);
  return places.map((place, at) => {
    let [high, low] = [0, 0];
    for (let j = 0; j < slots; j += 1) {
      const key = turned[slots + place - j]!;
      high += highs[j]! * key;
      low += lows[j]! * key;
    }
    const phase = (BigInt(c0[at]!) + BigInt(high) * BigInt(half) + BigInt(low)) % answerPrime;
    return phase < 0n ? phase + answerPrime : phase;
  });
}

/** @throws {HeError} 'noise-exhausted' for a phase that is farther from any sum than an honest one can be */
function sumOf(phase: bigint, group: number): number {
  const t = BigInt(plainModulus);
  const nearest = (2n * t * phase + answerPrime) / (2n * answerPrime);
  const off = t * phase - nearest * answerPrime;
  if (off > t * BigInt(noiseMax) || off < -t * BigInt(noiseMax)) {
    throw new HeError('noise-exhausted', `answers[${group}]: made of other ciphertexts than it should, or spoilt on purpose`);
  }
  const sum = Number(nearest % t);
  return sum > (plainModulus - 1) / 2 ? sum - plainModulus : sum;
}
