// The blind index in one obvious line, by @noble/hashes alone, for tests only.

import { blake2b } from '@noble/hashes/blake2.js';

export function plainBlindIndex(key: Uint8Array, kind: string, value: string): Uint8Array {
  const kindBytes = Buffer.from(kind, 'utf8');
  const input = Buffer.concat([Buffer.from([kindBytes.length]), kindBytes, Buffer.from(value, 'utf8')]);
  return blake2b(input, { key, dkLen: 16 });
}
