// Decides which migrations are due, from what a database says it has. Pure, and the same for every engine.

import { createHash } from 'node:crypto';
import { Fault } from '../errors.ts';
import type { Migration } from './store.ts';

export type Applied = { version: number; name: string; checksum: string };
export type Due = Applied & { sql: string };

/** The two tables that the store itself owns. STRICT and BIGINT are put in by the engines. */
export const migrationsTable = 'schema_migrations';
export const sequencesTable = 'sequences';

/** A migration written once, in SQLite's words: types and STRICT are all that differs for PostgreSQL. */
export function bothEngines(version: number, name: string, sql: string): Migration {
  const postgres = sql
    .replaceAll(/\) STRICT(, WITHOUT ROWID)?;/g, ');')
    .replaceAll('INTEGER', 'BIGINT')
    .replaceAll('BLOB', 'BYTEA');
  return { version, name, sqlite: sql, postgres };
}

/** SHA-256 over the SQL, hex. The name may be corrected later, the SQL may not. */
export const checksum = (sql: string): string => createHash('sha256').update(sql, 'utf8').digest('hex');

/**
 * @param migrations of all slices, in ascending order of version, no version twice
 * @returns what to run, in order; slices' versions interleave, so a due version may be lower than one already applied
 * @throws {TypeError} for a list out of order
 * @throws {Fault} `store_from_future` when the database has a version that this program does not know
 * @throws {Fault} `migration_changed` when a landed migration's SQL is not what it was
 */
export function dueMigrations(
  engine: 'sqlite' | 'postgres',
  migrations: readonly Migration[],
  applied: readonly Applied[],
): Due[] {
  let last = 0;
  for (const { version } of migrations) {
    if (!Number.isSafeInteger(version) || version <= last)
      throw new TypeError(`migration ${version} is out of order or given twice`);
    last = version;
  }
  const known = new Map(migrations.map((m) => [m.version, checksum(m[engine])]));
  const landed = new Set<number>();
  for (const row of applied) {
    const expected = known.get(row.version);
    if (expected === undefined) throw new Fault('store_from_future', `migration ${row.version}`);
    if (expected !== row.checksum) throw new Fault('migration_changed', `migration ${row.version}`);
    landed.add(row.version);
  }
  return migrations
    .filter((m) => !landed.has(m.version))
    .map((m) => ({ version: m.version, name: m.name, checksum: known.get(m.version)!, sql: m[engine] }));
}
