// Quantiles of numbers in bounded memory: DDSketch (Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
// relative-error guarantees", VLDB 2019). Each number falls into a bin whose width is a fixed share of it, so a quantile is right to
// that share, and two sketches merge by adding bins: exactly, in any order. It keeps no number as it was.

/** A quantile is at most this share away from the true one (the paper's alpha), as long as no bins were joined. */
export const quantileError = 0.02;
const gamma = (1 + quantileError) / (1 - quantileError);
const logGamma = Math.log(gamma);
/** Bins of one sign. Beyond, those nearest zero are joined: the paper's collapsing, which keeps the high quantiles right. */
const binLimit = 512;
const smallest = 1e-9;
/** Far beyond any amount that means something; what is larger counts as this. */
const largest = 1e18;

type Bins = Map<number, number>;
export type QuantilesText = { zero: number; above: [number, number][]; below: [number, number][] };

export class Quantiles {
  #zero = 0;
  readonly #above: Bins = new Map();
  readonly #below: Bins = new Map();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count += 1;
    const size = Math.min(largest, Math.abs(value));
    if (size < smallest) this.#zero += 1;
    else put(value > 0 ? this.#above : this.#below, Math.ceil(Math.log(size) / logGamma), 1);
  }

  merge(other: Quantiles): void {
    this.#count += other.#count;
    this.#zero += other.#zero;
    for (const [bin, count] of other.#above) put(this.#above, bin, count);
    for (const [bin, count] of other.#below) put(this.#below, bin, count);
  }

  /** @param q from 0 to 1 @returns undefined when nothing was added */
  at(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = Math.floor(q * (this.#count - 1));
    for (const [bin, count] of [...this.#below].sort((a, b) => b[0] - a[0])) {
      if (left < count) return -middleOf(bin);
      left -= count;
    }
    if (left < this.#zero) return 0;
    left -= this.#zero;
    for (const [bin, count] of [...this.#above].sort((a, b) => a[0] - b[0])) {
      if (left < count) return middleOf(bin);
      left -= count;
    }
    return 0;
  }

  toJson(): QuantilesText {
    return { zero: this.#zero, above: [...this.#above], below: [...this.#below] };
  }

  static fromJson({ zero, above, below }: QuantilesText): Quantiles {
    const sketch = new Quantiles();
    sketch.#zero = zero;
    sketch.#count = zero;
    for (const [bins, entries] of [[sketch.#above, above] as const, [sketch.#below, below] as const]) {
      for (const [bin, count] of entries) {
        put(bins, bin, count);
        sketch.#count += count;
      }
    }
    return sketch;
  }
}

/** The middle of a bin, by which the error is the same to both sides. */
function middleOf(bin: number): number {
  return (2 * gamma ** bin) / (gamma + 1);
}

function put(bins: Bins, bin: number, count: number): void {
  bins.set(bin, (bins.get(bin) ?? 0) + count);
  if (bins.size <= binLimit) return;
  const [first, second] = [...bins.keys()].sort((a, b) => a - b) as [number, number];
  bins.set(second, bins.get(second)! + bins.get(first)!);
  bins.delete(first);
}
