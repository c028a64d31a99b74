// Repeatable chance for the sample organisation: Chris Doty-Humphrey's sfc32 (PractRand) and the few distributions that
// people's lives need. Each person has a generator of their own, so that one more question about one of them changes no other.

export type Rng = {
  /** 32 random bits as a number from 0. */
  uint32(): number;
  /** From 0 to below 1, 32 bits of it. */
  unit(): number;
  /** Whole, from 0 to below `bound`. */
  below(bound: number): number;
  /** Whole, both ends included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** One entry, by its weight; weights need not sum to anything. */
  weighted<T>(entries: readonly (readonly [T, number])[]): T;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
  /** `median` times e to the `spread` times a standard normal. */
  logNormal(median: number, spread: number): number;
  exponential(mean: number): number;
  /** Marsaglia and Tsang 2000; shape below 1 through the boost of the same paper. */
  gamma(shape: number, scale: number): number;
  /** Knuth's product for small means, a rounded normal above 30. */
  poisson(mean: number): number;
  /** `length` lower-case hexadecimal digits, at most 8 a step. */
  hex(length: number): string;
  digits(length: number): string;
};

/**
 * A generator that depends on nothing but its arguments.
 * @param seed any whole number
 * @param labels what it is for; other labels give an independent stream
 */
export function seeded(seed: number, ...labels: readonly (string | number)[]): Rng {
  return distributions(sfc32(...stateOf(`${seed}|${labels.join('|')}`)));
}

/** sfc32's step as PractRand has it: 96 bits that mix and a counter, so that no state has a period under 2^32. */
export function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1;
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    c |= 0;
    return out >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** Three words from a text: FNV-1a with three offsets, each finished by MurmurHash3's mixer. Not for secrets. */
function stateOf(text: string): [number, number, number] {
  const words: [number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let w = 0; w < 3; w++) words[w] = Math.imul(words[w]! ^ (code + w * 0x100), 0x01000193);
  }
  return [mixed(words[0]), mixed(words[1]), mixed(words[2])];
}

function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function distributions(uint32: () => number): Rng {
  const unit = () => uint32() / 0x1_0000_0000;
  const below = (bound: number) => Math.floor(unit() * bound);
  const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  const rng: Rng = {
    uint32,
    unit,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => unit() < probability,
    pick: (list) => list[below(list.length)]!,
    weighted(entries) {
      let total = 0;
      for (const [, weight] of entries) total += weight;
      let left = unit() * total;
      for (const [entry, weight] of entries) {
        left -= weight;
        if (left < 0) return entry;
      }
      return entries[entries.length - 1]![0];
    },
    normal,
    logNormal: (median, spread) => median * Math.exp(spread * normal()),
    exponential: (mean) => -mean * Math.log(1 - unit()),
    gamma(shape, scale) {
      if (shape < 1) return rng.gamma(shape + 1, scale) * Math.exp(Math.log(1 - unit()) / shape);
      const d = shape - 1 / 3;
      const c = 1 / Math.sqrt(9 * d);
      for (;;) {
        const x = normal();
        const v = (1 + c * x) ** 3;
        if (v > 0 && Math.log(1 - unit()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
      }
    },
    poisson(mean) {
      if (mean <= 0) return 0;
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = unit(); product > limit; product *= unit()) count += 1;
      return count;
    },
    hex(length) {
      let text = '';
      while (text.length < length) text += uint32().toString(16).padStart(8, '0');
      return text.slice(0, length);
    },
    digits(length) {
      let text = '';
      while (text.length < length) text += below(10);
      return text;
    },
  };
  return rng;
}

/** A UUID of version 8 (RFC 9562 section 5.8: content of one's own) out of the generator. */
export function uuidFrom(rng: Rng): string {
  const h = rng.hex(32);
  const variant = (8 + (rng.uint32() & 3)).toString(16);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`;
}

/** A bijection of 0 to `modulus` - 1, so that numbers made of it never collide. @param modulus a power of ten */
export function scattered(index: number, modulus: number, offset: number): number {
  // 387,420,489 is 3^18: it shares no factor with a power of ten. BigInt because the product outgrows 2^53.
  return Number((BigInt(index) * 387_420_489n + BigInt(offset)) % BigInt(modulus));
}
