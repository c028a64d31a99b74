// RFM: how recently, how often and for how much somebody bought, each scored from 1 (least) to 5 (most) beside everybody else or by fixed
// bounds, and a segment by the scores. Customers with the same value always have the same score.

import { Fault } from '../../../core/errors.ts';
import { columnOf, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import { type RfmSegment, rfmSegments, segmentOf } from './names.ts';

/** Columns of one length, a row for each customer; NaN where unknown. */
export type RfmInput = {
  /** Days since the last purchase; fewer score higher. */
  readonly recencyDays: ArrayLike<number>;
  /** Purchases. */
  readonly frequency: ArrayLike<number>;
  /** Money spent, in one currency. */
  readonly monetary: ArrayLike<number>;
};

const measures = ['recencyDays', 'frequency', 'monetary'] as const;
export type Measure = (typeof measures)[number];

/**
 * Four ascending bounds for each measure, between its five scores. A value on a bound belongs to the side of larger values, so that for
 * recency [30, 90, 180, 365] gives 5 below 30 days, 4 from 30 to below 90.
 */
export type RfmBounds = { readonly [measure in Measure]: readonly [number, number, number, number] };

export type Rfm = {
  /** Scores 1 to 5; 0 for a customer of whom one of the three is unknown. */
  readonly recencyScore: Uint8Array;
  readonly frequencyScore: Uint8Array;
  readonly monetaryScore: Uint8Array;
  /** Which of `rfmSegments`; 255 for none. */
  readonly segment: Uint8Array;
  /** The bounds used, given or found: with these as fixed bounds the same customers score the same. Infinity where a score is not given out. */
  readonly bounds: RfmBounds;
  readonly summary: readonly RfmSummary[];
  /** Customers without a score. */
  readonly leftOut: number;
};

export type RfmSummary = {
  readonly segment: RfmSegment;
  readonly customers: number;
  /** Of all scored customers. */
  readonly share: number;
  /** Means over the segment. */
  readonly recencyDays: number;
  readonly frequency: number;
  readonly monetary: number;
  /** Of all money; 0 where there is none. */
  readonly monetaryShare: number;
};

export const rfmLimits = { customers: 50_000_000 } as const;

/**
 * Scores by fifths, or by fixed bounds where given. By fifths a value scores 1 + floor(5 s), at most 5, where s is the share of customers below it
 * and half of those who share it: without ties five equal parts; with ties the middle of those who tie decides for all of them.
 * @throws {Fault} `bad_request` where lengths differ or bounds do not ascend, `limit_reached`
 */
export function scoreRfm(input: RfmInput, bounds?: RfmBounds): Rfm {
  const rows = input.frequency.length;
  if (input.recencyDays.length !== rows || input.monetary.length !== rows)
    throw new Fault('bad_request', 'rfm: columns differ in length');
  if (rows > rfmLimits.customers) throw new Fault('limit_reached', `customers: at most ${rfmLimits.customers}`);
  if (bounds) for (const measure of measures) checkBounds(measure, bounds[measure]);
  const known = new Uint8Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const sum = input.recencyDays[row]! + input.frequency[row]! + input.monetary[row]!;
    known[row] = Number.isFinite(sum) ? 1 : 0;
    count += known[row]!;
  }
  const used = bounds ?? {
    recencyDays: fifths(input.recencyDays, known, count, true),
    frequency: fifths(input.frequency, known, count, false),
    monetary: fifths(input.monetary, known, count, false),
  };
  const recencyScore = scores(input.recencyDays, known, used.recencyDays, true);
  const frequencyScore = scores(input.frequency, known, used.frequency, false);
  const monetaryScore = scores(input.monetary, known, used.monetary, false);
  const segment = new Uint8Array(rows).fill(255);
  for (let row = 0; row < rows; row += 1) {
    if (known[row] === 1) segment[row] = segmentOf(recencyScore[row]!, frequencyScore[row]!, monetaryScore[row]!);
  }
  const summary = summarise(input, segment, count);
  return { recencyScore, frequencyScore, monetaryScore, segment, bounds: used, summary, leftOut: rows - count };
}

/**
 * The three columns out of a matrix.
 * @param names `last`: a time, the last purchase; `frequency`, `monetary`: numbers
 * @param atMs when days are counted from; a purchase after it is 0 days ago
 * @throws {Fault} `bad_request` for a column that is not there or no time
 */
