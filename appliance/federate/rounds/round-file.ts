// A file as the table of a round: read by what the terms say of its columns, so that all members read alike, and refused by the name of a column
// where it does not fit. Everything that could be wrong with a member's own rows is found here, before anything is computed or sent.

import { type RoundTerms, rowsMost } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import type { ColumnKind, Matrix } from '../../core/matrix/matrix.ts';
import { readTable } from '../../core/tables/tables.ts';
import { type ColumnNote, fileMatrixLimits, matrixOfFile } from '../../decide/features/features.ts';
import { type RoundTable, roundTable } from './round-table.ts';

/** Of the filled cells of a number so many may be words, which count as missing. */
const wordShare = 0.01;

/**
 * @throws {ProtocolFault} schema_differs, value_out_of_range, rows_few, rows_many: naming the column and why, never a value
 * @throws {Fault} `unreadable_file`, `limit_reached`, `not_enough_memory`, `cancelled`
 */
export async function tableOfFile(
  path: string,
  terms: Pick<RoundTerms, 'schema' | 'members' | 'minRows'>,
  signal?: AbortSignal,
): Promise<RoundTable> {
  const matrix = await columnsOfFile(path, terms, [terms.schema.label.name], signal);
  const table = roundTable(matrix, terms.schema);
  checkRows(terms, table.rows);
  return table;
}

/** Its columns as the schema names them. @param labels columns that are read as categories, whatever is in them  @throws as tableOfFile() */
export async function columnsOfFile(
  path: string,
  { schema: { features }, minRows }: Pick<RoundTerms, 'schema' | 'minRows'>,
  labels: readonly string[],
  signal?: AbortSignal,
): Promise<Matrix> {
  const { names, empty: nothing } = await headOf(path);
  const missing = [...labels, ...features.map(({ name }) => name)].find((name) => !names.includes(name));
  if (missing !== undefined) throw new ProtocolFault('schema_differs', missing);
  if (nothing) throw new ProtocolFault('rows_few', `${minRows}`);
  const kinds = new Map<string, ColumnKind>(features.map(({ name, kind }) => [name, kind]));
  for (const label of labels) kinds.set(label, 'category');
  const { matrix, notes } = await matrixOfFile(path, { kinds, ...(signal && { signal }) });
  numbersFit(features, matrix.rows, notes);
  return matrix;
}

/** @throws {ProtocolFault} schema_differs, value_out_of_range */
export function numbersFit(
  features: RoundTerms['schema']['features'],
  rows: number,
  notes: ReadonlyMap<string, ColumnNote>,
): void {
  for (const { name, kind } of features) {
    if (kind !== 'number') continue;
    const { missing: empty, stray, infinite } = notes.get(name)!;
    if (infinite > 0) throw new ProtocolFault('value_out_of_range', `${name}: infinite`);
    if (stray > wordShare * (rows - (empty - stray)))
      throw new ProtocolFault('schema_differs', `${name}: category where numbers are`);
  }
}

/** Stops the reading of a file at its first row. */
class FirstRow extends Error {
  override readonly name = 'FirstRow';
}

async function headOf(path: string): Promise<{ names: readonly string[]; empty: boolean }> {
  let names: readonly string[] = [];
  const reader = {
    columns: (found: readonly string[]) => {
      names = found;
    },
    row: () => {
      throw new FirstRow();
    },
  };
  try {
    await readTable(path, reader, { bounds: { rows: 1, columns: fileMatrixLimits.columns } });
  } catch (error) {
    if (error instanceof FirstRow) return { names, empty: false };
    if (!(error instanceof Fault && error.code === 'unreadable_file' && names.length > 0)) throw error;
  }
  return { names, empty: true };
}

/** @throws {ProtocolFault} rows_few, rows_many */
export function checkRows(terms: Pick<RoundTerms, 'members' | 'minRows'>, rows: number, most = rowsMost(terms)): void {
  if (rows < terms.minRows) throw new ProtocolFault('rows_few', `${terms.minRows}`);
  if (rows > most) throw new ProtocolFault('rows_many', `${most}`);
}
