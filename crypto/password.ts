// Passwords of people: Argon2id (RFC 9106) in the PHC string format, which names its own cost, so that the cost can be raised later and
// old passwords still open. libsodium's crypto_pwhash_str_verify reads the same text.
//
// Known ways to misuse it:
// - Each call takes 64 MiB and a thread for a sixth of a second: whoever calls it bounds how many run at once.
// - An unknown login must cost the same: compare with a password that nobody has instead of returning early.

import { timingSafeEqual } from 'node:crypto';
import { type Argon2Cost, argon2Costs, checkCost, saltBytes, stretchPassphrase } from './kdf.ts';
import { keyBytes, zeroBytes } from './keys.ts';

export const passwordCost: Argon2Cost = argon2Costs.standard;

const shape = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

type Parsed = { cost: Argon2Cost; salt: Buffer; hash: Buffer };

/** @returns `$argon2id$v=19$m=65536,t=3,p=1$salt$hash`, base64 without padding */
export async function hashPassword(
  password: string,
  random: { bytes(length: number): Uint8Array },
  cost: Argon2Cost = passwordCost,
): Promise<string> {
  const salt = random.bytes(saltBytes);
  const key = await stretchPassphrase(password, salt, cost);
  const text = `$argon2id$v=19$m=${cost.memoryBytes / 1024},t=${cost.passes},p=1$${bare(salt)}$${bare(key.reveal())}`;
  key.destroy();
  return text;
}

/** Whether it is the password, in time that does not depend on how wrong it is. @throws {RangeError} when `stored` is no such text */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const { cost, salt, hash } = parse(stored);
  const key = await stretchPassphrase(password, salt, cost);
  const same = timingSafeEqual(key.reveal(), hash);
  key.destroy();
  zeroBytes(hash);
  return same;
}

/** Made at another cost than today's: to be made anew when its password is next at hand. */
export function isOutdated(stored: string, cost: Argon2Cost = passwordCost): boolean {
  const own = parse(stored).cost;
  return own.passes !== cost.passes || own.memoryBytes !== cost.memoryBytes;
}

function parse(stored: string): Parsed {
  const found = shape.exec(stored);
  if (!found) throw new RangeError('stored: expected an Argon2id PHC string of one lane');
  const [, memoryKib, passes, salt, hash] = found as unknown as [string, string, string, string, string];
  const cost = { passes: Number(passes), memoryBytes: Number(memoryKib) * 1024 };
  checkCost(cost);
  const bytes = Buffer.from(hash, 'base64');
  if (bytes.length !== keyBytes) throw new RangeError(`stored: expected ${keyBytes} bytes of hash, got ${bytes.length}`);
  return { cost, salt: Buffer.from(salt, 'base64'), hash: bytes };
}

const bare = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
