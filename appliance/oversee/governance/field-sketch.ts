// What is remembered of the values of one field: how often each type came, which marks the detectors found, how many different ones
// there were, quantiles of numbers, and the values that many customers share. Never a value that one customer gave.

import { bitOf, type DetectorOptions, detect, marks } from './detectors.ts';
import { type Hash, hashInto, type Seed } from './hash.ts';
import { HyperLogLog } from './hyperloglog.ts';
import { Quantiles, type QuantilesText } from './quantiles.ts';
import { type TopText, TopValues } from './top-values.ts';

export const valueTypes = ['text', 'whole', 'number', 'boolean', 'object', 'list', 'null', 'empty'] as const;
export type ValueType = (typeof valueTypes)[number];
const typeAt = Object.fromEntries(valueTypes.map((type, at) => [type, at])) as { readonly [type in ValueType]: number };

export const sketchLimits = {
  /** Values that are all looked at by the detectors; then one in eight. */
  testedFirst: 256,
  testedEvery: 8,
} as const;

export type SketchText = {
  types: number[];
  tested: number;
  counts: number[];
  firstAtMs: number;
  lastAtMs: number;
  distinct?: string;
  numbers?: QuantilesText;
  top?: TopText;
};

/** What adding a value needs to know; one object serves a whole batch. */
export type Seen = DetectorOptions & { readonly seed: Seed; readonly hash: Hash; customer: number };

export class FieldSketch {
  readonly types = new Float64Array(valueTypes.length);
  tested = 0;
  readonly counts = new Float64Array(marks.length);
  firstAtMs = Number.MAX_SAFE_INTEGER;
  lastAtMs = 0;
  #distinct: HyperLogLog | undefined;
  #numbers: Quantiles | undefined;
  #top: TopValues | undefined;

  /** A text, number or truth value; objects and lists are only counted. */
  add(value: unknown, seen: Seen): void {
    this.firstAtMs = Math.min(this.firstAtMs, seen.nowMs);
    this.lastAtMs = Math.max(this.lastAtMs, seen.nowMs);
    if (typeof value === 'string') {
      this.#count(value === '' ? 'empty' : 'text');
      if (value !== '') this.#value(value, seen);
    } else if (typeof value === 'number') {
      this.#count(Number.isInteger(value) ? 'whole' : 'number');
      this.#numbers ??= new Quantiles();
      this.#numbers.add(value);
      this.#value(String(value), seen);
    } else if (typeof value === 'boolean') {
      this.#count('boolean');
      this.#value(value ? 'true' : 'false', seen);
    } else this.#count(value === null || value === undefined ? 'null' : Array.isArray(value) ? 'list' : 'object');
  }

  /** Values that say something. */
  get filled(): number {
    let sum = 0;
    for (const count of this.types) sum += count;
    return sum - this.types[typeAt.null]! - this.types[typeAt.empty]!;
  }

  /** Texts, numbers and truth values. */
  get scalars(): number {
    return this.types[typeAt.text]! + this.types[typeAt.whole]! + this.types[typeAt.number]! + this.types[typeAt.boolean]!;
  }

  get numberCount(): number {
    return this.#numbers?.count ?? 0;
  }

  distinct(): number {
    return this.#distinct?.estimate() ?? 0;
  }

  quantile(q: number): number | undefined {
    return this.#numbers?.at(q);
  }

  top(): { value: string; count: number }[] {
    return this.#top?.shown() ?? [];
  }

  merge(other: FieldSketch): void {
    for (let at = 0; at < this.types.length; at += 1) this.types[at]! += other.types[at]!;
    for (let at = 0; at < this.counts.length; at += 1) this.counts[at]! += other.counts[at]!;
    this.tested += other.tested;
    this.firstAtMs = Math.min(this.firstAtMs, other.firstAtMs);
    this.lastAtMs = Math.max(this.lastAtMs, other.lastAtMs);
    if (other.#distinct) {
      this.#distinct ??= new HyperLogLog();
      this.#distinct.merge(other.#distinct);
    }
    if (other.#numbers) {
      this.#numbers ??= new Quantiles();
      this.#numbers.merge(other.#numbers);
    }
    if (other.#top) {
      this.#top ??= new TopValues();
      this.#top.merge(other.#top);
    }
  }

  toJson(): SketchText {
    return {
      types: [...this.types],
      tested: this.tested,
      counts: [...this.counts],
      firstAtMs: this.firstAtMs,
      lastAtMs: this.lastAtMs,
      ...(this.#distinct && { distinct: this.#distinct.toText() }),
      ...(this.#numbers && { numbers: this.#numbers.toJson() }),
      ...(this.#top && { top: this.#top.toJson() }),
    };
  }

  static fromJson(text: SketchText): FieldSketch {
    const sketch = new FieldSketch();
    sketch.types.set(text.types.slice(0, sketch.types.length));
    sketch.counts.set(text.counts.slice(0, sketch.counts.length));
    sketch.tested = text.tested;
    sketch.firstAtMs = text.firstAtMs;
    sketch.lastAtMs = text.lastAtMs;
    if (text.distinct !== undefined) sketch.#distinct = HyperLogLog.fromText(text.distinct);
    if (text.numbers) sketch.#numbers = Quantiles.fromJson(text.numbers);
    if (text.top) sketch.#top = TopValues.fromJson(text.top);
    return sketch;
  }

  #count(type: ValueType): void {
    this.types[typeAt[type]]! += 1;
  }

  #value(text: string, seen: Seen): void {
    hashInto(seen.hash, seen.seed, text);
    this.#distinct ??= new HyperLogLog();
    this.#distinct.add(seen.hash);
    this.#top ??= new TopValues();
    this.#top.add(seen.hash, text, seen.customer);
    const tests = this.tested < sketchLimits.testedFirst || this.scalars % sketchLimits.testedEvery === 0;
    if (!tests) return;
    this.tested += 1;
    let found = detect(text, seen);
    for (let at = 0; found !== 0; at += 1, found >>>= 1) if (found & 1) this.counts[at]! += 1;
  }
}

/** Whether a text is itself a datum, such as a phone number that a system uses as the name of a field. */
export function isDatum(text: string, options: DetectorOptions): boolean {
  const personal =
    bitOf.phone | bitOf.national_id | bitOf.bank_card | bitOf.email | bitOf.ip_address | bitOf.device_shape | bitOf.address;
  return /\d{6}/.test(text) || (detect(text, options) & personal) !== 0;
}
