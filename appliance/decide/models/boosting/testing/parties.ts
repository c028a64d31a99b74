// Several organisations in one process, for tests: a seeded table cut into parties, and a sum that waits for all of them and adds.

import fc from 'fast-check';
import type { Boosting, SumRequest, Training } from '../boosting.ts';
import type { FeatureTable, Settings } from '../settings.ts';
import { normal, seeded, sharedFloats } from './tables.ts';

export type Rows = { readonly features: FeatureTable; readonly labels: Float32Array };

/** A table whose columns are of several kinds in turn: continuous, with much missing, categories as numbers, constant, money, yes or no. */
export function mixedTable(rows: number, columns: number, seed: number): Rows {
  const random = seeded(seed);
  const gauss = normal(random);
  const kinds = [
    gauss,
    () => (random() < 0.3 ? Number.NaN : gauss() - 1),
    () => Math.floor(random() * 6),
    () => 3,
    () => Math.round(Math.exp(gauss() + 3) * 100) / 100,
    () => Number(random() < 0.3),
  ];
  const fill = (value: (row: number) => number) => {
    const cells = sharedFloats(rows);
    for (let row = 0; row < rows; row += 1) cells[row] = value(row);
    return cells;
  };
  const made = Array.from({ length: columns }, (_, column) => fill(kinds[column % kinds.length]!));
  const z = (row: number) =>
    made.slice(0, 3).reduce((sum, column) => sum + (column[row]! || 0) / (1 + Math.abs(column[row]! || 0)), -0.5);
  const labels = fill((row) => Number(z(row) + gauss() > 0));
  labels.set([0, 1]);
  return { features: { rows, columns: made }, labels };
}

/** Some rows of a table, in this order. */
export function chosen({ features, labels }: Rows, rows: readonly number[]): Rows {
  const pick = (column: Float32Array) => {
    const cells = sharedFloats(rows.length);
    for (const [at, row] of rows.entries()) cells[at] = column[row]!;
    return cells;
  };
  return { features: { rows: rows.length, columns: features.columns.map(pick) }, labels: pick(labels) };
}

/** The first party has one row, the second only rows of one label, the others what is left in turn. */
export function parted(table: Rows, parties: number): Rows[] {
  const rows: number[][] = Array.from({ length: parties }, () => []);
  let next = 2;
  table.labels.forEach((label, row) => {
    if (rows[0]!.length === 0) rows[0]!.push(row);
    else if (label === 0 && row % 3 === 0) rows[1]!.push(row);
    else {
      rows[next]!.push(row);
      next = next + 1 === parties ? 2 : next + 1;
    }
  });
  return rows.filter((some) => some.length > 0).map((some) => chosen(table, some));
}

/** Adds what each party gives, once all gave; remembers sums, and values by party. */
export class Adder {
  readonly sums: Int32Array[] = [];
  readonly values: Int32Array[][];
  readonly #waiting: ((sum: Int32Array) => void)[] = [];

  constructor(parties: number) {
    this.values = Array.from({ length: parties }, () => []);
  }

  sumOf(party: number): (request: SumRequest) => Promise<Int32Array> {
    return ({ index, values }) =>
      new Promise((resolve, reject) => {
        this.values[party]![index] = values;
        this.#waiting.push(resolve);
        if (this.#waiting.length < this.values.length) return;
        const all = this.values.map((of) => of[index]);
        if (all.some((one) => one?.length !== values.length))
          return reject(new Error(`sum ${index}: parties ask for different things`));
        const sum = values.map((_, at) => all.reduce((total, one) => total + one![at]!, 0));
        this.sums[index] = sum;
        for (const answer of this.#waiting.splice(0)) answer(sum.slice());
      });
  }
}

export type Together = {
  readonly edges: readonly Float32Array[];
  readonly trained: readonly Training[];
  readonly training: Adder;
};

/** Edges and trees of all parties, each by threads of its own. @param validation rows of each party, outside those it trains on */
export async function trainTogether(
  pools: readonly Boosting[],
  parties: readonly Rows[],
  settings: Partial<Settings>,
  { bins = 256, validation }: { bins?: number; validation?: readonly (Rows | undefined)[] } = {},
): Promise<Together> {
  const counting = new Adder(parties.length);
  const found = await Promise.all(
    parties.map(({ features }, party) => {
      const sum = counting.sumOf(party);
      return pools[party]!.sharedEdges(features, { bins, sum: (values, index) => sum({ index, kind: 'base', values }) });
    }),
  );
  const edges = found[0]!;
  const training = new Adder(parties.length);
  // Where one fails the others would wait for it.
  const failed = new AbortController();
  const trained = await Promise.all(
    parties.map(async ({ features, labels }, party) => {
      const held = validation?.[party];
      const table = held && (await pools[party]!.bin(held.features, { edges }));
      const options = {
        ...{ edges: found[party]!, threads: 1 + (party % 2), sum: training.sumOf(party), signal: failed.signal },
        ...(held && table && { validation: { table, labels: held.labels } }),
      };
      return pools[party]!.trainShared(features, labels, settings, options).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      });
    }),
  );
  return { edges, trained, training };
}

export type SharedCase = {
  readonly seed: number;
  readonly rows: number;
  readonly columns: number;
  readonly parties: number;
  readonly bins: number;
  readonly constrained: boolean;
  readonly settings: Partial<Settings>;
};

export const sharedCases: fc.Arbitrary<SharedCase> = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 12, max: 900 }),
  columns: fc.integer({ min: 1, max: 20 }),
  parties: fc.integer({ min: 3, max: 5 }),
  bins: fc.constantFrom(256, 256, 17),
  constrained: fc.boolean(),
  settings: fc.record({
    trees: fc.integer({ min: 1, max: 5 }),
    growth: fc.constantFrom('depth' as const, 'leaf' as const),
    maxDepth: fc.integer({ min: 1, max: 10 }),
    maxLeaves: fc.integer({ min: 2, max: 40 }),
    minChildHessian: fc.constantFrom(0, 0.01, 1, 5),
    learningRate: fc.constantFrom(0.1, 1),
    lambda: fc.constantFrom(0, 1, 10),
    alpha: fc.constantFrom(0, 0, 0.5),
    gamma: fc.constantFrom(0, 0.3),
    columnSample: fc.constantFrom(1, 0.4),
    seed: fc.nat(),
  }),
});

/** Settings of a case, with constraints where it has them. */
export function settingsOfCase({ columns, constrained, settings }: SharedCase): Partial<Settings> {
  const monotone = Array.from({ length: columns }, (_, column) => ((column % 3) - 1) as -1 | 0 | 1);
  return constrained ? { ...settings, monotone } : settings;
}
