// The table of who may what, worked out by asking the policies. Rows are the actions that the API declares and the classes of customers'
// data, columns are roles.

import { setImmediate as turn } from 'node:timers/promises';
import type { Role } from '../model/principal.ts';
import { type DataClass, dataClasses } from './classes.ts';
import { type Asked, nothingKnown, type PolicyEngine, type View, type Who } from './decide.ts';
import type { Need } from './policies.ts';
import { type AccessTable, type Cell, type Column, columns, type SightCell } from './who-may-what-words.ts';

const whoOf = (column: Column): Who =>
  column === 'operator' ? { kind: 'operator', roles: [] } : { kind: 'person', roles: [column as Role] };

/**
 * Thousands of questions, of which each costs the policies a quarter of a millisecond: row by row, with whoever else waits in between. Actions that are
 * alike to the policies are asked about once.
 * @param purposes those that are asked about one by one
 * @param between what is waited for after each cell
 */
export async function whoMayWhat(
  engine: PolicyEngine,
  actions: readonly string[],
  purposes: readonly string[],
  fourEyes: Asked['fourEyes'] = 'people',
  between: () => Promise<unknown> = turn,
): Promise<AccessTable> {
  const base: Asked = { ...nothingKnown, fourEyes };
  const spoken = spokenOf(engine, purposes);
  const glass = columns.filter((column) => mayBreakGlass(engine, whoOf(column), base));
  const table: AccessTable = { actions: [], classes: [] };
  const known = new Map<string, AccessTable['actions'][number]['cells']>();
  for (const action of actions) {
    const like = engine.likenessOf(action);
    const cells =
      known.get(like) ??
      (await cellsOf((column) => cellOf(engine, whoOf(column), action, spoken, base, glass.includes(column)), between));
    known.set(like, cells);
    table.actions.push({ action, known: engine.knows(action), cells });
  }
  for (const dataClass of dataClasses) {
    const sight = (column: Column) => sightOf(engine, whoOf(column), dataClass, spoken, base, glass.includes(column));
    const cells = await cellsOf(sight, between);
    table.classes.push({ dataClass, cells });
  }
  return table;
}

/**
 * What one caller may do: cells that are not `no`. For pages that show nobody what would be refused; the decision stays where it is asked.
 * @param purposes those that are asked about one by one
 */
export async function mayWhat(
  engine: PolicyEngine,
  who: Who,
  actions: readonly string[],
  purposes: readonly string[],
  fourEyes: Asked['fourEyes'],
): Promise<{ [action: string]: Cell }> {
  const spoken = spokenOf(engine, purposes);
  const base: Asked = { ...nothingKnown, fourEyes };
  const glass = mayBreakGlass(engine, who, base);
  const known = new Map<string, Cell>();
  const cells: [string, Cell][] = [];
  for (const action of actions) {
    const like = engine.likenessOf(action);
    let cell = known.get(like);
    if (!cell) {
      cell = cellOf(engine, who, action, spoken, base, glass);
      known.set(like, cell);
      await turn();
    }
    if (cell.may !== 'no') cells.push([action, cell]);
  }
  return Object.fromEntries(cells);
}

/** Purposes that any policy names: to ask for another is to ask for none, unless policies speak of purposes by other than their names. */
function spokenOf({ policies: { texts } }: PolicyEngine, purposes: readonly string[]): readonly string[] {
  const text = Object.values(texts).join('\n');
  if (/purpose\s*(!=|like)/.test(text)) return purposes;
  return purposes.filter((purpose) => text.includes(`"${purpose}"`));
}

async function cellsOf<T>(make: (column: Column) => T, between: () => Promise<unknown>): Promise<{ [column in Column]: T }> {
  const cells: [Column, T][] = [];
  for (const column of columns) {
    cells.push([column, make(column)]);
    await between();
  }
  return Object.fromEntries(cells) as { [column in Column]: T };
}

/** @param glass whether they may break the glass at all */
function cellOf(engine: PolicyEngine, who: Who, action: string, purposes: readonly string[], base: Asked, glass: boolean): Cell {
  const ask = (more: Partial<Asked>) => engine.decide(who, action, undefined, { ...base, ...more });
  const lifted = { steppedUp: true };
  const needs: Need | undefined = ask({}).needs;
  const again = needs === 'step_up_needed' ? { again: true as const } : {};
  if (ask(lifted).allowed) return { may: 'yes', ...again };
  if (ask({ ...lifted, approved: true }).allowed) return { may: 'two', ...again };
  const named = purposes.filter((purpose) => ask({ ...lifted, purpose }).allowed);
  if (named.length > 0) return { may: 'purpose', purposes: named };
  if (glass && ask({ ...lifted, breakGlass: true }).allowed) return { may: 'glass' };
  return { may: 'no' };
}

function sightOf(
  engine: PolicyEngine,
  who: Who,
  dataClass: DataClass,
  purposes: readonly string[],
  base: Asked,
  broken: boolean,
): SightCell {
  const see = (more: Partial<Asked>) => engine.sight(who, { ...base, ...more })[dataClass];
  const view = see({});
  const other = purposes.flatMap((purpose): [string, View][] => {
    const seen = see({ purpose });
    return seen === view ? [] : [[purpose, seen]];
  });
  const glass = broken ? see({ breakGlass: true }) : view;
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
