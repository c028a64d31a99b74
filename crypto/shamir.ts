// Recovery shares: a secret in n pieces of text, any k of which give it back and fewer tell nothing (Shamir 1979, over GF(256),
// by the library shamir-secret-sharing). This file makes the pieces fit for paper: a person types them, and a typing error is found.
//
//   share text   HF-number-XXXX-XXXX-...   Crockford base32 of: u8 format = 1, u16 set, u8 k, u8 number, the library's share
//                                          (secret bytes, then its x coordinate), first 4 bytes of SHA-256 over all before
//
// Known ways to misuse it:
// - The checksum finds typing errors, not fraud: a false share gives a false secret. What the secret opens must notice (an AEAD does).
// - Shares kept in one place are one secret. Shares of an old set still work until what they open is wrapped anew.

import { createHash, randomBytes } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { fromBase32, toBase32 } from './base32.ts';
import { zeroBytes } from './keys.ts';

export const shareLimits = { sharesMax: 64, thresholdMin: 2, secretBytesMax: 64 } as const;

const format = 1;
const headBytes = 5;
const checkBytes = 4;
const groupLength = 4;

/** `given` counts from 1 in the order the shares were handed in; `number` is the one printed on the share, when it could be read. */
export class ShareError extends Error {
  readonly given: number | undefined;
  readonly number: number | undefined;
  constructor(message: string, given?: number, number?: number) {
    super(message);
    this.name = 'ShareError';
    this.given = given;
    this.number = number;
  }
}

/**
 * @param secret 1 to 64 bytes
 * @param k how many shares give it back, 2 to n  @param n how many shares, up to 64
 * @returns n shares, numbered from 1, about 90 characters each
 */
export async function splitSecret(secret: Uint8Array, k: number, n: number): Promise<string[]> {
  const { sharesMax, thresholdMin, secretBytesMax } = shareLimits;
  if (secret.length < 1 || secret.length > secretBytesMax) {
    throw new RangeError(`secret: expected 1 to ${secretBytesMax} bytes, got ${secret.length}`);
  }
  if (!Number.isInteger(n) || n < thresholdMin || n > sharesMax) {
    throw new RangeError(`n: expected an integer from ${thresholdMin} to ${sharesMax}, got ${n}`);
  }
  if (!Number.isInteger(k) || k < thresholdMin || k > n) {
    throw new RangeError(`k: expected an integer from ${thresholdMin} to n = ${n}, got ${k}`);
  }
  const set = randomBytes(2);
  // The library takes a plain Uint8Array only, not a Buffer.
  const plain = new Uint8Array(secret);
  const pieces = await split(plain, n, k);
  zeroBytes(plain);
  return pieces.map((piece, i) => {
    const body = Buffer.concat([Buffer.from([format]), set, Buffer.from([k, i + 1]), piece]);
    const text = toBase32(Buffer.concat([body, checksum(body)]));
    zeroBytes(piece);
    return ['HF', String(i + 1), ...(text.match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? [])].join('-');
  });
}

type Share = { set: number; threshold: number; number: number; piece: Uint8Array };

/**
 * @param shares any k or more of one set, in any order; case, spaces and hyphens do not matter
 * @throws {ShareError} naming the share that is mistyped, doubled or of another set, or saying how many are missing
 */
export async function combineShares(shares: readonly string[]): Promise<Uint8Array> {
  if (shares.length > shareLimits.sharesMax) {
    throw new ShareError(`shares: expected at most ${shareLimits.sharesMax}, got ${shares.length}`);
  }
  const read = shares.map((text, i) => readShare(text, i + 1));
  const first = read[0];
  if (!first) throw new ShareError('shares: expected some, got none');
  const seen = new Set<number>();
  read.forEach((share, i) => {
    const name = `share ${share.number} (given as number ${i + 1})`;
    if (share.set !== first.set || share.threshold !== first.threshold || share.piece.length !== first.piece.length) {
      throw new ShareError(`${name} belongs to another set than the first one given`, i + 1, share.number);
    }
    if (seen.has(share.number)) throw new ShareError(`${name} was given twice`, i + 1, share.number);
    seen.add(share.number);
  });
  if (read.length < first.threshold) {
    throw new ShareError(`shares: expected at least ${first.threshold} of this set, got ${read.length}`);
  }
  const secret = await combine(read.map((share) => share.piece));
  for (const share of read) zeroBytes(share.piece);
  return secret;
}

/**
 * What stands on a share beside its piece: to say at once that one is mistyped, or of another set, and not when all are there.
 * @returns number as printed; threshold how many open; set, two random bytes that all shares of one set have alike
 * @throws {ShareError} for a typing error
 */
export function shareHead(text: string): { readonly number: number; readonly threshold: number; readonly set: number } {
  const { number, threshold, set, piece } = readShare(text, 1);
  zeroBytes(piece);
  return { number, threshold, set };
}

function readShare(text: string, given: number): Share {
  const match = /^\s*HF[\s-]*(\d{1,2})[\s-]+(.+)$/is.exec(text.normalize('NFKC').replace(/[\u2010-\u2015\u2212]/g, '-'));
  if (!match) throw new ShareError(`share given as number ${given}: expected text that begins with HF and its number`, given);
  const number = Number(match[1]);
  const bad = (why: string) => new ShareError(`share ${number} (given as number ${given}) ${why}`, given, number);
  const bytes = fromBase32(match[2] as string);
  if (!bytes || bytes.length < headBytes + 2 + checkBytes) throw bad('has a typing error: a sign is missing, extra or unknown');
  const body = bytes.subarray(0, bytes.length - checkBytes);
  if (!checksum(body).equals(bytes.subarray(bytes.length - checkBytes)))
    throw bad('has a typing error: its checksum does not fit');
  if (body[0] !== format) throw bad(`is of an unknown format: expected ${format}, got ${body[0]}`);
  if (body[4] !== number) throw bad('has a typing error in its number');
  return {
    set: (body[1]! << 8) | body[2]!,
    threshold: body[3]!,
    number,
    piece: new Uint8Array(body.subarray(headBytes)),
  };
}

function checksum(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, checkBytes);
}
