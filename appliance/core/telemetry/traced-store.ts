// The store under spans: how many queries, rows and sealed cells, never a statement's values nor its text.

import type { Change, Store } from '../store/store.ts';
import { currentContext } from './context.ts';
import { type Tracing, traced, under } from './tracing.ts';

const rowsOf = (change: Change): number =>
  change.op === 'run' ? 1 : change.op === 'delete' ? change.keys.length : change.rows.length;

function sealedIn(changes: readonly Change[]): number {
  let cells = 0;
  for (const change of changes) if ('seal' in change && change.seal) cells += change.seal.cells.length;
  return cells;
}

/**
 * Only for a node whose traces are on. What many requests wait for together (a group of events, a batch of audit entries) is written on behalf of none of
 * them: its write is a trace of its own.
 */
export function tracedStore(store: Store, tracing: Tracing): Store {
  const system = { 'db.system.name': store.engine === 'postgres' ? 'postgresql' : 'sqlite' } as const;
  const own: Partial<Store> = {
    select: (sql, params) =>
      traced('store.read', { ...system, 'holdfast.queries': 1 }, () => store.select(sql, params), 'client'),
    selectMany: (queries) =>
      traced('store.read', { ...system, 'holdfast.queries': queries.length }, () => store.selectMany(queries), 'client'),
    transact(changes, chain) {
      const sealed = sealedIn(changes);
      const rows = changes.reduce((sum, change) => sum + rowsOf(change), 0);
      const name = sealed > 0 ? 'store.seal-and-write' : 'store.write';
      const attributes = { ...system, 'holdfast.rows': rows, ...(sealed > 0 && { 'holdfast.sealed': sealed }) };
      const write = () => store.transact(changes, chain);
      if (currentContext() !== undefined) return traced(name, attributes, write, 'client');
      return under(tracing.start(name, attributes, 'client'), write);
    },
  };
  return new Proxy(store, {
    get(target, name) {
      const replaced = own[name as keyof Store];
      if (replaced !== undefined) return replaced;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
