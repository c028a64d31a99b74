// A Bloom filter of message keys (Bloom 1970), so that a new message is known to be new without asking the store; none is ever missed.
// The bits of a key lie in one line of the processor's cache (Putze, Sanders, Singler 2007: blocked Bloom filters). It grows by
// adding filters of twice the size (Almeida et al. 2007).

const firstCapacity = 1 << 20;
/** Of 16 million keys about one new one in 3,000 is asked for in vain, since asking holds its group up; beyond, one in 100. */
const bitsPerKey = { upTo: 1 << 24, bits: 20, beyond: 10 } as const;
/** A block has 512 bits, and a key sets 8 of them: each is named by 9 bits of the key. */
const wordsPerBlock = 16;
const bitInBlock = 511;

/** Keys it holds at most, about 180 MB of bits; beyond it every message is looked up. */
export const seenFilterLimit = 128_000_000;

type Layer = { words: Uint32Array; blockMask: number; capacity: number; count: number };

export class SeenFilter {
  readonly #layers: Layer[] = [layerFor(firstCapacity)];
  #count = 0;

  /** False once it holds more than it may: then nothing can be said. */
  get usable(): boolean {
    return this.#count <= seenFilterLimit;
  }

  /** @param key 16 bytes of a keyed hash, which are as good as random already */
  add(key: Buffer): void {
    this.#count += 1;
    if (!this.usable) return;
    let layer = this.#layers.at(-1)!;
    if (layer.count >= layer.capacity) {
      layer = layerFor(layer.capacity * 2);
      this.#layers.push(layer);
    }
    layer.count += 1;
    const { words } = layer;
    const block = (key.readUInt32LE(0) & layer.blockMask) * wordsPerBlock;
    for (let at = 4; at < 16; at += 4) {
      let bits = key.readUInt32LE(at);
      for (let more = bitsInWord(at); more > 0; more -= 1) {
        const bit = bits & bitInBlock;
        words[block + (bit >>> 5)]! |= 1 << (bit & 31);
        bits >>>= 9;
      }
    }
  }

  /** False only for keys that were never added. */
  mayHave(key: Buffer): boolean {
    if (!this.usable) return true;
    for (const layer of this.#layers) if (hasAll(layer, key)) return true;
    return false;
  }
}

function hasAll({ words, blockMask }: Layer, key: Buffer): boolean {
  const block = (key.readUInt32LE(0) & blockMask) * wordsPerBlock;
  for (let at = 4; at < 16; at += 4) {
    let bits = key.readUInt32LE(at);
    for (let more = bitsInWord(at); more > 0; more -= 1) {
      const bit = bits & bitInBlock;
      if ((words[block + (bit >>> 5)]! & (1 << (bit & 31))) === 0) return false;
      bits >>>= 9;
    }
  }
  return true;
}

/** Three of each word of the key but two of the last. */
function bitsInWord(at: number): number {
  return at < 12 ? 3 : 2;
}

function layerFor(capacity: number): Layer {
  const bits = capacity <= bitsPerKey.upTo ? bitsPerKey.bits : bitsPerKey.beyond;
  const blocks = 2 ** Math.ceil(Math.log2((capacity * bits) / (wordsPerBlock * 32)));
  const words = new Uint32Array(blocks * wordsPerBlock);
  return { words, blockMask: blocks - 1, capacity: Math.floor((words.length * 32) / bits), count: 0 };
}
