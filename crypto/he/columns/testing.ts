// What the tests of columns share: rows and columns from a label, plain sums, the owner's view of an answer in BigInt.

import type { Ciphertext } from 'node-seal';
import * as bfv from '../../reference/bfv.ts';
import { seededRandom } from '../testing.ts';
import type { BinColumn } from './indicators.ts';
import { unpackAnswer, unpackSecretKey } from './row-bytes.ts';
import { type RowContext, rowContext } from './row-context.ts';
import { noBin, rowParameters, rowsPerCiphertext } from './row-parameters.ts';

export const { slots, answerPrime: q1, switchedPrime: q2 } = rowParameters;
export const q = q1 * q2;
export const t = BigInt(rowParameters.plainModulus);

/** Whole numbers below a limit, the same for the same label. */
export function numbers(label: string, length: number, below: number): number[] {
  const view = new DataView(seededRandom(label).bytes(4 * length).buffer);
  return Array.from({ length }, (_, i) => view.getUint32(4 * i) % below);
}

/** From -limit to limit. */
export const valuesOf = (label: string, rows: number, limit: number): Int32Array =>
  Int32Array.from(numbers(label, rows, 2 * limit + 1), (value) => value - limit);

/** About one row in `skip` is in no bin; none when it is 0. */
export function columnOf(label: string, rows: number, count: number, skip = 0): BinColumn {
  const left = numbers(`${label} left out`, rows, skip || 1);
  const bins = Uint16Array.from(numbers(label, rows, count), (bin, row) => (skip > 0 && left[row] === 0 ? noBin : bin));
  return { bins, count };
}

export function plainSums({ bins, count }: BinColumn, values: Int32Array): Int32Array {
  const out = new Int32Array(count);
  bins.forEach((bin, row) => {
    if (bin !== noBin) out[bin]! += values[row]!;
  });
  return out;
}

/** The indicator as its definition has it, term by term. */
export function plainIndicator(
  degree: number,
  perCiphertext: number,
  entries: readonly (readonly [bin: number, row: number])[],
): bigint[] {
  const out: bigint[] = new Array(degree).fill(0n);
  for (const [bin, row] of entries) {
    const exponent = bin * perCiphertext - row;
    out[(exponent + degree) % degree]! += exponent < 0 ? -1n : 1n;
  }
  return out;
}

export const secretOf = (secretKey: Uint8Array): bigint[] => Array.from(unpackSecretKey(secretKey).coefficients, BigInt);

/** c0 and c1 of a ciphertext in coefficient form modulo q1 q2, put together from both primes. */
export async function wholeParts(ciphertext: Ciphertext): Promise<[bigint[], bigint[]]> {
  const context = await rowContext();
  const words = rawOf(context, ciphertext);
  const inverse = bfv.power(q2 % q1, q1 - 2n, q1);
  const part = (at: number) =>
    Array.from({ length: slots }, (_, i) => {
      const [by1, by2] = [words[at * slots + i]!, words[(at + 1) * slots + i]!];
      return by2 + q2 * bfv.mod((by1 - by2) * inverse, q1);
    });
  return [part(0), part(2)];
}

function rawOf({ seal, ciphertextHead }: RowContext, ciphertext: Ciphertext): BigUint64Array {
  const saved = ciphertext.saveToArray(seal.module.ComprModeType.none) as Uint8Array;
  return new BigUint64Array(saved.slice(ciphertextHead.length).buffer);
}

/** c0 + c1 s at some places, modulo any number. */
export function phases(
  c0: (place: number) => bigint,
  c1: bfv.Poly,
  secret: bfv.Poly,
  modulus: bigint,
  places: readonly number[],
): bigint[] {
  return places.map((place) => {
    let sum = c0(place);
    c1.forEach((value, j) => {
      const key = j <= place ? secret[place - j]! : -secret[slots + place - j]!;
      if (key === 1n) sum += value;
      else if (key === -1n) sum -= value;
    });
    return bfv.mod(sum, modulus);
  });
}

export const noises = (found: readonly bigint[], sums: Iterable<number>, modulus: bigint): bigint[] =>
  Array.from(sums, (sum, i) => bfv.centred(found[i]! - bfv.roundedQuotient(modulus * bfv.mod(BigInt(sum), t), t), modulus));

/** How far an answer's phases are from the sums that it holds, modulo q1. */
export function answerNoises(secretKey: Uint8Array, answer: Uint8Array, sums: Iterable<number>, rows: number): number[] {
  const expected = [...sums];
  const { asked, c1 } = unpackAnswer(answer, expected.length);
  const places = asked.map((_, bin) => bin * rowsPerCiphertext(rows));
  const c0 = (place: number) => BigInt(asked[place / rowsPerCiphertext(rows)]!);
  return noises(phases(c0, Array.from(c1, BigInt), secretOf(secretKey), q1, places), expected, q1).map(Number);
}
