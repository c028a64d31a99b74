// The table of figures and all of its SQL: a number for each name and hour, of the node as a whole and of nobody in it.

import type { Change, Migration, Store, Table } from '../../core/store/store.ts';

const figuresTable: Table = {
  name: 'figures',
  columns: { hour_ms: 'integer', name: 'text', value: 'real' },
  key: ['hour_ms', 'name'],
};

export const figureMigrations: readonly Migration[] = [
  {
    version: 570,
    name: 'figures by hour',
    sqlite: `
      CREATE TABLE figures (
        hour_ms INTEGER NOT NULL,
        name TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (hour_ms, name)
      ) STRICT, WITHOUT ROWID;`,
    postgres: `
      CREATE TABLE figures (
        hour_ms BIGINT NOT NULL,
        name TEXT NOT NULL,
        value DOUBLE PRECISION NOT NULL,
        PRIMARY KEY (hour_ms, name)
      );`,
  },
];

export type FigureRow = { hourMs: number; name: string; value: number };

export const putFigures = (rows: readonly FigureRow[]): Change => ({
  op: 'upsert',
  table: figuresTable,
  rows: rows.map(({ hourMs, name, value }) => ({ hour_ms: hourMs, name, value })),
});

/** Those of whole hours within [fromMs, beforeMs), oldest first; of one name where it is given. */
export async function readFigures(store: Store, fromMs: number, beforeMs: number, name?: string): Promise<FigureRow[]> {
  const named = name === undefined ? '' : 'AND name = :name ';
  const rows = await store.select(
    `SELECT hour_ms, name, value FROM figures WHERE hour_ms >= :from AND hour_ms < :before ${named}ORDER BY hour_ms, name`,
    { from: fromMs, before: beforeMs, ...(name !== undefined && { name }) },
  );
  return rows.map((row) => ({ hourMs: Number(row.hour_ms), name: String(row.name), value: Number(row.value) }));
}

/** @returns what removes those of the hours before, a bounded number at once; undefined where there are none */
export async function oldFigures(store: Store, beforeMs: number, limit: number): Promise<Change | undefined> {
  const rows = await store.select(
    'SELECT hour_ms, name FROM figures WHERE hour_ms < :before ORDER BY hour_ms, name LIMIT :limit',
    { before: beforeMs, limit },
  );
  if (rows.length === 0) return undefined;
  return { op: 'delete', table: figuresTable, keys: rows.map(({ hour_ms, name }) => ({ hour_ms: hour_ms!, name: name! })) };
}

/** Everything that is counted in the store at once, from one moment. Each is an index's count or a table of few rows. */
export async function countStore(store: Store): Promise<{ [name: string]: number }> {
  const counted = {
    records: 'SELECT count(*) AS n FROM records',
    customers: 'SELECT count(DISTINCT person_id) AS n FROM records',
    reviews: 'SELECT count(*) AS n FROM reviews WHERE closed_at_ms IS NULL',
    quarantined: 'SELECT count(*) AS n FROM quarantine WHERE fixed_at_ms IS NULL',
  };
  const answers = await store.selectMany(Object.values(counted).map((sql) => ({ sql })));
  return Object.fromEntries(Object.keys(counted).map((name, at) => [name, Number(answers[at]![0]!.n)]));
}

/** Alarms that nobody has acknowledged, by kind; a kind that has none is not there. */
export async function countAlarms(store: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await store.select('SELECT kind, count(*) AS n FROM alarms WHERE acknowledged_at_ms IS NULL GROUP BY kind');
  return new Map(rows.map(({ kind, n }) => [String(kind), Number(n)]));
}
