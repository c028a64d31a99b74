// Planted into a node's process by --import, to show that the test of three nodes finds a lock that was left out: every question for an
// advisory lock of a transaction is answered as if the lock had been taken.

import pg from 'pg';

const asked = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function plant(this: pg.Client, ...args: unknown[]): unknown {
  const [first, ...rest] = args;
  const text = typeof first === 'string' ? first : ((first as { text?: string })?.text ?? '');
  return text.includes('pg_advisory_xact_lock') ? asked.call(this, 'SELECT 1') : asked.call(this, first, ...rest);
} as typeof pg.Client.prototype.query;
