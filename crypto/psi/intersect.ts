// Which tokens of one packed list are in another: exact, as every hit is compared in all 32 bytes.
// A hash table with open addressing over the other list, at most half full. Memory beside the lists: 16 to 32 bytes for each token of the
// other list and 8 for each of ours, so 24 to 40 MB for a million against a million.
//
// The slots are chosen by a keyed hash with a fresh key (HalfSipHash-1-3, after Aumasson and Bernstein, "SipHash", 2012): tokens come from
// a partner, and one who could choose their slots could make the search take forever.

import { randomFillSync } from 'node:crypto';
import { PointRefused } from './ecdh.ts';
import { tokenCount } from './tokens.ts';

const tokenWords = 8;

export type Intersection = {
  /** Places in our list whose token the other list holds, ascending, each once: 0-based. */
  readonly own: Uint32Array;
  /** For each of them the first place of that token in the other list. */
  readonly theirs: Uint32Array;
};

/**
 * @param own n x 32 bytes; a token that stands there twice is reported at both places
 * @param theirs m x 32 bytes; repeats do not matter
 * @throws {RangeError} for a length that is no multiple of 32, or over 2^26 tokens
 */
export function intersect(own: Uint8Array, theirs: Uint8Array): Intersection {
  const ownWords = words(own, 'own');
  const table = new TokenTable(words(theirs, 'theirs'));
  const count = ownWords.length / tokenWords;
  for (let index = 0; index < table.count; index += 1) table.add(index);
  const ownAt = new Uint32Array(count);
  const theirsAt = new Uint32Array(count);
  let found = 0;
  for (let index = 0; index < count; index += 1) {
    const at = table.find(ownWords, index);
    if (at < 0) continue;
    ownAt[found] = index;
    theirsAt[found] = at;
    found += 1;
  }
  return { own: ownAt.slice(0, found), theirs: theirsAt.slice(0, found) };
}

/** The first place whose token stood in the list before; -1 when all are different. @throws {RangeError} as intersect() */
export function firstRepeat(list: Uint8Array): number {
  const table = new TokenTable(words(list, 'list'));
  for (let index = 0; index < table.count; index += 1) if (table.add(index) !== index) return index;
  return -1;
}

/** @throws {PointRefused} for the first token that stands in the list a second time */
export function refuseRepeats(list: Uint8Array): void {
  const repeat = firstRepeat(list);
  if (repeat >= 0) throw new PointRefused(repeat, 'repeated');
}

/** Places of a list's tokens; the tokens themselves stay in the list. */
class TokenTable {
  readonly count: number;
  readonly #words: Uint32Array;
  /** Place + 1 of the token in each slot, 0 where it is free; beside it the token's hash, which spares most comparisons. */
  readonly #places: Uint32Array;
  readonly #hashes: Uint32Array;
  readonly #mask: number;
  readonly #key = randomFillSync(new Uint32Array(2));

  constructor(list: Uint32Array) {
    this.#words = list;
    this.count = list.length / tokenWords;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, this.count * 2)));
    this.#places = new Uint32Array(slots);
    this.#hashes = new Uint32Array(slots);
    this.#mask = slots - 1;
  }

  /** @returns the token's first place: `index` itself when it is new */
  add(index: number): number {
    const hash = keyedHash(this.#words, index * tokenWords, this.#key);
    const slot = this.#slot(this.#words, index, hash);
    const place = this.#places[slot]!;
    if (place > 0) return place - 1;
    this.#places[slot] = index + 1;
    this.#hashes[slot] = hash;
    return index;
  }

  /** @returns the first place of the token that stands at `index` of another list, or -1 */
  find(list: Uint32Array, index: number): number {
    return this.#places[this.#slot(list, index, keyedHash(list, index * tokenWords, this.#key))]! - 1;
  }

  /** Where the token is, or the free slot where it would be. */
  #slot(list: Uint32Array, index: number, hash: number): number {
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const place = this.#places[slot]!;
      if (place === 0) return slot;
      if (this.#hashes[slot] === hash && sameToken(list, index, this.#words, place - 1)) return slot;
    }
  }
}

function sameToken(a: Uint32Array, indexA: number, b: Uint32Array, indexB: number): boolean {
  const [fromA, fromB] = [indexA * tokenWords, indexB * tokenWords];
  for (let word = 0; word < tokenWords; word += 1) if (a[fromA + word] !== b[fromB + word]) return false;
  return true;
}

function keyedHash(list: Uint32Array, from: number, key: Uint32Array): number {
  const [k0, k1] = [key[0]!, key[1]!];
  let [v0, v1, v2, v3] = [k0, k1, k0 ^ 0x6c796765, k1 ^ 0x74656462];
  // Eight words of the token, then three rounds without one.
  for (let round = 0; round < tokenWords + 3; round += 1) {
    const word = round < tokenWords ? list[from + round]! : 0;
    if (round === tokenWords) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}

/** The list as 32-bit words: the same memory where it is aligned, a copy otherwise. */
function words(list: Uint8Array, name: string): Uint32Array {
  const count = tokenCount(list, name);
  const aligned = list.byteOffset % 4 === 0 ? list : new Uint8Array(list);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, count * tokenWords);
}
