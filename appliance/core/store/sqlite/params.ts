// Parameters of a statement, packed beside the rows. A set travels as one column and is bound as one JSON text, so that
// sets of every size share one prepared statement and no limit on the number of parameters is met.

import { checkParamNames, parseSql } from '../sql.ts';
import type { ColumnType, Params, Value } from '../store.ts';
import { checkSet, scalarType } from '../values.ts';
import type { PackedQuery } from './messages.ts';
import { measureColumn, type PackReader, type PackWriter } from './pack.ts';

/** Letters of a shape: 0 null, n number, t text, b bytes; N, T, B a set of these; E an empty set. */
type Letter = '0' | 'n' | 't' | 'b' | 'N' | 'T' | 'B' | 'E';

/** A query ready to be packed; the values are checked when it is measured. */
export type Prepared = PackedQuery & { values: { rows: { v: Value }[]; type: ColumnType; set: boolean; place: string }[] };

const letters: Record<ColumnType, 'n' | 't' | 'b'> = { integer: 'n', real: 'n', text: 't', blob: 'b' };

/** SQLite reads a set from one JSON text; bytes are in it as hex. */
const setText = (slotNumber: number, bytes: boolean): string =>
  `IN (SELECT ${bytes ? 'unhex(value)' : 'value'} FROM json_each(:p${slotNumber}))`;

/**
 * Rewrites a statement for SQLite: parameter names become p0, p1... by position in `shape`.
 * @throws {TypeError} for a missing or misspelt parameter, or a value of a type that the port does not take
 * @throws {Fault} `limit_reached` for too large a set
 */
export function prepare(sql: string, params: Params = {}): Prepared {
  const parse = parseSql(sql);
  checkParamNames(parse, params);
  let shape = '';
  const values: Prepared['values'] = [];
  const sets = new Set(parse.slots.filter((slot) => slot.place !== 'value').map((slot) => slot.name));
  for (const name of parse.names) {
    const value = params[name]!;
    const place = `parameter :${name}`;
    const letter = describe(value, sets.has(name), place, values);
    shape += letter;
  }
  let text = parse.parts[0]!;
  parse.slots.forEach((slot, i) => {
    const number = parse.names.indexOf(slot.name);
    if (slot.place === 'value') text += `:p${number}`;
    else text += (slot.place === 'not in' ? 'NOT ' : '') + setText(number, shape[number] === 'B');
    text += parse.parts[i + 1]!;
  });
  return { text, shape, values };
}

function describe(value: Value | readonly Value[], set: boolean, place: string, values: Prepared['values']): Letter {
  if (!set) {
    if (value === null) return '0';
    const type = scalarType(value as Value, place);
    values.push({ rows: [{ v: value as Value }], type, set: false, place });
    return letters[type];
  }
  const { members, type } = checkSet(value, place);
  if (type === undefined) return 'E';
  values.push({ rows: members.map((v) => ({ v })), type, set: true, place });
  return letters[type].toUpperCase() as Letter;
}

/** Bytes of the packed parameters; checks every value. */
export function measurePrepared(query: Prepared): number {
  let total = 0;
  for (const { rows, type, set, place } of query.values) total += (set ? 8 : 0) + measureColumn(rows, 'v', type, place);
  return total;
}

export function packPrepared(query: Prepared, writer: PackWriter): PackedQuery {
  for (const { rows, type, set, place } of query.values) {
    if (set) writer.column([{ v: rows.length }], 'v', 'integer', place);
    writer.column(rows, 'v', type, place);
  }
  return { text: query.text, shape: query.shape };
}

export type Bindable = { [name: string]: number | bigint | string | Uint8Array | null };

/** The other side: reads what packPrepared wrote, as better-sqlite3 binds it. Whole numbers go in as integers, not doubles. */
export function readParams(shape: string, reader: PackReader): Bindable {
  const bound: Bindable = {};
  for (let i = 0; i < shape.length; i++) bound[`p${i}`] = readParam(shape[i] as Letter, reader);
  return bound;
}

function readParam(letter: Letter, reader: PackReader): Bindable[string] {
  switch (letter) {
    case '0':
      return null;
    case 'E':
      return '[]';
    case 'n': {
      const value = reader.numbers(1)(0) as number;
      return Number.isInteger(value) ? BigInt(value) : value;
    }
    case 't':
      return reader.texts(1)(0) as string;
    case 'b':
      return reader.blobs(1)(0) as Buffer;
    default: {
      const n = reader.numbers(1)(0) as number;
      const column = letter === 'N' ? reader.numbers(n) : letter === 'T' ? reader.texts(n) : reader.blobs(n);
      return JSON.stringify(
        Array.from({ length: n }, (_, i) => (letter === 'B' ? (column(i) as Buffer).toString('hex') : column(i))),
      );
    }
  }
}
