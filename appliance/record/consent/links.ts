// Tokens in the addresses of the preference page and of confirmations: a random number, what it is for and until when, under a keyed hash of the
// node. Nothing of a customer is in one; whom it belongs to stands in a table under another hash of the number.

import { timingSafeEqual } from 'node:crypto';
import { blindIndex, blindIndexBytes } from '../../../crypto/blind-index.ts';
import type { Key } from '../../../crypto/keys.ts';
import type { Random } from '../../core/ports.ts';

/** What a token opens; one for the page confirms nothing, and the other way round. */
const uses = { preferences: 1, confirmation: 2 } as const;
export type LinkUse = keyof typeof uses;
export type LinkKeys = {
  /** Proves that this node made a token. */
  proof: Key<'index'>;
  /** Under which the table has it. */
  row: Key<'index'>;
};
export type Link = { token: string; hash: Buffer };

const idBytes = 16;
const headBytes = 1 + 4 + idBytes;
const tokenBytes = headBytes + blindIndexBytes;
/** base64url without padding. */
export const tokenLength = Math.ceil((tokenBytes * 4) / 3);

/** @param expiresAtMs cut to whole seconds */
export function makeLink(keys: LinkKeys, use: LinkUse, expiresAtMs: number, random: Random): Link {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(uses[use], 0);
  head.writeUInt32BE(Math.floor(expiresAtMs / 1000), 1);
  head.set(random.bytes(idBytes), 5);
  return { token: Buffer.concat([head, proofOf(keys, head)]).toString('base64url'), hash: rowOf(keys, head) };
}

/** Where the table has it; undefined for what this node did not make, what is for something else, and what has run out. */
export function readLink(keys: LinkKeys, use: LinkUse, token: string, nowMs: number): Buffer | undefined {
  if (token.length !== tokenLength || !/^[\w-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // One text for each token: the last character has bits to spare.
  if (bytes.length !== tokenBytes || bytes.toString('base64url') !== token) return undefined;
  const head = bytes.subarray(0, headBytes);
  if (!timingSafeEqual(proofOf(keys, head), bytes.subarray(headBytes))) return undefined;
  if (head.readUInt8(0) !== uses[use] || head.readUInt32BE(1) * 1000 <= nowMs) return undefined;
  return rowOf(keys, head);
}

const proofOf = (keys: LinkKeys, head: Buffer): Buffer => blindIndex(keys.proof, 'consent link', head.toString('hex'));
const rowOf = (keys: LinkKeys, head: Buffer): Buffer =>
  blindIndex(keys.row, 'consent link row', head.subarray(5).toString('hex'));
