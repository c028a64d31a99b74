// The lock of migrations: a hash of each one that has landed, so that a change to what databases in the field already ran is
// noticed. `--write` adds the new ones, and only ever adds.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migration } from '../appliance/core/store/store.ts';
import { projectRoot, sourceFiles, testPatterns } from './files.ts';

export const lockPath = 'docs/migrations.lock.json';
/** From a migration's version to the SHA-256 of its SQL in both dialects, hexadecimal. Names and files may change, SQL may not. */
export type MigrationLock = { [version: string]: string };

const isMigration = (value: unknown): value is Migration =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  'name' in value &&
  'sqlite' in value &&
  'postgres' in value;

const tests = new RegExp(testPatterns.join('|'));

/** A file that defines migrations. Loading one is safe: modules of the appliance do nothing until they are called. */
const definesMigrations = (path: string, text: string) =>
  /^appliance\/(?!core\/store\/)/.test(path) && !tests.test(path) && /\bMigration\b/.test(text) && /\bCREATE TABLE\b/.test(text);

/** Every migration that a file of the appliance exports, in order of version. */
export async function collectMigrations(folder: string): Promise<Migration[]> {
  const found = new Set<Migration>();
  for (const path of sourceFiles(folder).filter((path) => path.endsWith('.ts'))) {
    if (!definesMigrations(path, readFileSync(join(folder, path), 'utf8'))) continue;
    const exported: unknown[] = Object.values(await import(pathToFileURL(join(folder, path)).href));
    for (const value of exported.flat()) if (isMigration(value)) found.add(value);
  }
  return [...found].sort((a, b) => a.version - b.version);
}

export function lockOf(migrations: readonly Migration[]): MigrationLock {
  const hash = ({ sqlite, postgres }: Migration) =>
    createHash('sha256')
      .update(JSON.stringify([sqlite, postgres]))
      .digest('hex');
  return Object.fromEntries(migrations.map((migration) => [migration.version, hash(migration)]));
}

export type LockComparison = { changed: string[]; gone: string[]; unlocked: string[]; twice: string[] };

/** What differs between what landed and what is there now, by version. */
export function compareLock(landed: MigrationLock, migrations: readonly Migration[]): LockComparison {
  const now = lockOf(migrations);
  const versions = migrations.map(({ version }) => String(version));
  return {
    changed: Object.keys(landed).filter((version) => now[version] !== undefined && now[version] !== landed[version]),
    gone: Object.keys(landed).filter((version) => now[version] === undefined),
    unlocked: Object.keys(now).filter((version) => landed[version] === undefined),
    twice: versions.filter((version, index) => versions.indexOf(version) !== index),
  };
}

export function readLock(folder: string): MigrationLock {
  const path = join(folder, lockPath);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as MigrationLock) : {};
}

if (import.meta.main) {
  const landed = readLock(projectRoot);
  const migrations = await collectMigrations(projectRoot);
  const { changed, gone, unlocked } = compareLock(landed, migrations);
  if (process.argv.includes('--write') && unlocked.length > 0) {
    writeFileSync(join(projectRoot, lockPath), `${JSON.stringify({ ...lockOf(migrations), ...landed }, null, 2)}\n`);
    console.log(`locked ${unlocked.join(', ')}`);
  }
  for (const version of changed) console.error(`migration ${version} changed after it was locked: write a new one instead`);
  for (const version of gone) console.error(`migration ${version} was locked and is gone`);
  process.exitCode = changed.length > 0 || gone.length > 0 ? 1 : 0;
}
