// HKDF-SHA256 as RFC 5869 section 2 writes it, for tests only.

import { createHmac } from 'node:crypto';

const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer => {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

/** Section 2.2: an absent salt is 32 zero bytes. */
export function plainExtract(salt: Uint8Array, ikm: Uint8Array): Buffer {
  return hmac(salt.length > 0 ? salt : new Uint8Array(32), ikm);
}

/** Section 2.3. */
export function plainExpand(prk: Uint8Array, info: Uint8Array, length: number): Buffer {
  let block: Buffer = Buffer.alloc(0);
  const blocks: Buffer[] = [];
  for (let i = 1; blocks.length * 32 < length; i += 1) {
    block = hmac(prk, block, info, Buffer.from([i]));
    blocks.push(block);
  }
  return Buffer.concat(blocks).subarray(0, length);
}
