// Keys and ciphertexts as bytes. SEAL's own serialisation is never read from outside: compressed, it may unpack to anything (a bomb), and plain
// it carries settings that a sender chooses. What travels is a head and the coefficients, in as many bits as their prime has, so that
// every length is known before a byte is read, and a ciphertext takes 13.5 bytes for each value where SEAL with zstd takes 15.1.
//
//   head, 8 bytes       'HFHE', u8 format = 1, u8 kind, u8 code and u8 version of the parameters
//   each polynomial     N x u32: the low halves of its coefficients; N x (bits - 32) bits: what is above, from the low bits on
//
// All is little-endian. The polynomials stand in SEAL's order: public key b mod q, b mod p, a mod q, a mod p and secret key s mod q, s mod p,
// both as values at the odd powers of a root (its NTT form); ciphertext c0, c1 mod q as coefficients.

import { HeError } from './errors.ts';
import { bytesOf, packPolynomial, polynomialBytes, unpackPolynomial, wordsOf } from './packing.ts';
import type { HeParameters } from './parameters.ts';

export type Kind = 'public key' | 'secret key' | 'ciphertext';

const magic = Buffer.from('HFHE');
const format = 1;
const headBytes = 8;
/** `hides`: the first of its polynomials that must not be zero. */
const kinds: {
  readonly [kind in Kind]: { readonly code: number; primes(parameters: HeParameters): bigint[]; readonly hides: number };
} = {
  'public key': { code: 1, primes: ({ dataPrime: q, specialPrime: p }) => [q, p, q, p], hides: 2 },
  'secret key': { code: 2, primes: ({ dataPrime: q, specialPrime: p }) => [q, p], hides: 0 },
  ciphertext: { code: 3, primes: ({ dataPrime: q }) => [q, q], hides: 1 },
};

/** Length of the coefficients as SEAL has them, u64 each. */
export const rawBytes = (parameters: HeParameters, kind: Kind): number =>
  kinds[kind].primes(parameters).length * parameters.slots * 8;

/** Length of the bytes of a key or ciphertext: always this. */
export function packedBytes(parameters: HeParameters, kind: Kind): number {
  const { slots } = parameters;
  return kinds[kind].primes(parameters).reduce((sum, prime) => sum + polynomialBytes(slots, prime), headBytes);
}

/** @param raw the coefficients as SEAL has them, rawBytes() of them, which are below their primes */
export function pack(parameters: HeParameters, kind: Kind, raw: Uint8Array): Uint8Array {
  const { slots, code, version } = parameters;
  const out = new Uint8Array(packedBytes(parameters, kind));
  out.set(magic);
  out.set([format, kinds[kind].code, code, version], magic.length);
  const words = wordsOf(raw);
  let at = headBytes;
  kinds[kind].primes(parameters).forEach((prime, index) => {
    const end = at + polynomialBytes(slots, prime);
    packPolynomial(words.subarray(2 * slots * index, 2 * slots * (index + 1)), prime, out.subarray(at, end));
    at = end;
  });
  words.fill(0);
  return out;
}

/**
 * Reads bytes that anybody may have written.
 * @returns the coefficients as SEAL has them, each below its prime
 * @throws {HeError} 'malformed', 'other-parameters', 'wrong-length', 'out-of-range', 'transparent'
 */
export function unpack(parameters: HeParameters, kind: Kind, bytes: Uint8Array): Uint8Array {
  checkHead(parameters, kind, bytes);
  const { slots } = parameters;
  const words = new Uint32Array(rawBytes(parameters, kind) / 4);
  let at = headBytes;
  kinds[kind].primes(parameters).forEach((prime, index) => {
    const end = at + polynomialBytes(slots, prime);
    const to = words.subarray(2 * slots * index, 2 * slots * (index + 1));
    const any = unpackPolynomial(bytes.subarray(at, end), prime, to, `${kind}: polynomial ${index}`);
    if (!any && index >= kinds[kind].hides) throw new HeError('transparent', `${kind}: polynomial ${index} is zero`);
    at = end;
  });
  return bytesOf(words);
}

function checkHead(parameters: HeParameters, kind: Kind, bytes: Uint8Array): void {
  const length = packedBytes(parameters, kind);
  if (bytes.length < headBytes || !magic.equals(bytes.subarray(0, magic.length)) || bytes[4] !== format) {
    throw new HeError('malformed', `${kind}: expected bytes of format ${format}`);
  }
  if (bytes[5] !== kinds[kind].code)
    throw new HeError('malformed', `${kind}: expected kind ${kinds[kind].code}, got ${bytes[5]}`);
  if (bytes[6] !== parameters.code || bytes[7] !== parameters.version) {
    const expected = `${parameters.name} version ${parameters.version} (${parameters.code}.${parameters.version})`;
    throw new HeError('other-parameters', `${kind}: expected ${expected}, got ${bytes[6]}.${bytes[7]}`);
  }
  if (bytes.length !== length) throw new HeError('wrong-length', `${kind}: expected ${length} bytes, got ${bytes.length}`);
}
