// What may pass the port, checked the same way for every engine: whole numbers within 2^53, finite reals, well-formed text
// without NUL, bytes, and null. An error names the table and column, never the value.

import { Fault } from '../errors.ts';
import { storeLimits } from './limits.ts';
import type { ColumnType, Row, Table, Value } from './store.ts';

const describe = (value: unknown): string => (value === null ? 'null' : value instanceof Uint8Array ? 'bytes' : typeof value);

/** Minus zero becomes zero, since not every engine keeps it. @throws {TypeError} not a whole number within 2^53 */
export function checkInteger(value: unknown, place: string): number {
  if (Number.isSafeInteger(value)) return (value as number) + 0;
  throw new TypeError(
    `${place}: expected a whole number within 2^53, got ${typeof value === 'number' ? 'another number' : describe(value)}`,
  );
}

/** @throws {TypeError} not a finite number */
export function checkReal(value: unknown, place: string): number {
  if (Number.isFinite(value)) return (value as number) + 0;
  throw new TypeError(
    `${place}: expected a finite number, got ${typeof value === 'number' ? 'another number' : describe(value)}`,
  );
}

/**
 * Text that every engine gives back as it was: no NUL (PostgreSQL cannot hold it), no lone surrogate (UTF-8 cannot).
 * @throws {TypeError} not text
 * @throws {Fault} `bad_request` for text that cannot be kept, since such text comes from outside
 */
export function checkText(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new TypeError(`${place}: expected text, got ${describe(value)}`);
  if (value.includes('\0') || !value.isWellFormed())
    throw new Fault('bad_request', `${place}: text with NUL or half a character`);
  return value;
}

/** @throws {TypeError} not bytes */
export function checkBytes(value: unknown, place: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${place}: expected bytes, got ${describe(value)}`);
}

/** A number as it came from an engine. @throws {Fault} `limit_reached` for whole numbers beyond 2^53 */
export function refuseUnsafe(): never {
  throw new Fault('limit_reached', 'a whole number beyond 2^53 was read');
}

/** Looks at the first row only: rows of one change are made by one piece of code. @throws {TypeError} for a column the table lacks */
export function checkColumns(table: Table, columns: readonly string[], rows: readonly Row[]): void {
  const first = rows[0];
  if (!first) return;
  for (const column in first) if (!columns.includes(column)) throw new TypeError(`${table.name}.${column}: no such column here`);
}

/** The type of a parameter that is not null. @throws {TypeError} for anything but a number, text or bytes */
export function scalarType(value: Value, place: string): ColumnType {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'real';
  if (value instanceof Uint8Array) return 'blob';
  throw new TypeError(`${place}: expected a number, text or bytes, got ${describe(value)}`);
}

/**
 * In a set every value is of one type: whole numbers, text or bytes. A single value is a set of one.
 * @throws {TypeError}, or {Fault} `limit_reached` for too large a set
 */
export function checkSet(
  value: Value | readonly Value[],
  place: string,
): { members: readonly Value[]; type: ColumnType | undefined } {
  const members: readonly Value[] = Array.isArray(value) ? value : [value as Value];
  if (members.length > storeLimits.setValues) throw new Fault('limit_reached', `${place}: values of a set`);
  if (members.length === 0) return { members, type: undefined };
  if (members.includes(null)) throw new TypeError(`${place}: a set holds no null`);
  const type = scalarType(members[0]!, place);
  if (type === 'real') throw new TypeError(`${place}: a set holds whole numbers, text or bytes`);
  return { members, type };
}

/** Any value of a declared type. @throws as the four checks above */
export function checkValue(value: unknown, type: ColumnType, place: string): Value {
  if (value === null) return null;
  if (type === 'integer') return checkInteger(value, place);
  if (type === 'real') return checkReal(value, place);
  return type === 'text' ? checkText(value, place) : checkBytes(value, place);
}
