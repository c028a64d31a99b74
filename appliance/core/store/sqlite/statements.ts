// The statements by which rows of a declared table are written, for SQLite: one row each, run many times.

import type { Table } from '../store.ts';

export type RowOp = 'insert' | 'ignore' | 'upsert' | 'delete';

/** The columns that a change carries, in the order of its parameters. */
export const changeColumns = (table: Table, op: RowOp): readonly string[] =>
  op === 'delete' ? table.key : Object.keys(table.columns);

const texts = new WeakMap<Table, Map<RowOp, string>>();

export function changeSql(table: Table, op: RowOp): string {
  let known = texts.get(table);
  if (!known) {
    known = new Map();
    texts.set(table, known);
  }
  const text = known.get(op) ?? build(table, op);
  known.set(op, text);
  return text;
}

function build(table: Table, op: RowOp): string {
  if (op === 'delete') return `DELETE FROM ${table.name} WHERE ${table.key.map((column) => `${column} = ?`).join(' AND ')}`;
  const columns = Object.keys(table.columns);
  const insert = `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  if (op === 'insert') return insert;
  const rest = op === 'upsert' ? columns.filter((column) => !table.key.includes(column)) : [];
  const action =
    rest.length === 0 ? 'NOTHING' : `UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  return `${insert} ON CONFLICT (${table.key.join(', ')}) DO ${action}`;
}
