// Rows of features given out, to be worked on elsewhere: pseudonyms in place of persons, years in place of birthdays, and no level of a
// category that only a few have, since a rare word may be somebody's name.

import { type Column, levelAt, type Matrix, numberAt } from '../../core/matrix/matrix.ts';
import type { PersonFacts } from '../../record/profiles/profiles.ts';
import { CustomerMatrix, otherLevel } from './customer-matrix.ts';
import type { Customers, FactsAt } from './customers.ts';
import { dayColumn } from './daily.ts';

export const rowLimits = { rows: 2_000, rareLevel: 5 } as const;

export type Cell = number | string | null;
export type RowsPage = { columns: string[]; rows: { person: string; values: Cell[] }[]; next?: number };
export type RowsAsked = {
  /** From a page's `next`. */
  after: number;
  limit: number;
  nowMs: number;
  /** With how much was done on each of the last days. */
  days: boolean;
  allowed(personId: number): boolean;
  pseudonymOf(personId: number): string;
};

/** As things stand now. @param asked.after a row of the matrix */
export function rowsNow({ matrix }: Customers, asked: RowsAsked): RowsPage {
  const view = shown(matrix.view(asked.nowMs), asked);
  const common = commonLevels(view);
  const rows: RowsPage['rows'] = [];
  let row = asked.after + 1;
  for (; row < view.rows && rows.length < asked.limit; row += 1) {
    const person = matrix.personOf(row);
    if (person >= 0 && asked.allowed(person)) rows.push(rowOf(view, row, asked.pseudonymOf(person), common));
  }
  return { columns: view.columns.map(({ name }) => name), rows, ...(row < view.rows && { next: row - 1 }) };
}

/** As of a moment, from what had happened by then. @param asked.after a person */
export async function rowsAt(customers: Customers, factsAt: FactsAt, atMs: number, asked: RowsAsked): Promise<RowsPage> {
  const matrix = new CustomerMatrix(customers.matrix.features);
  const persons: number[] = [];
  for await (const page of factsAt(atMs, asked.allowed, asked.after)) {
    for (const facts of page) {
      if (persons.length >= asked.limit) break;
      matrix.put(facts.personId, facts, atMs);
      persons.push(facts.personId);
    }
    if (persons.length >= asked.limit) break;
  }
  const view = shown(matrix.view(atMs), asked);
  const common = commonLevels(customers.matrix.view(asked.nowMs));
  const rows = persons.map((person) => rowOf(view, matrix.rowOf(person)!, asked.pseudonymOf(person), common));
  const full = persons.length >= asked.limit;
  return { columns: view.columns.map(({ name }) => name), rows, ...(full && { next: persons.at(-1)! }) };
}

export type PurchasesPage = { purchases: { person: string; at: string; amount: number }[]; next?: number };

/** Orders that were placed and not cancelled, of some customers at once; the day is enough for who counts days. @param asked.after a row */
export async function purchasesOf(
  { matrix }: Customers,
  factsOf: (persons: readonly number[]) => Promise<Map<number, PersonFacts>>,
  asked: Omit<RowsAsked, 'days'>,
): Promise<PurchasesPage> {
  const persons: number[] = [];
  let row = asked.after + 1;
  for (; row < matrix.rows && persons.length < asked.limit; row += 1) {
    const person = matrix.personOf(row);
    if (person >= 0 && asked.allowed(person)) persons.push(person);
  }
  const facts = await factsOf(persons);
  const purchases = persons.flatMap((id) => {
    const person = asked.pseudonymOf(id);
    const orders = facts.get(id)?.orders() ?? [];
    return orders.map(({ atMs, total }) => ({ person, at: new Date(atMs).toISOString().slice(0, 10), amount: total }));
  });
  return { purchases, ...(row < matrix.rows && { next: row - 1 }) };
}

const shown = (view: Matrix, { days }: RowsAsked): Matrix =>
  days ? view : { ...view, columns: view.columns.filter(({ name }) => !name.startsWith(dayColumn)) };

type Common = ReadonlyMap<string, ReadonlySet<string>>;

function rowOf({ columns }: Matrix, row: number, person: string, common: Common): RowsPage['rows'][number] {
  return { person, values: columns.map((column) => cellShown(column, row, common)) };
}

function cellShown(column: Column, row: number, common: Common): Cell {
  if (column.kind === 'category') {
    const level = levelAt(column, row);
    return level === undefined ? null : common.get(column.name)!.has(level) ? level : otherLevel;
  }
  const value = numberAt(column, row);
  if (Number.isNaN(value)) return null;
  if (column.kind !== 'time') return value;
  const text = new Date(value).toISOString();
  return column.name === 'birthday' ? `${text.slice(0, 4)}-01-01` : text;
}

/** Of each category the levels that enough customers have. */
function commonLevels({ rows, columns }: Matrix): Common {
  const common = new Map<string, ReadonlySet<string>>();
  for (const column of columns) {
    if (column.kind !== 'category') continue;
    const counts = new Map<string, number>();
    for (let row = 0; row < rows; row += 1) {
      const level = levelAt(column, row);
      if (level !== undefined) counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    common.set(column.name, new Set([...counts].filter(([, count]) => count >= rowLimits.rareLevel).map(([level]) => level)));
  }
  return common;
}
