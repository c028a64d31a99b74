// Rows of this node's own customers for a round: what a ready-made question asks, at past moments, of those whose data may be used for the purpose.
// All organisations have the same questions and the same features, so that their rows lie in one table though nobody has seen it.

import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { Fault } from '../../core/errors.ts';
import { type Column, levelAt, type Matrix, numberAt } from '../../core/matrix/matrix.ts';
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
import { limitFor, type RoundModelName, wantsLimits } from './round-defaults.ts';
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
export type CustomerRows = { readonly from: 'customers'; readonly purpose?: string };
/** A file that somebody brought for rounds, by its name. */
export type FileRows = { readonly from: 'file'; readonly file: string };
export type RowSource = CustomerRows | FileRows;

/** @throws {Fault} `bad_request` */
export function readRowSource(given: unknown): RowSource {
  const { from, purpose, file, ...rest } = (given ?? {}) as { [name: string]: unknown };
  if (from === 'file' && typeof file === 'string' && purpose === undefined && Object.keys(rest).length === 0)
    return { from, file };
  if (from !== 'customers' || file !== undefined || Object.keys(rest).length > 0)
    throw new Fault('bad_request', 'source: { "from": "customers" } or { "from": "file", "file": "NAME" }');
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
  source: CustomerRows,
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
export function draftSchema({ matrix, label, horizon }: Made, model: RoundModelName = 'trees'): RoundSchema {
  const features = draftFeatures(matrix, label, model);
  return { label: { name: label, positive: 'yes' }, question: { name: label, ...horizon }, features };
}

/** Of all columns but the label and times; with limits where the model wants them. */
export function draftFeatures(matrix: Matrix, label: string, model: RoundModelName): RoundSchema['features'] {
  return matrix.columns.flatMap((column): RoundSchema['features'] => {
    if (column.name === label || column.kind === 'time') return [];
    if (column.kind === 'number')
      return [
        { name: column.name, kind: 'number', ...(wantsLimits(model) && { limit: limitFor(valuesOf(column, matrix.rows)) }) },
      ];
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

function* valuesOf(column: Column, rows: number): Generator<number> {
  for (let row = 0; row < rows; row += 1) yield numberAt(column, row);
}

/** What this node's rows are by a schema, before anything is agreed: the dry run. Counts alone. */
export type DryRun = {
  readonly rows: number;
  readonly positives: number;
  /** Of rows of own customers. */
  readonly persons?: number;
  /** By feature of the schema: the share of rows that have no value. */
  readonly missing: { readonly [feature: string]: number };
  /** By feature that has a limit: the share of values beyond it, which are cut; those that have any. */
  readonly beyond?: { readonly [feature: string]: number };
};

export function dryRun(made: Made, schema: RoundSchema): { run: DryRun; table: RoundTable } {
  const table = roundTable(made.matrix, schema);
  return { run: { ...dryRunOf(table, schema), persons: made.persons.size }, table };
}

export function dryRunOf(table: RoundTable, schema: RoundSchema): DryRun {
  const missing = table.names.map((name, at) => {
    const without = table.columns[at]!.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
    return [name, Math.round((1000 * without) / Math.max(1, table.rows)) / 1000] as const;
  });
  const positives = table.labels.reduce((sum, label) => sum + label, 0);
  const beyond = beyondOf(table, schema);
  return { rows: table.rows, positives, missing: Object.fromEntries(missing), ...(beyond && { beyond }) };
}

function beyondOf({ columns, names }: RoundTable, { features }: RoundSchema): DryRun['beyond'] {
  const found = features.flatMap(({ name, limit }): [string, number][] => {
    if (limit === undefined) return [];
    const values = columns[names.indexOf(name)]!.filter((value) => !Number.isNaN(value));
    const cut = values.reduce((count, value) => count + Number(Math.abs(value) > limit), 0);
    return cut === 0 ? [] : [[name, Math.ceil((1000 * cut) / values.length) / 1000]];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

export const idsOf = (persons: Iterable<number>): string[] => [...persons].map((person) => personId(person));
