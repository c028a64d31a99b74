// How what a version scores now compares with what it learned from: its bins beside a sample of those who are scored, and where one score stands
// among all. Shares and indices, nobody's values.

import { Fault } from '../../../core/errors.ts';
import { type Matrix, takeRows } from '../../../core/matrix/matrix.ts';
import { numberDrift } from '../metrics/drift.ts';
import { type ModelBaseline, parseBaseline } from '../monitoring/baseline.ts';
import { type Stability, stabilityLimits, stabilityOf } from '../monitoring/stability.ts';
import { relativeMatrix } from '../questions/relative.ts';
import type { Registry } from '../registry/registry.ts';
import type { Version } from '../registry/version.ts';
import type { ScoreDay } from './days.ts';

export const driftLimits = {
  /** Fewer customers tell nothing of a shift. */
  customers: 200,
  /** Customers whose features are compared; of more, every so many. */
  rows: 20_000,
} as const;

/** What a version learned from, in bins; undefined of a model that was brought. */
export async function baselineFile(registry: Registry, version: Version): Promise<ModelBaseline | undefined> {
  try {
    return parseBaseline(JSON.parse((await registry.file(version, 'baseline')).toString('utf8')));
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return undefined;
    throw error;
  }
}

/**
 * @param scores by row of the features, NaN: not scored
 * @throws {Fault} `too_little_data`
 */
export function stabilityNow(baseline: ModelBaseline, features: Matrix, scores: Float64Array, atMs: number): Stability {
  const scored: number[] = [];
  scores.forEach((value, row) => {
    if (!Number.isNaN(value)) scored.push(row);
  });
  const step = Math.max(1, Math.ceil(scored.length / driftLimits.rows));
  const rows = scored.filter((_, at) => at % step === 0);
  const matrix = relativeMatrix(takeRows(features, rows), atMs);
  return stabilityOf(
    baseline,
    matrix,
    rows.map((row) => scores[row]!),
  );
}

/** For the day's record. Undefined where there are too few customers. */
export function driftOfDay(
  baseline: ModelBaseline,
  features: Matrix,
  scores: Float64Array,
  atMs: number,
): ScoreDay['drift'] | undefined {
  const present = scores.filter((value) => !Number.isNaN(value));
  if (present.length < driftLimits.customers) return undefined;
  const { index } = numberDrift(baseline.score, present);
  // Too few rows to learn from are too few to compare features with.
  if (baseline.rows < stabilityLimits.rows) return { score: index, columns: [] };
  const { columns } = stabilityNow(baseline, features, scores, atMs);
  return { score: index, columns: columns.map(({ column, index: own }) => ({ column, index: own })) };
}

/** @returns the share of all scores that are lower, and how many there are */
export function standing(scores: ArrayLike<number>, value: number): { higherThan: number; customers: number } {
  let [lower, customers] = [0, 0];
  for (let row = 0; row < scores.length; row += 1) {
    const other = scores[row]!;
    if (Number.isNaN(other)) continue;
    customers += 1;
    if (other < value) lower += 1;
  }
  return { higherThan: customers === 0 ? 0 : lower / customers, customers };
}