export function rfmOfMatrix(
  matrix: Matrix,
  names: { last: string; frequency: string; monetary: string },
  atMs: number,
): RfmInput {
  const column = (name: string) => {
    const found = columnOf(matrix, name);
    if (!found || found.kind === 'category') throw new Fault('bad_request', `rfm: no column of numbers called ${name}`);
    return found;
  };
  const last = column(names.last);
  if (last.kind !== 'time') throw new Fault('bad_request', `rfm: ${names.last} is not a time`);
  const [frequency, monetary] = [column(names.frequency), column(names.monetary)];
  const read = (value: (row: number) => number) => Float64Array.from({ length: matrix.rows }, (_, row) => value(row));
  return {
    recencyDays: read((row) => Math.max(0, (atMs - numberAt(last, row)) / 86_400_000)),
    frequency: read((row) => numberAt(frequency, row)),
    monetary: read((row) => numberAt(monetary, row)),
  };
}

function checkBounds(measure: Measure, bounds: readonly number[]): void {
  const ascending = bounds.every((bound, index) => !Number.isNaN(bound) && (index === 0 || bound >= bounds[index - 1]!));
  if (bounds.length !== 4 || !ascending)
    throw new Fault('bad_request', `rfm: bounds of ${measure}: expected four ascending numbers`);
}

/** Bounds that give each value the score of its middle rank. @param reversed the smallest values score highest */
function fifths(
  values: ArrayLike<number>,
  known: Uint8Array,
  count: number,
  reversed: boolean,
): [number, number, number, number] {
  const never = Number.POSITIVE_INFINITY;
  const bounds: [number, number, number, number] = [never, never, never, never];
  let [step, from] = [0, 0];
  for (const [value, equal] of countValues(values, known, count)) {
    const to = from + equal;
    // Twice the middle rank keeps to whole numbers; recency counts ranks from its other end, so that both ends are alike.
    const twice = reversed ? 2 * count - from - to : from + to;
    const score = Math.min(5, 1 + Math.floor((5 * twice) / (2 * count)));
    const part = reversed ? 5 - score : score - 1;
    for (; step < part; step += 1) bounds[step] = value;
    from = to;
  }
  return bounds;
}

/** Whole numbers below this, as days and purchases are, are counted in a table; other values are sorted. */
const countedBelow = 1 << 20;

/** Different values in ascending order, each with how many have it. */
function* countValues(values: ArrayLike<number>, known: Uint8Array, count: number): Generator<[value: number, equal: number]> {
  const table = countWhole(values, known);
  if (table) {
    for (let value = 0; value < table.length; value += 1) if (table[value]! > 0) yield [value, table[value]!];
    return;
  }
  const sorted = new Float64Array(count);
  for (let row = 0, at = 0; row < known.length; row += 1) if (known[row] === 1) sorted[at++] = values[row]!;
  sorted.sort();
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && sorted[to] === sorted[from]) to += 1;
    yield [sorted[from]!, to - from];
    from = to;
  }
}

function countWhole(values: ArrayLike<number>, known: Uint8Array): Uint32Array | undefined {
  const table = new Uint32Array(countedBelow);
  for (let row = 0; row < known.length; row += 1) {
    if (known[row] === 0) continue;
    const value = values[row]!;
    if (!(value >= 0 && value < countedBelow && Math.trunc(value) === value)) return undefined;
    table[value]! += 1;
  }
  return table;
}

function scores(values: ArrayLike<number>, known: Uint8Array, bounds: readonly number[], reversed: boolean): Uint8Array {
  const [first, second, third, fourth] = bounds as readonly [number, number, number, number];
  const result = new Uint8Array(known.length);
  for (let row = 0; row < known.length; row += 1) {
    if (known[row] === 0) continue;
    const value = values[row]!;
    const part = value < second ? (value < first ? 0 : 1) : value < third ? 2 : value < fourth ? 3 : 4;
    result[row] = reversed ? 5 - part : 1 + part;
  }
  return result;
}

function summarise({ recencyDays, frequency, monetary }: RfmInput, segment: Uint8Array, count: number): RfmSummary[] {
  const sums = rfmSegments.map(() => ({ customers: 0, recencyDays: 0, frequency: 0, monetary: 0 }));
  let money = 0;
  for (let row = 0; row < segment.length; row += 1) {
    const sum = sums[segment[row]!];
    if (!sum) continue;
    sum.customers += 1;
    sum.recencyDays += recencyDays[row]!;
    sum.frequency += frequency[row]!;
    sum.monetary += monetary[row]!;
    money += monetary[row]!;
  }
  return sums.flatMap((sum, index) => {
    const { customers } = sum;
    if (customers === 0) return [];
    return [
      {
        segment: rfmSegments[index]!,
        customers,
        share: customers / count,
        recencyDays: sum.recencyDays / customers,
        frequency: sum.frequency / customers,
        monetary: sum.monetary / customers,
        monetaryShare: money === 0 ? 0 : sum.monetary / money,
      },
    ];
  });
}
