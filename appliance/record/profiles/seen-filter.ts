// A Bloom filter of message keys (Bloom 1970), so that a new message is known to be new without asking the store: about one
// in a hundred is asked for in vain, none is ever missed. It grows by adding filters of twice the size (Almeida et al. 2007).

/** Keys of the first filter, bits per key and bits set per key: false answers about 1%. */
const firstCapacity = 1 << 20;
const bitsPerKey = 10;
const hashes = 7;

/** Keys it holds at most, about 160 MB of bits; beyond it every message is looked up. */
export const seenFilterLimit = 128_000_000;

type Layer = { bits: Uint32Array; mask: number; capacity: number; count: number };

export class SeenFilter {
  readonly #layers: Layer[] = [layerFor(firstCapacity)];
  #count = 0;

  /** False once it holds more than it may: then nothing can be said. */
  get usable(): boolean {
    return this.#count <= seenFilterLimit;
  }

  /** @param key at least 12 bytes of a keyed hash, which are as good as random already */
  add(key: Buffer): void {
    this.#count += 1;
    if (!this.usable) return;
    let layer = this.#layers.at(-1)!;
    if (layer.count >= layer.capacity) {
      layer = layerFor(layer.capacity * 2);
      this.#layers.push(layer);
    }
    layer.count += 1;
    const first = key.readUInt32LE(0);
    const step = key.readUInt32LE(4) | 1;
    for (let at = 0; at < hashes; at += 1) {
      const bit = (first + Math.imul(at, step)) & layer.mask;
      layer.bits[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  /** False only for keys that were never added. */
  mayHave(key: Buffer): boolean {
    if (!this.usable) return true;
    const first = key.readUInt32LE(0);
    const step = key.readUInt32LE(4) | 1;
    return this.#layers.some(({ bits, mask }) => {
      for (let at = 0; at < hashes; at += 1) {
        const bit = (first + Math.imul(at, step)) & mask;
        if ((bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    });
  }
}

function layerFor(capacity: number): Layer {
  const bits = 2 ** Math.ceil(Math.log2(capacity * bitsPerKey));
  return { bits: new Uint32Array(bits / 32), mask: bits - 1, capacity: Math.floor(bits / bitsPerKey), count: 0 };
}
