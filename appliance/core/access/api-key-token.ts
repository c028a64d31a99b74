// The text of an API key: `hfk_`, 160 random bits, and a checksum, so that a secret scanner recognises one in a file that leaked and a
// typing error is told without a look-up.

import { crc32 } from 'node:zlib';
import type { Ports } from '../ports.ts';

export const tokenPrefix = 'hfk_';
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const randomLength = 32;
const checksumLength = 7;

/** What secret scanners look for. */
export const tokenPattern = `^${tokenPrefix}[a-z2-7]{${randomLength + checksumLength}}$`;
const shape = new RegExp(tokenPattern);

export function makeToken(random: Ports['random']): string {
  // 256 is a multiple of 32, so the low five bits of a random byte are uniform.
  const secret = Array.from(random.bytes(randomLength), (byte) => alphabet[byte & 31]).join('');
  return `${tokenPrefix}${secret}${checksum(secret)}`;
}

export type TokenReading = 'token' | 'mistyped' | 'something else';

/** Whether a text has the shape of a key, and its checksum holds. */
export function readToken(text: string): TokenReading {
  if (!text.startsWith(tokenPrefix)) return 'something else';
  if (!shape.test(text)) return 'mistyped';
  const secret = text.slice(tokenPrefix.length, tokenPrefix.length + randomLength);
  return text.endsWith(checksum(secret)) ? 'token' : 'mistyped';
}

/** CRC-32 in 7 characters of the same alphabet. */
function checksum(secret: string): string {
  let left = crc32(secret);
  let text = '';
  for (let at = 0; at < checksumLength; at += 1) {
    text += alphabet[left & 31];
    left >>>= 5;
  }
  return text;
}
