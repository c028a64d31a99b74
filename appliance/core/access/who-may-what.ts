// The table of who may what, worked out by asking the policies. Rows are the actions that the API declares and the classes of customers'
// data, columns are roles.

import type { Role } from '../model/principal.ts';
import { type DataClass, dataClasses } from './classes.ts';
import { type Asked, nothingKnown, type PolicyEngine, type View, type Who } from './decide.ts';
import type { Need } from './policies.ts';
import { type AccessTable, type Cell, type Column, columns, type SightCell } from './who-may-what-words.ts';

const whoOf = (column: Column): Who =>
  column === 'operator' ? { kind: 'operator', roles: [] } : { kind: 'person', roles: [column as Role] };

/** @param purposes those that are asked about one by one */
export function whoMayWhat(
  engine: PolicyEngine,
  actions: readonly string[],
  purposes: readonly string[],
  fourEyes: Asked['fourEyes'] = 'people',
): AccessTable {
  const base: Asked = { ...nothingKnown, fourEyes };
  return {
    actions: actions.map((action) => ({
      action,
      known: engine.knows(action),
      cells: cellsOf((column) => cellOf(engine, whoOf(column), action, purposes, base)),
    })),
    classes: dataClasses.map((dataClass) => ({
      dataClass,
      cells: cellsOf((column) => sightOf(engine, whoOf(column), dataClass, purposes, base)),
    })),
  };
}

function cellsOf<T>(make: (column: Column) => T): { [column in Column]: T } {
  return Object.fromEntries(columns.map((column) => [column, make(column)])) as { [column in Column]: T };
}

function cellOf(engine: PolicyEngine, who: Who, action: string, purposes: readonly string[], base: Asked): Cell {
  const ask = (more: Partial<Asked>) => engine.decide(who, action, undefined, { ...base, ...more });
  const lifted = { steppedUp: true };
  const needs: Need | undefined = ask({}).needs;
  const again = needs === 'step_up_needed' ? { again: true as const } : {};
  if (ask(lifted).allowed) return { may: 'yes', ...again };
  if (ask({ ...lifted, approved: true }).allowed) return { may: 'two', ...again };
  const named = purposes.filter((purpose) => ask({ ...lifted, purpose }).allowed);
  if (named.length > 0) return { may: 'purpose', purposes: named };
  if (mayBreakGlass(engine, who, base) && ask({ ...lifted, breakGlass: true }).allowed) return { may: 'glass' };
  return { may: 'no' };
}

function sightOf(engine: PolicyEngine, who: Who, dataClass: DataClass, purposes: readonly string[], base: Asked): SightCell {
  const see = (more: Partial<Asked>) => engine.sight(who, { ...base, ...more })[dataClass];
  const view = see({});
  const other = purposes.flatMap((purpose): [string, View][] => {
    const seen = see({ purpose });
    return seen === view ? [] : [[purpose, seen]];
  });
  const glass = mayBreakGlass(engine, who, base) ? see({ breakGlass: true }) : view;
  return { view, ...(other.length > 0 && { purposes: Object.fromEntries(other) }), ...(glass !== view && { glass }) };
}

function mayBreakGlass(engine: PolicyEngine, who: Who, base: Asked): boolean {
  return engine.decide(who, 'break-glass.open', undefined, { ...base, steppedUp: true }).allowed;
}

/** Every action that the API's own document declares, in order. */
export function actionsOf(document: unknown): string[] {
  const { paths = {} } = document as {
    paths?: { [path: string]: { [method: string]: { 'x-access'?: { action?: string } } } };
  };
  const all = Object.values(paths).flatMap((methods) => Object.values(methods).map((operation) => operation['x-access']?.action));
  return [...new Set(all.filter((action) => action !== undefined))].sort();
}
