// One file dealt to organisations: a schema that all of them share, and for each its part of the rows.

import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { Fault } from '../../core/errors.ts';
import { type Column, columnOf, levelAt, type Matrix, numberAt, numberColumn } from '../../core/matrix/matrix.ts';
import { matrixOfFile } from '../../decide/features/features.ts';
import { dealColumns } from '../../decide/models/boosting/boosting.ts';
import { labelOf } from '../../decide/models/training/label.ts';
import { type RoundTable, roundTable } from '../rounds/round-table.ts';

/** A category of more levels is left out: each level is a feature, and one of few rows would say who has it. */
const levelsMax = 50;

export type SplitFile = {
  readonly schema: RoundSchema;
  readonly parts: readonly { readonly csv: string; readonly table: RoundTable }[];
  /** Columns that are not learned from. */
  readonly left: readonly string[];
};

type Given = { label: string; positive?: string; limits?: boolean; signal?: AbortSignal };
type Read = {
  readonly matrix: Matrix;
  readonly schema: RoundSchema;
  readonly rows: Int32Array;
  readonly left: readonly string[];
};

async function readFile(path: string, given: Given): Promise<Read> {
  const { matrix } = await matrixOfFile(path, given.signal ? { signal: given.signal } : {});
  const column = columnOf(matrix, given.label);
  if (!column) throw new Fault('bad_request', `--label: no column ${given.label}; there are ${named(matrix)}`);
  const label = labelOf(matrix, column, given.positive);
  const left: string[] = [];
  const features = matrix.columns.flatMap((one): RoundSchema['features'] => {
    if (one.name === given.label) return [];
    if (one.kind === 'number') {
      const limit = limitOf(one, label.rows);
      if (limit !== undefined) return [{ name: one.name, kind: 'number', ...(given.limits && { limit }) }];
      left.push(one.name);
      return [];
    }
    const levels = one.kind === 'category' ? levelsOf(one, label.rows) : [];
    if (levels.length >= 2 && levels.length <= levelsMax) return [{ name: one.name, kind: 'category', levels }];
    left.push(one.name);
    return [];
  });
  return { matrix, schema: { label: { name: given.label, positive: label.positive }, features }, rows: label.rows, left };
}

/**
 * @param chance from 0 to below 1, by which rows are dealt  @param limits of numbers are wanted: everything but trees needs them
 * @throws {Fault} unreadable_file, bad_request for a column that is not there, cannot_train
 */
export async function splitFile(path: string, given: Given & { parties: number; chance: () => number }): Promise<SplitFile> {
  const { matrix, schema, rows: all, left } = await readFile(path, given);
  const rows = dealt(all, given.parties, given.chance);
  return { schema, left, parts: rows.map((own) => ({ csv: csvOf(matrix, own), table: roundTable(matrix, schema, own) })) };
}

export type SplitColumns = {
  readonly label: RoundSchema['label'];
  /** Of every organisation, the first of which has the label: its columns, and its file. Rows stand in the same order in all. */
  readonly parts: readonly { readonly features: RoundSchema['features']; readonly csv: string }[];
  /** All columns of all, by the features of the given order. */
  tableOf(features: RoundSchema['features']): RoundTable;
  readonly left: readonly string[];
};

/** @param seed by which columns are dealt  @throws {Fault} as splitFile() */
export async function splitColumns(path: string, given: Given & { parties: number; seed: number }): Promise<SplitColumns> {
  const { matrix, schema, rows, left } = await readFile(path, given);
  const { label, features } = schema;
  const all = [...rows];
  // Numbered, as a file of one column alone is none.
  const numbers = numberColumn(
    '#',
    Array.from({ length: matrix.rows }, (_, row) => row),
    'f64',
  );
  const csvFor = (names: readonly string[]) =>
    csvOf({ ...matrix, columns: [numbers, ...matrix.columns.filter(({ name }) => names.includes(name))] }, all);
  return {
    label,
    left,
    parts: dealColumns(features, given.parties, given.seed).map((own, party) => ({
      features: own,
      csv: csvFor([...own.map(({ name }) => name), ...(party === 0 ? [label.name] : [])]),
    })),
    tableOf: (chosen) => roundTable(matrix, { label, features: [...chosen] }, all),
  };
}

const named = ({ columns }: Matrix) => columns.map(({ name }) => name).join(', ');

/** The power of two that no value is beyond; undefined where single precision does not hold them all. */
function limitOf(column: Column, rows: Int32Array): number | undefined {
  let most = 0;
  for (const row of rows) {
    const value = Math.abs(numberAt(column, row));
    if (value > most) most = value;
  }
  if (!Number.isFinite(Math.fround(most))) return undefined;
  let limit = 2 ** -64;
  while (limit < most && limit < 2 ** 64) limit *= 2;
  return limit;
}

function levelsOf(column: Column, rows: Int32Array): string[] {
  const levels = new Set<string>();
  for (const row of rows) {
    const text = levelAt(column, row);
    if (text !== undefined) levels.add(text);
    if (levels.size > levelsMax) break;
  }
  return [...levels].sort();
}

/** In a random order, and then in equal parts. */
function dealt(rows: Int32Array, parties: number, chance: () => number): number[][] {
  if (rows.length < parties) throw new Fault('bad_request', `--parties: ${rows.length} rows for ${parties}`);
  const order = [...rows];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(chance() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return Array.from({ length: parties }, (_, party) => order.filter((_row, at) => at % parties === party));
}

const quoted = (text: string) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function csvOf({ columns }: Matrix, rows: readonly number[]): string {
  const cell = (column: Column, row: number) => {
    if (column.kind === 'category') return quoted(levelAt(column, row) ?? '');
    const number = numberAt(column, row);
    return Number.isNaN(number) ? '' : `${number}`;
  };
  const lines = rows.map((row) => columns.map((column) => cell(column, row)).join(','));
  return `${[columns.map(({ name }) => quoted(name)).join(','), ...lines].join('\n')}\n`;
}
