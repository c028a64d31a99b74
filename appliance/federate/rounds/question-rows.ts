// Rows of this node's own customers for a round: what a ready-made question asks, at past moments, of those whose data may be used for the purpose.
// All organisations have the same questions and the same features, so that their rows lie in one table though nobody has seen it.

import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { Fault } from '../../core/errors.ts';
import { levelAt, type Matrix } from '../../core/matrix/matrix.ts';
import {
  buildTable,
  choosePersons,
  cutOffsOf,
  type Horizon,
  horizonOf,
  questionOf,
  surveyOf,
  type TableParts,
} from '../../decide/models/models.ts';
import { personId } from '../../record/profiles/profiles.ts';
import { type RoundTable, roundTable } from './round-table.ts';

const rowLimits = { persons: 50_000, seed: 7 } as const;
/** Levels that a draft names: of fewer rows than that a level could be one customer's, and of more levels a column is left out. */
const levelRules = { rows: 20, levels: 50 } as const;

export type RowParts = {
  readonly table: TableParts;
  /** @throws {Fault} `bad_request` for a purpose that is not declared */
  mayUse(purpose: string): Promise<(person: number) => boolean>;
  readonly clock: { nowMs(): number };
};
export type RowSource = { readonly from: 'customers'; readonly purpose?: string };

/** @throws {Fault} `bad_request` */
export function readRowSource(given: unknown): RowSource {
  const { from, purpose, ...rest } = (given ?? {}) as { [name: string]: unknown };
  if (from !== 'customers' || Object.keys(rest).length > 0) throw new Fault('bad_request', 'source: { "from": "customers" }');
  if (purpose !== undefined && typeof purpose !== 'string') throw new Fault('bad_request', 'source.purpose');
  return { from, ...(purpose !== undefined && { purpose }) };
}

export type Made = {
  readonly matrix: Matrix;
  readonly label: string;
  readonly horizon: Horizon;
  readonly persons: ReadonlySet<number>;
};

/** @throws {Fault} `bad_request` for no such question, `cannot_train` for too few customers or too short a past */
export async function questionRows(
  { table, mayUse, clock }: RowParts,
  asked: { readonly question: string; readonly horizonDays?: number; readonly activeDays?: number },
  source: RowSource,
  signal?: AbortSignal,
): Promise<Made> {
  const question = questionOf(asked.question);
  if (question?.kind !== 'event') throw new Fault('bad_request', `question: ${asked.question}`);
  const how = signal ? { signal } : {};
  const allowing = await mayUse(source.purpose ?? question.purposes.training);
  const chosen = await choosePersons(table.source, allowing, { most: rowLimits.persons, seed: rowLimits.seed, ...how });
  const survey = await surveyOf(table.source, chosen, table.doings, { nowMs: clock.nowMs(), seed: rowLimits.seed, ...how });
  const { horizonDays, activeDays } = asked;
  const horizon = horizonOf(question, survey, {
    ...(horizonDays !== undefined && { horizonDays }),
    ...(activeDays !== undefined && { activeDays }),
  });
  const cutOffsMs = cutOffsOf(question, horizon, survey);
  const built = await buildTable(table, { question, ...horizon, cutOffsMs, persons: chosen.persons }, how);
  return { matrix: built.matrix, label: built.label, horizon, persons: chosen.persons };
}

/** A schema for others to agree to, from what this node has: features that have values, and levels that enough rows have. */
export function draftSchema({ matrix, label, horizon }: Made): RoundSchema {
  const features = draftFeatures(matrix, label);
  return { label: { name: label, positive: 'yes' }, question: { name: label, ...horizon }, features };
}

/** Of all columns but the label. */
export function draftFeatures(matrix: Matrix, label?: string): RoundSchema['features'] {
  return matrix.columns.flatMap((column): RoundSchema['features'] => {
    if (column.name === label) return [];
    if (column.kind !== 'category') return [{ name: column.name, kind: 'number' }];
    const counts = new Map<string, number>();
    for (let row = 0; row < matrix.rows; row += 1) {
      const text = levelAt(column, row);
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const levels = [...counts].filter(([, rows]) => rows >= levelRules.rows).map(([level]) => level);
    if (levels.length === 0 || levels.length > levelRules.levels) return [];
    return [{ name: column.name, kind: 'category', levels: levels.sort() }];
  });
}

/** What this node's rows are by a schema, before anything is agreed: the dry run. Counts alone. */
export type DryRun = {
  readonly rows: number;
  readonly positives: number;
  readonly persons: number;
  /** By feature of the schema: the share of rows that have no value. */
  readonly missing: { readonly [feature: string]: number };
};

export function dryRun(made: Made, schema: RoundSchema): { run: DryRun; table: RoundTable } {
  const table = roundTable(made.matrix, schema);
  const positives = table.labels.reduce((sum, label) => sum + label, 0);
  return { run: { rows: table.rows, positives, persons: made.persons.size, missing: missingOf(table) }, table };
}

export function missingOf({ names, columns, rows }: Omit<RoundTable, 'labels'>): DryRun['missing'] {
  const missing = names.map((name, at) => {
    const without = columns[at]!.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
    return [name, Math.round((1000 * without) / Math.max(1, rows)) / 1000] as const;
  });
  return Object.fromEntries(missing);
}

export const idsOf = (persons: Iterable<number>): string[] => [...persons].map((person) => personId(person));
