// PostgreSQL's error codes (its manual, appendix A) as the node's faults. Its messages may quote values, so only those of
// class 42 (the text of a statement is wrong) are passed on; of the rest the code, the table and the column.

import pg from 'pg';
import { Fault } from '../../errors.ts';

/** Anything else comes from the network or the driver; its codes (EPIPE) may look like the server's. */
const fromServer = (error: unknown): error is pg.DatabaseError & { code: string } =>
  error instanceof pg.DatabaseError && error.code !== undefined;

/** Deadlocks and serialization failures: the same again may well succeed. */
export const worthRetrying = (error: unknown): boolean => fromServer(error) && ['40001', '40P01'].includes(error.code);

/** The connection, not the statement, has failed: there is no telling what became of an open commit. */
export const connectionLost = (error: unknown): boolean =>
  !(error instanceof Fault || error instanceof TypeError || error instanceof RangeError) &&
  (!fromServer(error) || /^(08|57P)/.test(error.code));

const codes: { [code: string]: 'disk_full' | 'store_read_only' | 'store_corrupt' } = {
  '53100': 'disk_full',
  '25006': 'store_read_only',
  XX001: 'store_corrupt',
  XX002: 'store_corrupt',
};

/** What the caller sees instead of pg's error. */
export function toStoreError(error: unknown): Error {
  if (error instanceof Fault || error instanceof TypeError || error instanceof RangeError) return error;
  if (!fromServer(error)) return new Fault('store_unavailable', 'PostgreSQL cannot be reached', { cause: plain(error) });
  const { code, table, column, constraint } = error;
  const place = [table, column ?? constraint].filter(Boolean).join('.');
  if (code === '23505') return new Fault('conflict', table, { cause: new Error(code) });
  const known = codes[code];
  if (known) return new Fault(known, table, { cause: new Error(code) });
  if (code.startsWith('42')) return new Error(`store: ${code}: ${error.message}`);
  // Data of the wrong type or range, a NULL, a broken CHECK or reference: a programmer's mistake, as in SQLite.
  if (/^(22|23|0A|21)/.test(code)) return new Error(`store: ${code}${place ? ` at ${place}` : ''}`);
  return new Fault('store_unavailable', `PostgreSQL error ${code}`, { cause: new Error(code) });
}

/** The network's code (ECONNREFUSED...) without a message that may hold an address. */
function plain(error: unknown): Error {
  const code = (error as { code?: unknown } | null)?.code;
  return new Error(typeof code === 'string' ? code : 'connection ended');
}
