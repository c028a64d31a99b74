// Rows of this node's own customers for a round: what a ready-made question asks, at past moments, of those whose data may be used for the purpose.
// All organisations have the same questions and the same features, so that their rows lie in one table though nobody has seen it.

import { setImmediate as turn } from 'node:timers/promises';
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
import { type RoundTable, roundTableInTurns } from './round-table.ts';

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
export async function draftSchema({ matrix, label, horizon }: Made, model: RoundModelName = 'trees'): Promise<RoundSchema> {
  const features = await draftFeatures(matrix, label, model);
  return { label: { name: label, positive: 'yes' }, question: { name: label, ...horizon }, features };
}

/** Of all columns but the label and times; with limits where the model wants them. */
export async function draftFeatures(matrix: Matrix, label: string, model: RoundModelName): Promise<RoundSchema['features']> {
  const features: RoundSchema['features'] = [];
  for (const column of matrix.columns) {
    if (column.name === label || column.kind === 'time') continue;
    features.push(...(column.kind === 'number' ? [numberOf(column, matrix.rows, model)] : categoryOf(column, matrix.rows)));
    await turn();
  }
  return features;
}

function numberOf(column: Column, rows: number, model: RoundModelName): RoundSchema['features'][number] {
  const limit = wantsLimits(model) ? { limit: limitFor(valuesOf(column, rows)) } : {};
  return { name: column.name, kind: 'number', ...limit };
}

function categoryOf(column: Column, rows: number): RoundSchema['features'] {
  const counts = new Map<string, number>();
  for (let row = 0; row < rows; row += 1) {
    const text = levelAt(column, row);
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const levels = [...counts].filter(([, count]) => count >= levelRules.rows).map(([level]) => level);
  return levels.length === 0 || levels.length > levelRules.levels
    ? []
    : [{ name: column.name, kind: 'category', levels: levels.sort() }];
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

export async function dryRun(made: Made, schema: RoundSchema): Promise<{ run: DryRun; table: RoundTable }> {
  const table = await roundTableInTurns(made.matrix, schema);
  return { run: { ...(await dryRunOf(table, schema)), persons: made.persons.size }, table };
}

export async function dryRunOf(table: RoundTable, { features }: RoundSchema): Promise<DryRun> {
  const limits = new Map(features.map(({ name, limit }) => [name, limit]));
  const missing: { [feature: string]: number } = {};
  const beyond: { [feature: string]: number } = {};
  for (const [at, name] of table.names.entries()) {
    const limit = limits.get(name) ?? Number.POSITIVE_INFINITY;
    let [without, cut] = [0, 0];
    for (const value of table.columns[at]!) {
      if (Number.isNaN(value)) without += 1;
      else if (Math.abs(value) > limit) cut += 1;
    }
    missing[name] = Math.round((1000 * without) / Math.max(1, table.rows)) / 1000;
    if (cut > 0) beyond[name] = Math.ceil((1000 * cut) / (table.rows - without)) / 1000;
    await turn();
  }
  const positives = table.labels.reduce((sum, label) => sum + label, 0);
  return { rows: table.rows, positives, missing, ...(Object.keys(beyond).length > 0 && { beyond }) };
}

export const idsOf = (persons: Iterable<number>): string[] => [...persons].map((person) => personId(person));
