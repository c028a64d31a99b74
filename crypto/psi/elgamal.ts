// Values under a key that adds: exponential ElGamal on the subgroup of prime order of edwards25519. Whoever has ciphertexts and the public key
// adds them up and makes the total a fresh one, which tells the owner of the key the sum and not which were added.
//
// A value is cut into three digits of 14 bits with signs, so that a sum of millions of digits is found again as a small logarithm
// (small-log.ts). The three share their randomness under a key for each: (r G, r X0 + v0 G, r X1 + v1 G, r X2 + v2 G), as Kurosawa,
// "Multi-recipient public-key encryption with shortened ciphertext", 2002, shows to be as safe as one after the other. The price of the
// digits: who decrypts sees three sums, of the low, middle and high digits, which tell somewhat more than their total.
//
// Why not BFV or Paillier: this rests on the same assumption as the matching itself (decisional Diffie-Hellman on this curve), a total made
// fresh is exactly like any other ciphertext of its sum, with no noise in which something might show, and nothing has to be installed.
//
// Known ways to misuse it:
// - One seed encrypts one list. Under the same key and seed the difference of two ciphertexts is the difference of their values, in the open.
// - Key and seed belong to one run; who decrypts what he was not meant to is stopped by nothing here (sums-steps.ts says what is asked).

import { createCipheriv, randomFillSync } from 'node:crypto';
import { sodium } from '../sodium.ts';
import { PointRefused } from './ecdh.ts';
import { group as best, type Group, groupScalarBytes, multiplyWide, neutral, pointBytes, wideBytes } from './group.ts';
import { seedBytes } from './shuffle.ts';
import { type SmallLog, smallLog } from './small-log.ts';

const digits = 3;
const digitBits = 14;
const digitBase = 2 ** digitBits;
/** Digits are from -8,192 to 8,191. */
const half = digitBase / 2;

/** Values are integers from -2^40 to 2^40. */
export const valueMax = 2 ** 40;
export const secretKeyBytes = digits * groupScalarBytes;
export const publicKeyBytes = digits * pointBytes;
export const ciphertextBytes = (1 + digits) * pointBytes;
/** What a sum goes in: an integer of 64 bits with a sign, little-endian. */
export const sumBytes = 8;
/** Up to so many values in one sum: 2^13 times it is what small-log.ts is asked for. */
export const addendsMax = 2 ** 23 - 1;

const part = (bytes: Uint8Array, at: number) => bytes.subarray(at * pointBytes, (at + 1) * pointBytes);

/** 96 secret bytes, in libsodium's locked memory where there is one. zeroBytes() (keys.ts) when the session is over. */
export function newSumsKey(random?: { bytes(length: number): Uint8Array }): Buffer {
  const secret = sodium?.sodium_malloc(secretKeyBytes) ?? Buffer.allocUnsafeSlow(secretKeyBytes);
  const wide = random ? Buffer.from(random.bytes(digits * wideBytes)) : randomFillSync(Buffer.alloc(digits * wideBytes));
  for (let digit = 0; digit < digits; digit += 1) {
    best.reduce(part(secret, digit), wide.subarray(digit * wideBytes, (digit + 1) * wideBytes));
  }
  wide.fill(0);
  return secret;
}

export function publicKeyOf(secret: Uint8Array, group: Group = best): Buffer {
  checkLength('key', secret, secretKeyBytes);
  const out = Buffer.alloc(publicKeyBytes);
  for (let digit = 0; digit < digits; digit += 1) group.baseTimes(part(out, digit), part(secret, digit));
  return out;
}

export type EncryptOptions = {
  /** Place of the first of these values in the whole list, for one that is encrypted in parts. */
  readonly first?: number;
  readonly group?: Group;
};

/**
 * By the owner of the key, to whom each point is one multiple of the base point.
 * @param values integers from -2^40 to 2^40  @param seed 32 secret bytes, which decide all the randomness of one list
 * @returns n x 128 bytes in their order; a part of the list, with its `first`, gives that part of them
 * @throws {RangeError} for another value, by its place
 */
export function encryptValues(
  values: ArrayLike<number>,
  secret: Uint8Array,
  seed: Uint8Array,
  { first = 0, group = best }: EncryptOptions = {},
): Buffer {
  checkLength('key', secret, secretKeyBytes);
  const stream = randomness(seed, first);
  const [r, rx] = [Buffer.alloc(groupScalarBytes), Buffer.alloc(groupScalarBytes)];
  const product = Buffer.alloc(wideBytes);
  const out = Buffer.alloc(values.length * ciphertextBytes);
  for (let index = 0; index < values.length; index += 1) {
    const cut = digitsOf(values[index]!, first + index);
    const ciphertext = out.subarray(index * ciphertextBytes, (index + 1) * ciphertextBytes);
    const wide = stream();
    group.reduce(r, wide);
    wide.fill(0);
    group.baseTimes(part(ciphertext, 0), r);
    for (let digit = 0; digit < digits; digit += 1) {
      multiplyWide(product, r, part(secret, digit));
      group.reduce(rx, product);
      // The digit above zero first, and then what was too much for all: nothing here depends on a sign.
      group.addScalars(rx, rx, scalarOf(cut[digit]! + half));
      group.subtractScalars(rx, rx, halfScalar);
      group.baseTimes(part(ciphertext, 1 + digit), rx);
    }
  }
  for (const secretBytes of [r, rx, product]) secretBytes.fill(0);
  return out;
}

function scalarOf(small: number): Buffer {
  const out = Buffer.alloc(groupScalarBytes);
  out.writeUInt32LE(small, 0);
  return out;
}
const halfScalar = scalarOf(half);

