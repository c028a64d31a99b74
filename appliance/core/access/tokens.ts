// Secrets that a node gives out and knows again: session tokens, one-time links, recovery codes. 256 random bits need no slow hash, so
// a token is stored as its SHA-256; a code that a person types is shorter, and its hash is keyed.

import { createHash } from 'node:crypto';
import { fromBase32, toBase32 } from '../../../crypto/base32.ts';
import type { Random } from '../ports.ts';

/** So that a token that is found in a file or a log is known for what it is. */
export const sessionPrefix = 'hs_';
export const linkPrefix = 'hl_';
const tokenBytes = 32;
/** `hs_` and 43 characters of base64url. */
const tokenLength = 3 + 43;

export function makeToken(prefix: string, random: Random): string {
  return prefix + Buffer.from(random.bytes(tokenBytes)).toString('base64url');
}

/** SHA-256; undefined for what cannot be such a token. */
export function tokenHash(prefix: string, token: string): Buffer | undefined {
  if (token.length !== tokenLength || !token.startsWith(prefix)) return undefined;
  return createHash('sha256').update(token).digest();
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const codeBytes = 10;

/** 80 bits as four groups of four signs that can be read aloud: `7ZQ4-0K9M-XW2D-5RTB`. */
export function makeRecoveryCode(random: Random): string {
  return toBase32(random.bytes(codeBytes)).match(/.{4}/g)!.join('-');
}

/** As it was made, however it is typed (small letters, no hyphens, O for 0); undefined for what cannot be one. */
export function normalRecoveryCode(text: string): string | undefined {
  const bytes = fromBase32(text);
  return bytes?.length === codeBytes ? toBase32(bytes) : undefined;
}
