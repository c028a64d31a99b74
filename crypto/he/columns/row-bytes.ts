// Keys, ciphertexts of rows and answers as bytes, for the same reasons as residues.ts: every length is known before a byte is read, and SEAL only
// loads what is put together here.
//
//   head, 24 bytes   'HFHE', u8 format = 1, u8 kind, u8 code and u8 version of the parameters, 16 bytes that name the key
//   public key       seed (64), b modulo q1, q2 and p in SEAL's NTT form; a follows from the seed
//   secret key       N x 2 bits: coefficient + 1, from the low bits on
//   ciphertext       seed (64), c0 modulo q1 and q2; c1 follows from the seed
//   answer           the coefficients of c0 that were asked for, u48 each; c1 modulo q1
//
// Random parts come as seeds not only because they are half as long: whoever makes a key or a ciphertext cannot choose them, as they are hashes.
// All is little-endian, polynomials as packing.ts has them. The key's name is the first half of SHA-256 over seed and b.

import { createHash } from 'node:crypto';
import { HeError } from '../errors.ts';
import { bytesOf, packPolynomial, polynomialBytes, unpackPolynomial, wordsOf } from '../packing.ts';
import { rowParameters } from './row-parameters.ts';

export type RowKind = 'public key' | 'secret key' | 'ciphertext' | 'answer';

const magic = Buffer.from('HFHE');
const format = 1;
const codes: { readonly [kind in RowKind]: number } = { 'public key': 4, 'secret key': 5, ciphertext: 6, answer: 7 };
const keyNameBytes = 16;
const headBytes = 8 + keyNameBytes;
export const seedBytes = 64;
const { slots, answerPrime: q1, switchedPrime: q2, specialPrime: p, code, version, name } = rowParameters;
const primesOf = { 'public key': [q1, q2, p], ciphertext: [q1, q2] } as const;
/** Of a coefficient modulo q1. */
const answerBytes = 6;

type Seeded = keyof typeof primesOf;

const seededLength = (kind: Seeded) =>
  primesOf[kind].reduce((sum, prime) => sum + polynomialBytes(slots, prime), headBytes + seedBytes);

/** 159,832; 2,072; 110,680; 49,176 and 6 for each bin of the answer. */
export function rowBytes(kind: RowKind, bins = 0): number {
  if (kind === 'secret key') return headBytes + slots / 4;
  if (kind === 'answer') return headBytes + answerBytes * bins + polynomialBytes(slots, q1);
  return seededLength(kind);
}

function headed(kind: RowKind, keyName: Uint8Array, bins = 0): Uint8Array {
  const out = new Uint8Array(rowBytes(kind, bins));
  out.set(magic);
  out.set([format, codes[kind], code, version], magic.length);
  out.set(keyName, 8);
  return out;
}

/** @returns the key's name  @throws {HeError} 'malformed', 'other-parameters', 'wrong-length' */
function checkHead(kind: RowKind, bytes: Uint8Array, bins = 0): Uint8Array {
  if (bytes.length < headBytes || !magic.equals(bytes.subarray(0, magic.length)) || bytes[4] !== format) {
    throw new HeError('malformed', `${kind}: expected bytes of format ${format}`);
  }
  if (bytes[5] !== codes[kind]) throw new HeError('malformed', `${kind}: expected kind ${codes[kind]}, got ${bytes[5]}`);
  if (bytes[6] !== code || bytes[7] !== version) {
    throw new HeError(
      'other-parameters',
      `${kind}: expected ${name} version ${version} (${code}.${version}), got ${bytes[6]}.${bytes[7]}`,
    );
  }
  const length = rowBytes(kind, bins);
  if (bytes.length !== length) throw new HeError('wrong-length', `${kind}: expected ${length} bytes, got ${bytes.length}`);
  return bytes.slice(8, headBytes);
}

/** Random part as its seed, the other part as u64 in SEAL's order. */
export type SeededParts = { readonly keyName: Uint8Array; readonly seed: Uint8Array; readonly raw: Uint8Array };

