// What the tests of sums share: a random port from a label, and bytes as coefficients.

import { createHash } from 'node:crypto';
import { type HeParameters, parametersOf } from './parameters.ts';
import { type Kind, pack, unpack } from './residues.ts';
import type { Random } from './seal.ts';

export const small = parametersOf('bfv-4096');

/** The same label gives the same bytes. */
export function seededRandom(label: string): Random {
  let drawn = 0;
  return {
    bytes(length) {
      drawn += 1;
      return new Uint8Array(createHash('shake256', { outputLength: length }).update(`${drawn}/${label}`).digest());
    },
  };
}

/** The polynomials of a key or ciphertext, in their order. */
export function polynomials(bytes: Uint8Array, kind: Kind, parameters: HeParameters = small): bigint[][] {
  const words = new BigUint64Array(new Uint8Array(unpack(parameters, kind, bytes)).buffer);
  const { slots } = parameters;
  return Array.from({ length: words.length / slots }, (_, i) => [...words.subarray(i * slots, (i + 1) * slots)]);
}

/** And back, without looking at them. */
export function packed(polys: readonly (readonly bigint[])[], kind: Kind, parameters: HeParameters = small): Uint8Array {
  return pack(parameters, kind, new Uint8Array(BigUint64Array.from(polys.flat()).buffer));
}
