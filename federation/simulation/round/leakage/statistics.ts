// Whether bytes are uniform, and whether two worlds can be told apart by what is seen in them: the tests that the leakage of rounds is held to, with
// their rates of false alarm.

import { modulus } from '../plain-sums.ts';

/** One test in so many raises an alarm over bytes that are uniform. Seeds are fixed: a test that passed once does so for ever. */
export const oneIn = 1_000_000;
/** Standard normal deviate that is exceeded so rarely. */
const deviate = 4.753;

/** Wilson and Hilferty 1931: beyond it a chi-square of so many degrees of freedom is once in `oneIn`. */
export function chiSquareMost(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + deviate * Math.sqrt(spread)) ** 3;
}

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Fewer bytes are looked at by halves: a cell wants five at least. */
const wholeBytes = 1500;
export const bytesMin = 100;

/** Of bytes that should be uniform and independent: how far beyond the limit the worst test of them is. Up to 1 is fine. */
export function alarm(bytes: Uint8Array): number {
  if (bytes.length < bytesMin) throw new RangeError(`bytes: expected ${bytesMin} at least, got ${bytes.length}`);
  const tests: number[][] = [];
  if (bytes.length >= wholeBytes) tests.push(counted(bytes, 256));
  const halves = [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
  tests.push(counted(halves, 16));
  // Whether a byte follows from the one before, or from the one that stands as far in the next number.
  for (const step of [1, 4]) {
    const steps = halves.filter((_, at) => at % 2 === 0).map((half, at, all) => (half - (all[at - step] ?? 0)) & 15);
    tests.push(counted(steps.slice(step), 16));
  }
  return Math.max(...tests.map((counts) => chiSquare(counts) / chiSquareMost(counts.length - 1)));
}

function counted(values: ArrayLike<number>, cells: number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (let at = 0; at < values.length; at += 1) counts[values[at]!]! += 1;
  return counts;
}

export const bytesOf = (residues: Uint32Array): Uint8Array =>
  new Uint8Array(residues.buffer, residues.byteOffset, residues.byteLength);

/** One less the other, as residues; of unlike lengths the shorter one's. */
export const less = (one: Uint32Array, other: Uint32Array): Uint32Array =>
  one.slice(0, Math.min(one.length, other.length)).map((value, at) => (value + modulus - other[at]!) % modulus);
export const plus = (one: Uint32Array, other: Uint32Array): Uint32Array =>
  one.slice(0, Math.min(one.length, other.length)).map((value, at) => (value + other[at]!) % modulus);
/** Each value less the one before it. */
export const steps = (vector: Uint32Array): Uint32Array => less(vector.subarray(1), vector);

/** What a distinguisher may look at in a vector: how large its values are, to which side, and where on the circle of residues. */
export function featuresOf(vector: Uint32Array): number[] {
  const signed = Array.from(vector, (value) => (value > modulus / 2 ? value - modulus : value));
  const share = (holds: (value: number) => boolean) => signed.filter(holds).length / signed.length;
  const mean = (of: (value: number) => number) => signed.reduce((sum, value) => sum + of(value), 0) / signed.length;
  const circle = (2 * Math.PI) / modulus;
  return [
    ...[28, 24, 20, 16, 12, 8].map((bits) => share((value) => Math.abs(value) < 2 ** bits)),
    share((value) => value > 0),
    mean((value) => Math.cos(value * circle)),
    mean((value) => Math.sin(value * circle)),
    mean((value) => Math.log2(1 + Math.abs(value))),
    mean((value) => value / modulus),
    share((value) => (value & 1) === 1),
  ];
}

/** Of a feature that is the same in all rounds of both worlds. */
const leastSpread = 1e-3;

/**
 * Learns from the first half of each world which of the two a view is of, by the nearer centre after each feature was scaled by its spread, and
 * judges the second half.
 * @returns how many of the second halves it got right
 */
export function toldApart(one: readonly number[][], other: readonly number[][]): { right: number; of: number } {
  const half = (rows: readonly number[][]) => [rows.slice(0, rows.length / 2), rows.slice(rows.length / 2)] as const;
  const [[learnOne, judgeOne], [learnOther, judgeOther]] = [half(one), half(other)];
  const [centreOne, centreOther] = [centreOf(learnOne), centreOf(learnOther)];
  // Within a world: what differs between the two and hardly within them weighs most.
  const [spreadOne, spreadOther] = [spreadOf(learnOne, centreOne), spreadOf(learnOther, centreOther)];
  const spread = spreadOne.map((value, at) => Math.max(leastSpread, (value + spreadOther[at]!) / 2));
  const far = (row: readonly number[], centre: readonly number[]) =>
    row.reduce((sum, value, at) => sum + ((value - centre[at]!) / spread[at]!) ** 2, 0);
  const isOne = (row: readonly number[]) => far(row, centreOne) < far(row, centreOther);
  const right = judgeOne.filter(isOne).length + judgeOther.filter((row) => !isOne(row)).length;
  return { right, of: judgeOne.length + judgeOther.length };
}

function centreOf(rows: readonly number[][]): number[] {
  return rows[0]!.map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length);
}

function spreadOf(rows: readonly number[][], centre: readonly number[]): number[] {
  return centre.map((mean, at) => Math.sqrt(rows.reduce((sum, row) => sum + (row[at]! - mean) ** 2, 0) / rows.length));
}

/** How likely it is that who guesses is right so often or more. */
export function byChance({ right, of }: { right: number; of: number }): number {
  let [likely, sum] = [0.5 ** of, 0];
  for (let count = 0; count <= of; count += 1) {
    if (count >= right) sum += likely;
    likely *= (of - count) / (count + 1);
  }
  return sum;
}
