// The port's sets and parameters as PostgreSQL takes them: rows as one array per column, a set as one array, every number
// with its type spelt out, so that `:n + 1` means the same here as in SQLite.

import { Fault } from '../../errors.ts';
import { storeLimits } from '../limits.ts';
import { checkParamNames, parseSql } from '../sql.ts';
import type { Change, ColumnType, Params, Row, Table, Value } from '../store.ts';
import { checkColumns, checkSet, checkValue, scalarType } from '../values.ts';

export type Statement = { text: string; values: unknown[] };

const types: Record<ColumnType, string> = { integer: 'bigint', real: 'float8', text: 'text', blob: 'bytea' };

/** Bounds of what one INSERT sends; a larger set of rows is several. */
const rowsPerStatement = 10_000;
const bytesPerStatement = 16 * 1024 ** 2;

/** @throws {TypeError} or {Fault} as the port says */
export function prepare(sql: string, params: Params = {}): Statement {
  const parse = parseSql(sql);
  checkParamNames(parse, params);
  const sets = new Set(parse.slots.filter((slot) => slot.place !== 'value').map((slot) => slot.name));
  const values: unknown[] = [];
  const dollars = parse.names.map((name) => {
    const place = `parameter :${name}`;
    const value = params[name]!;
    if (sets.has(name)) {
      const { members, type } = checkSet(value, place);
      values.push(arrayText(members, type ?? 'text', place));
      // An empty set has no type; PostgreSQL finds it in what the set is compared with.
      return `$${values.length}${type ? `::${types[type]}[]` : ''}`;
    }
    // In the text, since PostgreSQL asks for the type even of a NULL parameter.
    if (value === null) return 'NULL';
    const type = scalarType(value as Value, place);
    values.push(taken(checkValue(value, type, place)));
    return `$${values.length}::${types[type]}`;
  });
  let text = parse.parts[0]!;
  parse.slots.forEach((slot, i) => {
    const dollar = dollars[parse.names.indexOf(slot.name)]!;
    text += slot.place === 'value' ? dollar : slot.place === 'in' ? `= ANY(${dollar})` : `<> ALL(${dollar})`;
    text += parse.parts[i + 1]!;
  });
  return { text, values };
}

/** All of a change set, checked, before anything is sent. */
export function changeStatements(changes: readonly Change[]): { statements: Statement[]; sizeBytes: number } {
  let rowCount = 0;
  let sizeBytes = 0;
  for (const change of changes) {
    if (change.op === 'run') continue;
    const rows = rowsOf(change);
    rowCount += rows.length;
    for (const row of rows) sizeBytes += weigh(Object.values(row));
  }
  if (rowCount > storeLimits.transactRows) throw new Fault('limit_reached', 'rows of one change set');
  if (sizeBytes > storeLimits.transactBytes) throw new Fault('limit_reached', 'bytes of one change set');
  const statements: Statement[] = [];
  for (const change of changes) {
    if (change.op === 'run') statements.push(prepare(change.sql, change.params));
    else statements.push(...rowStatements(change));
  }
  return { statements, sizeBytes };
}

type RowChange = Exclude<Change, { op: 'run' }>;

const rowsOf = (change: RowChange): readonly Row[] => (change.op === 'delete' ? change.keys : change.rows);

function weigh(values: readonly unknown[]): number {
  let total = 0;
  for (const value of values) total += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
  return total;
}

/** Bytes as they are now, since the driver reads them only when the statement's turn comes. */
const taken = (value: Value): Value => (value instanceof Uint8Array ? Buffer.from(value) : value);

/** PostgreSQL's text form of an array (its manual, 8.15.2), made at once for the same reason. */
function arrayText(values: readonly (Value | undefined)[], type: ColumnType, place: string): string {
  const items = values.map((value) => {
    const checked = checkValue(value, type, place);
    if (checked === null) return 'NULL';
    if (typeof checked === 'number') return String(checked);
    if (typeof checked === 'string') return `"${checked.replace(/[\\"]/g, '\\$&')}"`;
    return `"\\\\x${Buffer.from(checked.buffer, checked.byteOffset, checked.byteLength).toString('hex')}"`;
  });
  return `{${items.join(',')}}`;
}

function rowStatements(change: RowChange): Statement[] {
  const { table, op } = change;
  const columns = op === 'delete' ? table.key : Object.keys(table.columns);
  const rows = rowsOf(change);
  checkColumns(table, columns, rows);
  const text = rowText(change, columns);
  return parts(op === 'upsert' ? lastOfEach(table, rows) : rows).map((part) => {
    const values = columns.map((column) => {
      const cells = part.map((row) => row[column]);
      return arrayText(cells, table.columns[column]!, `${table.name}.${column}`);
    });
    return { text, values };
  });
}

function parts(rows: readonly Row[]): (readonly Row[])[] {
  const found: (readonly Row[])[] = [];
  let from = 0;
  let sizeBytes = 0;
  for (let i = 0; i < rows.length; i++) {
    sizeBytes += weigh(Object.values(rows[i]!));
    if (i + 1 < rows.length && i + 1 - from < rowsPerStatement && sizeBytes < bytesPerStatement) continue;
    found.push(rows.slice(from, i + 1));
    from = i + 1;
    sizeBytes = 0;
  }
  return found;
}

function rowText(change: RowChange, columns: readonly string[]): string {
  const { table } = change;
  const arrays = columns.map((column, i) => `$${i + 1}::${types[table.columns[column]!]}[]`).join(', ');
  if (change.op === 'delete') {
    const match = columns.map((column) => `${table.name}.${column} = gone.${column}`).join(' AND ');
    return `DELETE FROM ${table.name} USING unnest(${arrays}) AS gone (${columns.join(', ')}) WHERE ${match}`;
  }
  const insert = `INSERT INTO ${table.name} (${columns.join(', ')}) SELECT * FROM unnest(${arrays})`;
  if (change.op === 'insert' && change.onConflict !== 'ignore') return insert;
  const rest = change.op === 'upsert' ? columns.filter((column) => !table.key.includes(column)) : [];
  const action =
    rest.length === 0 ? 'NOTHING' : `UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  return `${insert} ON CONFLICT (${table.key.join(', ')}) DO ${action}`;
}

/** One statement may not touch a row twice, so of rows with the same key only the last is sent, as SQLite ends up with. */
function lastOfEach(table: Table, rows: readonly Row[]): readonly Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify(table.key.map((column) => keyPart(row[column])));
    byKey.delete(key);
    byKey.set(key, row);
  }
  return byKey.size === rows.length ? rows : [...byKey.values()];
}

const keyPart = (value: Value | undefined): Value | undefined =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') : value;
