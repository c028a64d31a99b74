// The tables and settings that xgboost.json was made with: the same law as the benchmark's, smaller, with and without missing values.

import { join } from 'node:path';
import { benchTable, seeded } from './tables.ts';

export const fixturePath = join(import.meta.dirname, 'xgboost.json');

type Case = {
  name: string;
  missing: number;
  settings: { trees: number } & { [name: string]: number | string };
  peer: { [name: string]: number | string };
};

export const fixtureCases: readonly Case[] = [
  { name: 'depth', missing: 0, settings: { trees: 60 }, peer: { max_depth: 6, eta: 0.1 } },
  { name: 'missing', missing: 0.2, settings: { trees: 60 }, peer: { max_depth: 6, eta: 0.1 } },
  {
    name: 'leaf',
    missing: 0.05,
    settings: { trees: 60, growth: 'leaf', maxLeaves: 31, alpha: 0.5, lambda: 2, minChildHessian: 5 },
    peer: { grow_policy: 'lossguide', max_leaves: 31, max_depth: 0, eta: 0.1, alpha: 0.5, lambda: 2, min_child_weight: 5 },
  },
];

export function fixtureTables(missing: number) {
  const holes = (table: ReturnType<typeof benchTable>, seed: number) => {
    const random = seeded(seed);
    for (const column of table.features.columns) {
      for (let row = 0; row < column.length; row += 1) if (random() < missing) column[row] = Number.NaN;
    }
    return table;
  };
  return { training: holes(benchTable(50_000, 21), 1), held: holes(benchTable(50_000, 22), 2) };
}
