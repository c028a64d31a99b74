// The mark of a browser in which somebody has signed in before. It proves nothing about them; it gives that browser a count of wrong tries
// of its own, so that strangers who guess at a login cannot keep its owner out (OWASP's "device cookie"). Nothing of it is stored.

import { timingSafeEqual } from 'node:crypto';
import type { Random } from '../ports.ts';

type Hash = (kind: string, value: string) => Uint8Array;

const nonceBytes = 16;
const shape = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;
const kind = 'device of a login';

/** @param loginHash whose login it is good for */
export function makeDeviceMark(loginHash: string, random: Random, hash: Hash): string {
  const nonce = Buffer.from(random.bytes(nonceBytes)).toString('base64url');
  return `${nonce}.${Buffer.from(hash(kind, `${loginHash}/${nonce}`)).toString('base64url')}`;
}

/** The device's own number when the mark was made here for this login. */
export function deviceOf(mark: string | undefined, loginHash: string, hash: Hash): string | undefined {
  const [, nonce, mac] = shape.exec(mark ?? '') ?? [];
  if (nonce === undefined || mac === undefined) return undefined;
  const right = Buffer.from(hash(kind, `${loginHash}/${nonce}`));
  const given = Buffer.from(mac, 'base64url');
  return given.length === right.length && timingSafeEqual(given, right) ? nonce : undefined;
}
