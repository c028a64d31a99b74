// Rows for the benchmark of averaging: the telco churn set where HOLDFAST_DATA names its folder, seeded rows otherwise; and ways to deal them to
// organisations that differ, as the literature on federated learning deals them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Source } from '../decide/models/averaging/shapes.ts';
import { sampleSource, shared } from '../decide/models/averaging/testing.ts';
import { seeded } from '../sample/random.ts';

export type BenchRows = {
  readonly name: string;
  readonly source: Source;
  /** Of each row, 0 to 4. */
  readonly folds: Uint8Array;
  /** Of each row: what kind of customer it is, so that organisations can have other kinds. */
  readonly kinds: readonly string[];
};

export function benchRows(): BenchRows {
  const folder = process.env.HOLDFAST_DATA;
  if (folder) return telco(join(folder, 'telco'));
  const source = sampleSource(7000, 1);
  const kinds = Array.from(source.features[0]!, (amount) => String(Math.floor(Math.log2(amount) / 2)));
  return { name: 'seeded rows', source, folds: Uint8Array.from(kinds, (_, row) => row % 5), kinds };
}

/** Largest values that a telephone company would name beforehand, as powers of two: months, and dollars. */
const numbers: { [name: string]: number } = { tenure: 128, MonthlyCharges: 256, TotalCharges: 16384, SeniorCitizen: 1 };

/** Numbers as they are, a feature for each level of each category. */
function telco(folder: string): BenchRows {
  const read = (name: string) => parse(readFileSync(join(folder, name)), { columns: true }) as Record<string, string>[];
  const rows = read('Telco-Customer-Churn.csv');
  const features: Float32Array[] = [];
  const limits: number[] = [];
  for (const name of Object.keys(rows[0]!)) {
    if (name === 'customerID' || name === 'Churn') continue;
    const values = rows.map((row) => row[name]!.trim());
    const levels = numbers[name] ? undefined : [...new Set(values)].sort();
    for (const level of levels ?? [undefined]) {
      features.push(shared(values.map((value) => (level === undefined ? Number(value || 'NaN') : value === level ? 1 : 0))));
      limits.push(numbers[name] ?? 1);
    }
  }
  const labels = new Uint8Array(new SharedArrayBuffer(rows.length));
  labels.set(rows.map((row) => (row.Churn === 'Yes' ? 1 : 0)));
  return {
    name: 'telco churn',
    source: { features, labels, limits },
    folds: Uint8Array.from(read('folds_seed7.csv'), ({ fold }) => Number(fold)),
    kinds: rows.map((row) => `${row.Contract}, ${row.InternetService}`),
  };
}

/**
 * Rows dealt to so many parts by Dirichlet shares with concentration 0.3 of each class (Hsu, Qi and Brown 2019): classes are labels, or kinds of
 * customers. Parts differ in size too.
 */
export function deal(rows: Uint32Array, classOf: (row: number) => string, parts: number, seed: number): Uint32Array[] {
  const shares = new Map<string, number[]>();
  const dealt: number[][] = Array.from({ length: parts }, () => []);
  const rng = seeded(seed, 'deal');
  for (const row of rows) {
    const kind = classOf(row);
    let share = shares.get(kind);
    if (!share) {
      const own = seeded(seed, 'class', kind);
      share = Array.from({ length: parts }, () => own.gamma(0.3, 1) + 1e-9);
      shares.set(kind, share);
    }
    dealt[rng.weighted(share.map((each, part) => [part, each] as const))]!.push(row);
  }
  return dealt.map((part) => Uint32Array.from(part));
}
