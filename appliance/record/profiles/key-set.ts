// A set of 16-byte keys in one piece of memory outside the collector's sight: tens of thousands of keys come and go each second,
// and as buffers and strings they cost more to keep than to work out.

export const keySetKeyBytes = 16;
const wordsPerKey = 4;
const firstSlots = 1 << 10;
/** A table is at most half full, so that a key is found after a step or two. */
const slotsPerKey = 2;
/** Keys of one set, 128 MB of them: their sorted order fits a double (28 bits of the key, 24 of the slot). */
export const keySetLimit = 1 << 22;
/** More slots than a full set has; with 28 bits of key before it, an exact double. */
const placeRange = 2 ** 24;

export class KeySet {
  /** Open addressing with linear probing. A slot of four zeros is empty; the key of four zeros is kept apart. */
  #words = new Uint32Array(firstSlots * wordsPerKey);
  #mask = firstSlots - 1;
  #size = 0;
  #hasZero = false;

  get size(): number {
    return this.#size;
  }

  /** @param key 16 bytes of a keyed hash, which are as good as random already */
  has(key: Buffer): boolean {
    const a = key.readUInt32LE(0);
    const b = key.readUInt32LE(4);
    const c = key.readUInt32LE(8);
    const d = key.readUInt32LE(12);
    if ((a | b | c | d) === 0) return this.#hasZero;
    return this.#filled(this.#slotOf(a, b, c, d));
  }

  /** @returns false when the key was there. @throws {RangeError} beyond `keySetLimit` keys */
  add(key: Buffer): boolean {
    const a = key.readUInt32LE(0);
    const b = key.readUInt32LE(4);
    const c = key.readUInt32LE(8);
    const d = key.readUInt32LE(12);
    if ((a | b | c | d) === 0) {
      if (this.#hasZero) return false;
      this.#hasZero = true;
      this.#size += 1;
      return true;
    }
    let at = this.#slotOf(a, b, c, d);
    if (this.#filled(at)) return false;
    if (this.#size >= keySetLimit) throw new RangeError(`key set: expected at most ${keySetLimit} keys`);
    if ((this.#size + 1) * slotsPerKey > this.#mask + 1) {
      this.#grow();
      at = this.#slotOf(a, b, c, d);
    }
    this.#put(at, a, b, c, d);
    this.#size += 1;
    return true;
  }

  /** All keys as one buffer, ordered by their first bytes, so that near keys come near each other. */
  sorted(): Buffer {
    const order = new Float64Array(this.#size - (this.#hasZero ? 1 : 0));
    const words = this.#words;
    let n = 0;
    for (let at = 0; at < words.length; at += wordsPerKey) {
      if (!this.#filled(at)) continue;
      order[n] = (swapped(words[at]!) >>> 4) * placeRange + at / wordsPerKey;
      n += 1;
    }
    order.sort();
    const keys = Buffer.allocUnsafeSlow(this.#size * keySetKeyBytes);
    let to = 0;
    if (this.#hasZero) {
      keys.fill(0, 0, keySetKeyBytes);
      to = keySetKeyBytes;
    }
    for (const place of order) {
      const from = (place % placeRange) * wordsPerKey;
      for (let word = 0; word < wordsPerKey; word += 1) to = keys.writeUInt32LE(words[from + word]!, to);
    }
    return keys;
  }

  /** Empties it and keeps its memory for what comes. */
  clear(): void {
    this.#words.fill(0);
    this.#size = 0;
    this.#hasZero = false;
  }

  #filled(at: number): boolean {
    const words = this.#words;
    return (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) !== 0;
  }

  /** The place of the key, or of the empty slot where it belongs. */
  #slotOf(a: number, b: number, c: number, d: number): number {
    const words = this.#words;
    for (let slot = b & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * wordsPerKey;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return at;
      if (!this.#filled(at)) return at;
    }
  }

  #put(at: number, a: number, b: number, c: number, d: number): void {
    const words = this.#words;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
  }

  #grow(): void {
    const old = this.#words;
    this.#mask = (this.#mask + 1) * 2 - 1;
    this.#words = new Uint32Array((this.#mask + 1) * wordsPerKey);
    for (let at = 0; at < old.length; at += wordsPerKey) {
      const [a, b, c, d] = [old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!];
      if ((a | b | c | d) !== 0) this.#put(this.#slotOf(a, b, c, d), a, b, c, d);
    }
  }
}

/** The same four bytes read from the other end. */
function swapped(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
