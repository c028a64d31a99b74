// How many different values a field had, in 2 KB whatever their number: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, AofA 2007) with
// the estimator of Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, section 4), which needs no tables of
// corrections. A sketch keeps no value and no hash: of each register only the longest run of zeros.

import type { Hash } from './hash.ts';

const precision = 11;
const registers = 1 << precision;
/** The longest run that is told apart: 31 fits five bits beside a register's number in a sparse entry. */
const longest = 31;
/** Registers in use up to which a sketch is a list; beyond it is the whole array. */
const sparseLimit = 256;

/** 1.04 / sqrt(m): the standard error that the papers give, as a share of the estimate. */
export const distinctError = 1.04 / Math.sqrt(registers);

export class HyperLogLog {
  /** Register number and run, for few. */
  #sparse: Map<number, number> | undefined = new Map();
  #dense: Uint8Array | undefined;

  add({ high, low }: Hash): void {
    const register = high >>> (32 - precision);
    this.#raise(register, Math.min(longest, Math.clz32(low) + 1));
  }

  /** Exactly what one sketch over both inputs would be, in whichever order. */
  merge(other: HyperLogLog): void {
    other.#each((register, run) => this.#raise(register, run));
  }

  estimate(): number {
    const histogram = new Array<number>(longest + 1).fill(0);
    let used = 0;
    this.#each((_register, run) => {
      used += 1;
      histogram[run]! += 1;
    });
    histogram[0] = registers - used;
    if (used === 0) return 0;
    let z = registers * tau(1 - histogram[longest]! / registers);
    for (let run = longest - 1; run >= 1; run -= 1) z = 0.5 * (z + histogram[run]!);
    z += registers * sigma(histogram[0] / registers);
    return ((registers / (2 * Math.LN2)) * registers) / z;
  }

  /** Base64 of the registers, or of sparse entries of two bytes. */
  toText(): string {
    if (this.#dense) return `d${Buffer.from(this.#dense).toString('base64')}`;
    const entries = [...this.#sparse!].map(([register, run]) => (register << 5) | run).sort((a, b) => a - b);
    const bytes = Buffer.alloc(entries.length * 2);
    for (const [at, entry] of entries.entries()) bytes.writeUInt16BE(entry, at * 2);
    return `s${bytes.toString('base64')}`;
  }

  static fromText(text: string): HyperLogLog {
    const sketch = new HyperLogLog();
    const bytes = Buffer.from(text.slice(1), 'base64');
    if (text[0] === 'd') {
      for (let register = 0; register < Math.min(registers, bytes.length); register += 1)
        if (bytes[register] !== 0) sketch.#raise(register, Math.min(longest, bytes[register]!));
    } else {
      for (let at = 0; at + 1 < bytes.length; at += 2) {
        const entry = bytes.readUInt16BE(at);
        if ((entry & 31) !== 0) sketch.#raise(entry >>> 5, entry & 31);
      }
    }
    return sketch;
  }

  #raise(register: number, run: number): void {
    if (this.#dense) {
      if (run > this.#dense[register]!) this.#dense[register] = run;
      return;
    }
    const sparse = this.#sparse!;
    if (run > (sparse.get(register) ?? 0)) sparse.set(register, run);
    if (sparse.size <= sparseLimit) return;
    this.#dense = new Uint8Array(registers);
    for (const [at, longestRun] of sparse) this.#dense[at] = longestRun;
    this.#sparse = undefined;
  }

  #each(visit: (register: number, run: number) => void): void {
    if (this.#sparse) for (const [register, run] of this.#sparse) visit(register, run);
    else for (let at = 0; at < registers; at += 1) if (this.#dense![at] !== 0) visit(at, this.#dense![at]!);
  }
}

/** Ertl's sigma: what the registers that were never hit say. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; z !== before; ) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

/** Ertl's tau: what the registers that are full say. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; z !== before; ) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