/** From the low to the high, each from -8,192 to 8,191. */
function digitsOf(value: number, index: number): number[] {
  if (!Number.isInteger(value) || Math.abs(value) > valueMax) {
    throw new RangeError(`values[${index}]: expected an integer from -2^40 to 2^40`);
  }
  let left = value;
  return Array.from({ length: digits }, () => {
    const above = Math.floor((left + half) / digitBase);
    const digit = left - above * digitBase;
    left = above;
    return digit;
  });
}

/** 64 bytes for each place of a list: AES-256 in counter mode, which can begin anywhere. */
function randomness(seed: Uint8Array, first: number): () => Buffer {
  checkLength('seed', seed, seedBytes);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(first) * BigInt(wideBytes / counter.length), 8);
  const stream = createCipheriv('aes-256-ctr', seed, counter);
  const zeros = Buffer.alloc(wideBytes);
  return () => stream.update(zeros);
}

/** @throws {PointRefused} when a public key holds what is no point of prime order */
export function checkPublicKey(publicKey: Uint8Array, group: Group = best): void {
  checkLength('publicKey', publicKey, publicKeyBytes);
  for (let digit = 0; digit < digits; digit += 1) {
    if (!group.isMember(part(publicKey, digit))) throw new PointRefused(digit, 'not-in-group', 'publicKey');
  }
}

/** How many a packed list holds. @throws {PointRefused} for the place at which it ends too early or goes on too long */
export function ciphertextCount(ciphertexts: Uint8Array, expected: number): number {
  if (ciphertexts.length !== expected * ciphertextBytes) {
    const whole = Math.floor(ciphertexts.length / ciphertextBytes);
    throw new PointRefused(Math.min(whole, expected), 'wrong-length', 'ciphertexts');
  }
  return expected;
}

/**
 * Looks at all ciphertexts of a list and adds up some of them.
 * @param chosen places of those to add, ascending  @returns 128 bytes: the total, or that of nothing, to which more may be added
 * @throws {PointRefused} for the first ciphertext that holds what is no point of prime order, chosen or not
 */
export function totalOf(ciphertexts: Uint8Array, chosen: Uint32Array, group: Group = best): Buffer {
  const count = ciphertextCount(ciphertexts, Math.ceil(ciphertexts.length / ciphertextBytes));
  const total = totalOfNothing();
  let next = 0;
  for (let index = 0; index < count; index += 1) {
    const ciphertext = ciphertexts.subarray(index * ciphertextBytes, (index + 1) * ciphertextBytes);
    for (let at = 0; at <= digits; at += 1) {
      if (!group.isMember(part(ciphertext, at))) throw new PointRefused(index, 'not-in-group', 'ciphertexts');
    }
    if (chosen[next] !== index) continue;
    next += 1;
    addTotal(total, ciphertext, group);
  }
  if (next !== chosen.length) throw new RangeError(`chosen: expected places ascending below ${count}, got ${chosen[next]}`);
  return total;
}

export const totalOfNothing = (): Buffer => Buffer.concat(Array.from({ length: 1 + digits }, () => neutral));

/** Adds what totalOf() gave, for another part of a list, to a total. */
export function addTotal(total: Uint8Array, more: Uint8Array, group: Group = best): void {
  for (let at = 0; at <= digits; at += 1) group.add(part(total, at), part(total, at), part(more, at));
}

/** The total with a fresh encryption of zero added: of all ciphertexts of the same sum, each is now as likely. */
export function refresh(total: Uint8Array, publicKey: Uint8Array, group: Group = best): Buffer {
  checkLength('total', total, ciphertextBytes);
  const out = Buffer.from(total);
  const [s, point] = [Buffer.alloc(groupScalarBytes), Buffer.alloc(pointBytes)];
  const wide = randomFillSync(Buffer.alloc(wideBytes));
  group.reduce(s, wide);
  group.baseTimes(point, s);
  group.add(part(out, 0), part(out, 0), point);
  for (let digit = 0; digit < digits; digit += 1) {
    group.times(point, s, part(publicKey, digit));
    group.add(part(out, 1 + digit), part(out, 1 + digit), point);
  }
  wide.fill(0);
  s.fill(0);
  return out;
}

/**
 * @param addends how many values it may be the sum of at most: how far is searched, up to addendsMax
 * @returns the sum; undefined when it is no sum of so many values
 * @throws {PointRefused} for a total that is no ciphertext
 */
export function decryptTotal(total: Uint8Array, secret: Uint8Array, addends: number, group: Group = best): bigint | undefined {
  checkLength('key', secret, secretKeyBytes);
  if (!Number.isInteger(addends) || addends < 0 || addends > addendsMax) {
    throw new RangeError(`addends: expected 0 to ${addendsMax}, got ${addends}`);
  }
  ciphertextCount(total, 1);
  totalOf(total, Uint32Array.of(), group);
  const log: SmallLog = smallLog(half * addends);
  const point = Buffer.alloc(pointBytes);
  let sum = 0n;
  for (let digit = digits - 1; digit >= 0; digit -= 1) {
    group.times(point, part(secret, digit), part(total, 0));
    group.subtract(point, part(total, 1 + digit), point);
    const digitSum = log(point);
    if (digitSum === undefined) return undefined;
    sum = sum * BigInt(digitBase) + BigInt(digitSum);
  }
  return sum < BigInt(-valueMax) * BigInt(addends) || sum > BigInt(valueMax) * BigInt(addends) ? undefined : sum;
}

function checkLength(name: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new RangeError(`${name}: expected ${expected} bytes, got ${bytes.length}`);
}
