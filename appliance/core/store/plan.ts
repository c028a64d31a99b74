// For slices' tests: says how SQLite would run a query, and fails when that is by reading a whole table. A look-up that lost
// its index works as well as before on a test's ten rows, and stops a node with ten million.

import assert from 'node:assert/strict';
import type { Params, Store } from './store.ts';

/** SQLite's plan, one line per step, such as `SEARCH events USING INDEX events_by_record (record_id=?)`. */
export async function queryPlan(store: Store, sql: string, params?: Params): Promise<string[]> {
  assert.equal(store.engine, 'sqlite', 'query plans are asserted on SQLite');
  const rows = await store.select(`EXPLAIN QUERY PLAN ${sql}`, params);
  return rows.map((row) => String(row.detail));
}

/** Steps that read no table of ours: sets that came as parameters, constant rows, and results of inner steps that are judged themselves. */
const harmless = /^SCAN (json_each|CONSTANT ROW|\d+ CONSTANT ROWS?|\(subquery|\S+-\d+|sqlite_)/;

/**
 * Fails unless every table is searched by a key or an index.
 * @param options `scans`: tables that may be read whole, since they are small by nature; `sorts`: true if it may sort what it
 *   found (else its order, too, must come from an index)
 */
export async function assertIndexed(
  store: Store,
  sql: string,
  params?: Params,
  options: { scans?: readonly string[]; sorts?: boolean } = {},
): Promise<void> {
  const plan = await queryPlan(store, sql, params);
  const bad = plan.filter((step) => {
    if (/^USE TEMP B-TREE FOR (?!DISTINCT|GROUP BY)/.test(step)) return !options.sorts;
    if (!step.startsWith('SCAN ') || harmless.test(step)) return false;
    return !options.scans?.includes(step.split(' ')[1]!);
  });
  assert.deepEqual(bad, [], `this query reads more than it should:\n${sql}\nplan:\n  ${plan.join('\n  ')}`);
}
