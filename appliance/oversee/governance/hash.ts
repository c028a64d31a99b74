// Hashes for sketches: 64 bits of a text under a seed that only this node knows, so that nobody outside can choose values whose hashes
// meet. Fast rather than cryptographic; what must not be guessed is sealed.

export type Seed = { readonly a: number; readonly b: number };
/** Two halves of 32 bits, unsigned. Filled in place: an object for each value would be the dearest part of the hot path. */
export type Hash = { high: number; low: number };

/** Characters of a text that count; its length counts too. */
const hashedLength = 256;

export function seedOf(bytes: Uint8Array): Seed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { a: view.getUint32(0), b: view.getUint32(4) };
}

/** The mixing of MurmurHash3's finaliser (Appleby) over two running products. */
export function hashInto(into: Hash, seed: Seed, text: string): void {
  let high = seed.a ^ text.length;
  let low = seed.b ^ 0x41c6ce57;
  const length = Math.min(text.length, hashedLength);
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
    high ^= high >>> 15;
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  const mixedLow = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 0xc2b2ae35);
  into.high = finish(mixedHigh);
  into.low = finish(mixedLow);
}

function finish(mixed: number): number {
  let bits = mixed ^ (mixed >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
