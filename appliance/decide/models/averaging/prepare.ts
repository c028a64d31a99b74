// From columns to what averaging trains on: values in whole steps, their sums, and the standardised table. Everything is made of the same whole
// steps, so that sums over several organisations are exactly those of their rows together.

import type { Design } from '../linear/design.ts';
import type { Standard } from '../linear/passes.ts';
import type { FeatureMoments, Prepared, Source, Standardiser, Table } from './shapes.ts';

export const tableLimits = {
  /** A limit is so many steps: a square is then at most 2^52, and exact. */
  stepsOfLimit: 0x4000000,
  /** 2^-64 and 2^64. */
  leastLimit: 1 / (0x100000000 * 0x100000000),
  mostLimit: 0x100000000 * 0x100000000,
  /** So many squares, in halves of 26 bits, sum exactly. */
  rows: 0x8000000,
  features: 1000,
  /** Rows times columns of a standardised table: 1.6 GB. */
  cells: 400_000_000,
  /** Of the table that steps of descent see: one value of a hundred deviations would undo what a batch has learned. */
  deviations: 10,
} as const;

const half = 0x4000000;

/**
 * Clamps, rounds to steps and sums. The moments do not depend on the order of rows.
 * @throws {RangeError} for infinite values, labels besides 0 and 1, lengths that differ, rows outside, too many of them
 */
export function prepare(source: Source, cancelled: () => boolean = () => false): Prepared {
  const { features, labels, limits, rows } = source;
  check(source);
  const count = rows ? rows.length : labels.length;
  const taken = new Uint8Array(new SharedArrayBuffer(count));
  let positives = 0;
  for (let place = 0; place < count; place += 1) {
    const row = rows ? rows[place]! : place;
    const label = labels[row];
    if (label !== 0 && label !== 1) throw new RangeError(`labels: expected 0 or 1, got ${label} in row ${row}`);
    taken[place] = label;
    positives += label;
  }
  const clamped: number[] = [];
  const moments: FeatureMoments[] = [];
  const columns = features.map((column, feature) => {
    const into = new Float32Array(new SharedArrayBuffer(count * 4));
    if (cancelled()) return into;
    const sums = inSteps(column, rows, limits[feature]! / tableLimits.stepsOfLimit, into, feature);
    clamped.push(sums.clamped);
    moments.push(sums.moments);
    return into;
  });
  return { features: columns, labels: taken, moments: { rows: count, positives, features: moments }, clamped };
}

function check({ features, labels, limits, rows }: Source): void {
  if (features.length > tableLimits.features || features.length !== limits.length)
    throw new RangeError(
      `features: expected as many as limits, ${limits.length}, at most ${tableLimits.features}, got ${features.length}`,
    );
  const count = rows ? rows.length : labels.length;
  if (count > tableLimits.rows) throw new RangeError(`rows: expected at most ${tableLimits.rows}, got ${count}`);
  features.forEach((column, feature) => {
    if (column.length !== labels.length)
      throw new RangeError(`features: expected ${labels.length} rows, got ${column.length} in feature ${feature}`);
  });
  limits.forEach((limit, feature) => {
    if (!isLimit(limit))
      throw new RangeError(`limits: expected a power of two from 2^-64 to 2^64, got ${limit} for feature ${feature}`);
  });
}

function isLimit(limit: number): boolean {
  let power = tableLimits.leastLimit;
  while (power < limit && power < tableLimits.mostLimit) power *= 2;
  return power === limit;
}

/** A float of a quarter of the limit or more is a whole number of steps already; a smaller one has 24 bits in steps: none is rounded twice. */
function inSteps(
  column: Float32Array,
  rows: Uint32Array | undefined,
  step: number,
  into: Float32Array,
  feature: number,
): { moments: FeatureMoments; clamped: number } {
  const most = tableLimits.stepsOfLimit;
  let [present, clamped, sum, high, low] = [0, 0, 0, 0, 0];
  for (let place = 0; place < into.length; place += 1) {
    const row = rows ? rows[place]! : place;
    const value = column[row];
    if (value === undefined) throw new RangeError(`rows: expected below ${column.length}, got ${row}`);
    if (Number.isNaN(value)) {
      into[place] = value;
      continue;
    }
    if (!Number.isFinite(value))
      throw new RangeError(`features: expected finite numbers or NaN, got ${value} in row ${row} of feature ${feature}`);
    let steps = Math.round(value / step);
    if (steps > most || steps < -most) {
      steps = steps > 0 ? most : -most;
      clamped += 1;
    }
    into[place] = steps * step;
    present += 1;
    sum += steps;
    const square = steps * steps;
    const above = Math.floor(square / half);
    high += above;
    low += square - above * half;
  }
  const squares = BigInt(high) * BigInt(half) + BigInt(low);
  return { moments: { count: present, sum: BigInt(sum), squares }, clamped };
}

/** Columns and standardisation for passes over rows: those of the linear models. A `missing` column is made here. */
export function designOf(prepared: Prepared, standardiser: Standardiser): { design: Design; standard: Standard } {
  const { columns } = standardiser;
  const features = columns.map(({ feature, how }) => {
    const column = prepared.features[feature]!;
    if (how === 'value') return column;
    const missing = new Float32Array(new SharedArrayBuffer(column.length * 4));
    column.forEach((value, row) => {
      missing[row] = Number.isNaN(value) ? 1 : 0;
    });
    return missing;
  });
  return {
    design: { features, targets: prepared.labels },
    standard: {
      centers: Float64Array.from(columns, ({ center }) => center),
      inverseScales: Float64Array.from(columns, ({ scale }) => 1 / scale),
    },
  };
}

/** The table for descent, values within `tableLimits.deviations` of 0. @throws {RangeError} for more cells than `tableLimits.cells` */
export function standardise(prepared: Prepared, standardiser: Standardiser): Table {
  const rows = prepared.labels.length;
  const width = standardiser.columns.length;
  if (rows * width > tableLimits.cells) throw new RangeError(`cells: expected at most ${tableLimits.cells}, got ${rows * width}`);
  const cells = new Float32Array(new SharedArrayBuffer(rows * width * 4));
  standardiser.columns.forEach(({ feature, how, center, scale }, place) => {
    const column = prepared.features[feature]!;
    for (let row = 0; row < rows; row += 1) {
      const value = how === 'value' ? column[row]! : Number.isNaN(column[row]!) ? 1 : 0;
      const deviations = (value - center) / scale;
      cells[row * width + place] = Number.isNaN(deviations)
        ? 0
        : Math.max(-tableLimits.deviations, Math.min(tableLimits.deviations, deviations));
    }
  });
  return { rows, width, cells, labels: prepared.labels };
}
