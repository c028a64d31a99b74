// Where keys come from: a passphrase stretched by Argon2id (RFC 9106), or a strong key divided by HKDF-SHA256 (RFC 5869).
//
// Known ways to misuse it:
// - HKDF does not make a weak secret strong: never feed it a passphrase.
// - Two derivations with one context give one key. A context names its purpose and version: 'holdfast/node-keys/v1'.
// - Argon2id's cost is chosen once, kept beside the salt, and paid again by whoever guesses; lowering it lowers the wall.

import { hkdfSync } from 'node:crypto';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import { type Key, type KeyUse, keyBytes, keyFrom, zeroBytes } from './keys.ts';
import { sodium } from './sodium.ts';

/** passes: RFC 9106's t. One lane (p = 1), as libsodium has it. */
export type Argon2Cost = { readonly passes: number; readonly memoryBytes: number };

const mebibyte = 1024 * 1024;

export const argon2Costs = {
  /** RFC 9106 section 4, second recommended option (t = 3, 64 MiB), in one lane: about 0.15 s. */
  standard: { passes: 3, memoryBytes: 64 * mebibyte },
  /** libsodium's SENSITIVE: about 3 s and 1 GiB. */
  sensitive: { passes: 4, memoryBytes: 1024 * mebibyte },
} as const satisfies Record<string, Argon2Cost>;

/** For tests only: no wall at all. */
export const argon2CostForTests: Argon2Cost = { passes: 1, memoryBytes: 8 * 1024 };

export const saltBytes = 16;
export const argon2Limits = { passesMax: 64, memoryBytesMin: 8 * 1024, memoryBytesMax: 4096 * mebibyte } as const;
const passphraseLimitBytes = 4096;

export type Argon2 = (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>;

export const nobleArgon2: Argon2 = (password, salt, cost) =>
  argon2idAsync(password, salt, { t: cost.passes, m: cost.memoryBytes / 1024, p: 1, dkLen: keyBytes });

const native = sodium;
/** Runs in a libuv thread, so the event loop goes on. undefined where sodium-native cannot load. */
export const sodiumArgon2: Argon2 | undefined =
  native &&
  (async (password, salt, cost) => {
    const out = Buffer.allocUnsafeSlow(keyBytes);
    const algorithm = native.crypto_pwhash_ALG_ARGON2ID13;
    await native.crypto_pwhash_async(out, password, salt, cost.passes, cost.memoryBytes, algorithm);
    return out;
  });

/**
 * Argon2id, version 1.3, one lane. The passphrase is NFKC-normalised, so that full-width letters from a Chinese keyboard and
 * composed accents give the same key as their plain twins.
 * @param salt 16 bytes
 */
export async function stretchPassphrase(
  passphrase: string,
  salt: Uint8Array,
  cost: Argon2Cost,
  argon2: Argon2 = sodiumArgon2 ?? nobleArgon2,
): Promise<Key<'wrapping'>> {
  if (salt.length !== saltBytes) throw new RangeError(`salt: expected ${saltBytes} bytes, got ${salt.length}`);
  checkCost(cost);
  const password = ownBytes(passphrase.normalize('NFKC'));
  try {
    if (password.length < 1 || password.length > passphraseLimitBytes) {
      throw new RangeError(`passphrase: expected 1 to ${passphraseLimitBytes} bytes, got ${password.length}`);
    }
    const bytes = await argon2(password, salt, cost);
    const key = keyFrom('wrapping', bytes);
    zeroBytes(bytes);
    return key;
  } finally {
    zeroBytes(password);
  }
}

/** @throws {RangeError} for a cost that libsodium refuses or that would exhaust the machine */
export function checkCost(cost: Argon2Cost): void {
  const { passesMax, memoryBytesMin, memoryBytesMax } = argon2Limits;
  if (!Number.isInteger(cost.passes) || cost.passes < 1 || cost.passes > passesMax) {
    throw new RangeError(`cost.passes: expected an integer from 1 to ${passesMax}, got ${cost.passes}`);
  }
  const memory = cost.memoryBytes;
  if (!Number.isInteger(memory / 1024) || memory < memoryBytesMin || memory > memoryBytesMax) {
    throw new RangeError(`cost.memoryBytes: expected whole KiB from ${memoryBytesMin} to ${memoryBytesMax}, got ${memory}`);
  }
}

/** UTF-8 in memory of its own, so that overwriting it leaves no copy in Buffer's pool. */
function ownBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, 'utf8'));
  bytes.write(text, 'utf8');
  return bytes;
}

/**
 * HKDF-SHA256 with an empty salt, the context as info, 32 bytes out.
 * @param from the root, or an index master that stands for many index keys
 * @param context names the purpose and its version; not empty, not secret
 */
export function deriveKey<Use extends KeyUse>(from: Key<'root'> | Key<'index'>, use: Use, context: string): Key<Use> {
  if (context.length === 0) throw new RangeError('context: expected a name, got an empty string');
  const bytes = new Uint8Array(hkdfSync('sha256', from.reveal(), new Uint8Array(0), `${use}\n${context}`, keyBytes));
  const key = keyFrom(use, bytes);
  zeroBytes(bytes);
  return key;
}