/** @param keyName of a ciphertext; a public key is named by what is in it */
export function packSeeded(kind: Seeded, raw: Uint8Array, seed: Uint8Array, keyName?: Uint8Array): Uint8Array {
  const out = headed(kind, keyName ?? new Uint8Array(keyNameBytes));
  out.set(seed, headBytes);
  const words = wordsOf(raw);
  let at = headBytes + seedBytes;
  primesOf[kind].forEach((prime, index) => {
    const end = at + polynomialBytes(slots, prime);
    packPolynomial(words.subarray(2 * slots * index, 2 * slots * (index + 1)), prime, out.subarray(at, end));
    at = end;
  });
  if (!keyName) out.set(nameOf(out), 8);
  return out;
}

const nameOf = (publicKey: Uint8Array) =>
  createHash('sha256').update(publicKey.subarray(headBytes)).digest().subarray(0, keyNameBytes);

/** @throws {HeError} 'malformed', 'other-parameters', 'wrong-length', 'out-of-range'; 'other-key' for a public key of a false name */
export function unpackSeeded(kind: Seeded, bytes: Uint8Array): SeededParts {
  const keyName = checkHead(kind, bytes);
  if (kind === 'public key' && nameOf(bytes).compare(keyName) !== 0) {
    throw new HeError('other-key', 'public key: its name is not that of its bytes');
  }
  const words = new Uint32Array(2 * slots * primesOf[kind].length);
  let at = headBytes + seedBytes;
  primesOf[kind].forEach((prime, index) => {
    const end = at + polynomialBytes(slots, prime);
    const to = words.subarray(2 * slots * index, 2 * slots * (index + 1));
    unpackPolynomial(bytes.subarray(at, end), prime, to, `${kind}: polynomial ${index}`);
    at = end;
  });
  return { keyName, seed: bytes.slice(headBytes, headBytes + seedBytes), raw: bytesOf(words) };
}

/** @param coefficients -1, 0, 1 */
export function packSecretKey(keyName: Uint8Array, coefficients: Int8Array): Uint8Array {
  const out = headed('secret key', keyName);
  coefficients.forEach((value, i) => {
    out[headBytes + (i >> 2)]! |= (value + 1) << (2 * (i & 3));
  });
  return out;
}

/** @throws {HeError} 'malformed', 'other-parameters', 'wrong-length', 'out-of-range' */
export function unpackSecretKey(bytes: Uint8Array): { readonly keyName: Uint8Array; readonly coefficients: Int8Array } {
  const keyName = checkHead('secret key', bytes);
  const coefficients = new Int8Array(slots);
  for (let i = 0; i < slots; i += 1) coefficients[i] = ((bytes[headBytes + (i >> 2)]! >> (2 * (i & 3))) & 3) - 1;
  if (coefficients.includes(2)) throw new HeError('out-of-range', 'secret key: expected coefficients -1, 0 and 1');
  return { keyName, coefficients };
}

/** Numbers modulo q1. */
export type Answer = { readonly keyName: Uint8Array; readonly asked: readonly number[]; readonly c1: Float64Array };

/** @param c1 words of one polynomial modulo q1, as SEAL has it */
export function packAnswer(keyName: Uint8Array, asked: readonly number[], c1: Uint32Array): Uint8Array {
  const out = headed('answer', keyName, asked.length);
  const view = Buffer.from(out.buffer);
  asked.forEach((value, i) => {
    view.writeUIntLE(value, headBytes + answerBytes * i, answerBytes);
  });
  packPolynomial(c1, q1, out.subarray(headBytes + answerBytes * asked.length));
  return out;
}

/** @throws {HeError} 'malformed', 'other-parameters', 'wrong-length', 'out-of-range', 'transparent' */
export function unpackAnswer(bytes: Uint8Array, bins: number): Answer {
  const keyName = checkHead('answer', bytes, bins);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const asked = Array.from({ length: bins }, (_, i) => view.readUIntLE(headBytes + answerBytes * i, answerBytes));
  const at = asked.findIndex((value) => value >= q1);
  if (at >= 0) throw new HeError('out-of-range', `answer: sum ${at} is not below its prime`);
  const words = new Uint32Array(2 * slots);
  const any = unpackPolynomial(bytes.subarray(headBytes + answerBytes * bins), q1, words, 'answer: random part');
  if (!any) throw new HeError('transparent', 'answer: random part is zero');
  const c1 = new Float64Array(slots);
  for (let i = 0; i < slots; i += 1) c1[i] = words[2 * i + 1]! * 2 ** 32 + words[2 * i]!;
  return { keyName, asked, c1 };
}
