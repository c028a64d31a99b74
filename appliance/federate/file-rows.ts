// What a row of an uploaded file says: whose it is, by which values they are found, and the value that is summed up. The same when the file arrives
// and when a match reads it.

import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import { type Normal, normal, refuse } from '../core/values/normal.ts';
import type { TableRow } from '../record/imports/imports.ts';
import { amountLimits, amountOf } from './amounts.ts';
import type { Raw } from './gathered.ts';

export const rowLimits = { columns: 500, columnsOfKind: 10, columnName: 200, idLength: 200 } as const;

/** Which columns are read, by their names in the first row. */
export type FileColumns = {
  /** By which the file's owner knows the customer; results name customers by it. */
  readonly id: string;
  /** By kind, the columns that hold such a value. */
  readonly kinds: { readonly [kind in MatchKind]?: readonly string[] };
  /** What is summed up, where something is. */
  readonly value?: { readonly column: string; readonly decimals: number };
};

export type FileRow = { readonly id: string; readonly values: readonly Raw[]; readonly amount: number };
/** Why a row is left out; `no_identifier` is found only once its values are normalised. */
export type RowCode = 'row_damaged' | 'row_cells' | 'id_missing' | 'id_length' | 'id_damaged' | string;

/** @throws {Fault} `bad_request` naming what is wrong */
export function readColumns(given: unknown): FileColumns {
  const { id, kinds, value, ...others } = objectOf(given, 'columns');
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new Fault('bad_request', 'columns: id, kinds and value, nothing else');
  const byKind = objectOf(kinds, 'columns.kinds');
  const names: { [kind in MatchKind]?: string[] } = {};
  for (const [kind, of] of Object.entries(byKind)) {
    if (!(matchKinds as readonly string[]).includes(kind))
      throw new Fault('bad_request', `columns.kinds: ${matchKinds.join(', ')}`);
    const list = Array.isArray(of) ? of : [of];
    if (list.length < 1 || list.length > rowLimits.columnsOfKind)
      throw new Fault('bad_request', `columns.kinds.${kind}: one to ${rowLimits.columnsOfKind} columns`);
    names[kind as MatchKind] = list.map((name) => nameOf(name, `columns.kinds.${kind}`));
  }
  if (Object.keys(names).length === 0) throw new Fault('bad_request', 'columns.kinds: at least one kind');
  return { id: nameOf(id, 'columns.id'), kinds: names, ...(value !== undefined && { value: readValue(value) }) };
}

function readValue(given: unknown): { column: string; decimals: number } {
  const { column, decimals = 0 } = objectOf(given, 'columns.value');
  if (!Number.isInteger(decimals) || (decimals as number) < 0 || (decimals as number) > amountLimits.decimals)
    throw new Fault('bad_request', `columns.value.decimals: 0 to ${amountLimits.decimals}`);
  return { column: nameOf(column, 'columns.value.column'), decimals: decimals as number };
}

function objectOf(given: unknown, where: string): { [name: string]: unknown } {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as { [name: string]: unknown };
  throw new Fault('bad_request', `${where}: an object`);
}

function nameOf(given: unknown, where: string): string {
  if (typeof given === 'string' && given.trim() !== '' && given.length <= rowLimits.columnName) return given.trim();
  throw new Fault('bad_request', `${where}: the name of a column`);
}

/** @param header cells of the first row @throws {Fault} `bad_request` for a column that is not there, or there twice; `limit_reached` */
export function rowReader(columns: FileColumns, header: readonly string[]): (row: TableRow) => Normal<FileRow> {
  if (header.length > rowLimits.columns) throw new Fault('limit_reached', `a file has at most ${rowLimits.columns} columns`);
  const names = header.map((cell) => cell.replace(/^\ufeff/, '').trim());
  const placeOf = (name: string) => {
    const place = names.indexOf(name);
    // What the first row holds is not told: where it is no header, it is somebody's.
    if (place < 0) throw new Fault('bad_request', `columns: the first row of the file names no column "${name}"`);
    if (names.lastIndexOf(name) !== place) throw new Fault('bad_request', `columns: the first row names "${name}" twice`);
    return place;
  };
  const idPlace = placeOf(columns.id);
  const places = matchKinds.flatMap((kind) => (columns.kinds[kind] ?? []).map((name) => ({ kind, place: placeOf(name) })));
  const value = columns.value && { place: placeOf(columns.value.column), decimals: columns.value.decimals };
  return (row) => {
    if ('reason' in row) return refuse('row_damaged');
    const { cells } = row;
    if (cells.length !== names.length) return refuse('row_cells');
    const id = cells[idPlace]!.trim();
    if (id === '') return refuse('id_missing');
    if (id.length > rowLimits.idLength) return refuse('id_length');
    if (id.includes('\ufffd') || !id.isWellFormed()) return refuse('id_damaged');
    const amount = value ? amountOf(cells[value.place]!, value.decimals) : normal(0);
    if (!amount.ok) return amount;
    const values = places.flatMap(({ kind, place }) => (cells[place]!.trim() === '' ? [] : [{ kind, raw: cells[place] }]));
    return normal({ id, values, amount: amount.value });
  };
}
