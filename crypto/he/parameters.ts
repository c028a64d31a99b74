// The parameters of BFV that we add vectors by, as a fixed table: what two members disagree about would be silent garbage, so nobody
// chooses his own. Every number is written down, and context.ts checks that SEAL makes the same before anything is computed.
//
// Security: the HomomorphicEncryption.org standard (Albrecht et al. 2018, table 1, ternary secrets) allows a modulus of 109 bits in all for
// N = 4096 at 128 bits, and of 152 bits for N = 8192 at 192 bits. Both primes count: the public key stands modulo their product.
//
// How many may be added (`addendsMax`): with q the data prime, p the special prime and t the plain modulus,
// - an encryption of zero modulo q p has an error of at most 21 (2 N + 1): errors are centred binomial within +-21, and the key, like the
//   multiplier of each encryption, has coefficients -1, 0, 1;
// - SEAL divides it by p and rounds both parts, which leaves 21 (2 N + 1) / p + 1/2 + N/2, and adds q m / t rounded, another 1/2;
// - so one ciphertext is off by less than N/2 + 1.001, and k of them by less than k (N/2 + 1.001), whatever they hold: q m / t is rounded from
//   the whole product, so that a sum that wraps around t costs nothing.
// Decryption is exact while t times that is below q/2, and SEAL's noise budget is at least one bit while it is below q/4. The second is what
// decrypt.ts asks for, and gives k <= 511 for N = 4096 and k <= 16,380 for N = 8192. It is a bound for every run, not a likelihood.

import { HeError } from './errors.ts';

export type ParametersName = 'bfv-4096' | 'bfv-8192';

export type HeParameters = {
  readonly name: ParametersName;
  /** Goes up when any number of the row changes. */
  readonly version: number;
  /** How bytes name the row. */
  readonly code: number;
  /** N, the degree: so many values in one ciphertext. */
  readonly slots: number;
  /** q, which ciphertexts stand modulo: 1 modulo 2 N. */
  readonly dataPrime: bigint;
  /** p, which only keys and fresh encryptions stand modulo too; dividing by it takes their noise away. */
  readonly specialPrime: bigint;
  /** t, which sums stand modulo: the largest prime below 2^32 that is 1 modulo 2 N. Values are from 0 to t - 1. */
  readonly plainModulus: number;
  readonly securityBits: 128 | 192;
  /** Fresh ciphertexts in one sum. */
  readonly addendsMax: number;
};

export const parametersTable: { readonly [name in ParametersName]: HeParameters } = {
  'bfv-4096': {
    name: 'bfv-4096',
    version: 1,
    code: 1,
    slots: 4096,
    dataPrime: 18_014_398_509_309_953n,
    specialPrime: 36_028_797_018_652_673n,
    plainModulus: 4_294_828_033,
    securityBits: 128,
    addendsMax: 500,
  },
  'bfv-8192': {
    name: 'bfv-8192',
    version: 1,
    code: 2,
    slots: 8192,
    dataPrime: 1_152_921_504_606_748_673n,
    specialPrime: 1_152_921_504_606_830_593n,
    plainModulus: 4_294_475_777,
    securityBits: 192,
    addendsMax: 16_000,
  },
};

/** Values in one vector: beyond it, the caller sends several. 13.5 MiB under bfv-4096. */
export const vectorLengthMax = 2 ** 20;

/** @throws {HeError} 'unknown-parameters' */
export function parametersOf(name: ParametersName): HeParameters {
  const found = Object.hasOwn(parametersTable, name) ? parametersTable[name] : undefined;
  if (!found) throw new HeError('unknown-parameters', `parameters: expected ${Object.keys(parametersTable).join(' or ')}`);
  return found;
}

/** How many ciphertexts a vector of this length takes. */
export const chunkCount = (parameters: HeParameters, length: number): number => Math.ceil(length / parameters.slots);
