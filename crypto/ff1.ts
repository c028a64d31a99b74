// FF1 of NIST SP 800-38G: a permutation of the texts of one length over a small alphabet, so that a number becomes another number of
// as many digits. For tokens in exports that somebody with the key can turn back.
//
// Known ways to misuse it:
// - It is deterministic: equal texts under one key and tweak give equal tokens, on purpose. Give each use a tweak of its own.
// - Small domains can be listed: at least a million texts (SP 800-38G, revision 1), so at least six decimal digits.
// - It does not tell a changed token from a good one; every token turns back into something.

import { createCipheriv } from 'node:crypto';

export const ff1Limits = { minDomain: 1_000_000, maxLength: 4_096, maxTweakBytes: 256 } as const;

const rounds = 10;
const block = 16;

export type Ff1 = {
  /** @param digits numerals from 0 to radix - 1 @throws {RangeError} too short, too long, or a numeral that is none */
  encrypt(digits: readonly number[], tweak?: Uint8Array): number[];
  decrypt(digits: readonly number[], tweak?: Uint8Array): number[];
};

/** @param key 16, 24 or 32 bytes: AES-128, -192, -256. Copied into the cipher, not kept. @param radix 2 to 65,536 */
export function ff1(key: Uint8Array, radix: number): Ff1 {
  if (![16, 24, 32].includes(key.length)) throw new RangeError(`key: expected 16, 24 or 32 bytes, got ${key.length}`);
  if (!Number.isInteger(radix) || radix < 2 || radix > 65_536) throw new RangeError(`radix: expected 2 to 65536, got ${radix}`);
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  const aes = (input: Uint8Array): Buffer => cipher.update(input);
  const prf = (data: Buffer): Buffer => {
    let state: Buffer = Buffer.alloc(block);
    for (let at = 0; at < data.length; at += block) {
      const mixed = Buffer.from(data.subarray(at, at + block));
      for (let i = 0; i < block; i += 1) mixed[i]! ^= state[i]!;
      state = aes(mixed);
    }
    return state;
  };
  return {
    encrypt: (digits, tweak = new Uint8Array()) => permute(digits, tweak, radix, { aes, prf }, false),
    decrypt: (digits, tweak = new Uint8Array()) => permute(digits, tweak, radix, { aes, prf }, true),
  };
}

type Ciphers = { aes(input: Uint8Array): Buffer; prf(data: Buffer): Buffer };

/** Algorithms 7 and 8 of SP 800-38G; the numbers are those of its steps. */
function permute(digits: readonly number[], tweak: Uint8Array, radix: number, { aes, prf }: Ciphers, back: boolean): number[] {
  check(digits, tweak, radix);
  const n = digits.length;
  const u = Math.floor(n / 2); // 1
  const v = n - u;
  let a = digits.slice(0, u); // 2
  let b = digits.slice(u);
  const base = BigInt(radix);
  const bytes = Math.ceil((base ** BigInt(v) - 1n).toString(2).length / 8); // 3
  const d = 4 * Math.ceil(bytes / 4) + 4; // 4
  const p = Buffer.alloc(block); // 5
  p.set([1, 2, 1, (radix >>> 16) & 255, (radix >>> 8) & 255, radix & 255, rounds, u & 255]);
  p.writeUInt32BE(n, 8);
  p.writeUInt32BE(tweak.length, 12);
  const padding = (((-tweak.length - bytes - 1) % block) + block) % block;
  for (let step = 0; step < rounds; step += 1) {
    const i = back ? rounds - 1 - step : step;
    const q = Buffer.alloc(tweak.length + padding + 1 + bytes); // 6.i
    q.set(tweak);
    q[tweak.length + padding] = i;
    q.set(bytesOf(numeral(back ? a : b, base), bytes), tweak.length + padding + 1);
    const y = numberOf(expand(prf(Buffer.concat([p, q])), d, aes)); // 6.ii to 6.iv
    const m = i % 2 === 0 ? u : v; // 6.v
    const modulus = base ** BigInt(m);
    if (back) {
      const c = (((numeral(b, base) - y) % modulus) + modulus) % modulus;
      [b, a] = [a, digitsOf(c, radix, m)];
    } else {
      const c = (numeral(a, base) + y) % modulus; // 6.vi
      [a, b] = [b, digitsOf(c, radix, m)]; // 6.vii to 6.ix
    }
  }
  return [...a, ...b];
}

/** The first d bytes of R, CIPH(R xor 1), CIPH(R xor 2), … */
function expand(r: Buffer, d: number, aes: Ciphers['aes']): Buffer {
  const blocks = [r];
  for (let j = 1; blocks.length * block < d; j += 1) {
    const counter = Buffer.from(r);
    counter.writeUInt32BE((counter.readUInt32BE(12) ^ j) >>> 0, 12);
    blocks.push(aes(counter));
  }
  return Buffer.concat(blocks).subarray(0, d);
}

function check(digits: readonly number[], tweak: Uint8Array, radix: number): void {
  const { minDomain, maxLength, maxTweakBytes } = ff1Limits;
  if (digits.length < 2 || radix ** digits.length < minDomain || digits.length > maxLength)
    throw new RangeError(
      `digits: expected at least ${minDomain} texts and at most ${maxLength} digits, got ${digits.length} digits`,
    );
  if (tweak.length > maxTweakBytes) throw new RangeError(`tweak: expected at most ${maxTweakBytes} bytes, got ${tweak.length}`);
  if (digits.some((digit) => !Number.isInteger(digit) || digit < 0 || digit >= radix))
    throw new RangeError(`digits: expected whole numbers from 0 to ${radix - 1}`);
}

const numeral = (digits: readonly number[], base: bigint) => digits.reduce((sum, digit) => sum * base + BigInt(digit), 0n);
const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function bytesOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}

function digitsOf(value: bigint, radix: number, length: number): number[] {
  const digits = new Array<number>(length).fill(0);
  const base = BigInt(radix);
  for (let at = length - 1, rest = value; at >= 0; at -= 1, rest /= base) digits[at] = Number(rest % base);
  return digits;
}
