// A set of items as sorted keyed hashes, eight bytes each: enough to count by how many two sets differ, and nothing to anybody without the key.
// 53 bits of keyed BLAKE2b as a double: of three million items fewer than one pair is expected to fall together once in a thousand sets.

import { setImmediate as turn } from 'node:timers/promises';
import { blindIndexBytes, blindIndexInto } from '../../crypto/blind-index.ts';
import type { Key } from '../../crypto/keys.ts';

export const sketchLimits = { stepsATurn: 5_000, buckets: 256, partHashes: 1 << 20 } as const;

/** Ascending, each once. */
export type Sketch = Float64Array;

/** @param lists items of each kind; equal texts of different kinds differ by their prefix */
export async function sketchOf(key: Key<'index'>, lists: readonly (readonly string[])[]): Promise<Sketch> {
  const length = lists.reduce((sum, items) => sum + items.length, 0);
  const hashes = new Float64Array(length);
  const out = Buffer.alloc(blindIndexBytes);
  let at = 0;
  for (const items of lists)
    for (const item of items) {
      if (at % sketchLimits.stepsATurn === 0) await turn();
      blindIndexInto(out, key, 'match sketch', item);
      hashes[at] = out.readUInt32LE(0) * 2 ** 21 + (out.readUInt32LE(4) >>> 11);
      at += 1;
    }
  return distinct(await sorted(hashes));
}

/** In buckets by the topmost bits, so that no sort holds up others for long. */
async function sorted(hashes: Float64Array): Promise<Float64Array> {
  const width = 2 ** 53 / sketchLimits.buckets;
  const begins = new Uint32Array(sketchLimits.buckets + 1);
  for (const hash of hashes) begins[Math.floor(hash / width) + 1]! += 1;
  for (let bucket = 1; bucket < begins.length; bucket += 1) begins[bucket]! += begins[bucket - 1]!;
  await turn();
  const placed = new Float64Array(hashes.length);
  const next = begins.slice();
  for (const hash of hashes) {
    const bucket = Math.floor(hash / width);
    placed[next[bucket]!] = hash;
    next[bucket]! += 1;
  }
  for (let bucket = 0; bucket < sketchLimits.buckets; bucket += 1) {
    await turn();
    placed.subarray(begins[bucket], begins[bucket + 1]).sort();
  }
  return placed;
}

function distinct(hashes: Float64Array): Sketch {
  let kept = 0;
  for (let at = 0; at < hashes.length; at += 1) {
    if (at > 0 && hashes[at] === hashes[at - 1]) continue;
    hashes[kept] = hashes[at]!;
    kept += 1;
  }
  return hashes.slice(0, kept);
}

/** Hashes that are in one of the two only. */
export function differenceOf(left: Sketch, right: Sketch): number {
  let [a, b, shared] = [0, 0, 0];
  while (a < left.length && b < right.length) {
    const [x, y] = [left[a]!, right[b]!];
    if (x === y) shared += 1;
    if (x <= y) a += 1;
    if (y <= x) b += 1;
  }
  return left.length + right.length - 2 * shared;
}

/** In parts, as a spool takes them; eight bytes a hash, least significant first. */
export function* writeSketch(sketch: Sketch): Generator<Uint8Array> {
  for (let from = 0; from < sketch.length || from === 0; from += sketchLimits.partHashes) {
    const part = sketch.subarray(from, from + sketchLimits.partHashes);
    const bytes = Buffer.alloc(part.length * 8);
    for (const [at, hash] of part.entries()) bytes.writeDoubleLE(hash, at * 8);
    yield bytes;
  }
}

export function readSketch(parts: readonly Uint8Array[]): Sketch {
  const sketch = new Float64Array(parts.reduce((sum, part) => sum + part.length / 8, 0));
  let at = 0;
  for (const part of parts) {
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    for (let place = 0; place < part.length; place += 8) {
      sketch[at] = view.getFloat64(place, true);
      at += 1;
    }
  }
  return sketch;
}
