// What doctor asks of a SQLite store: are the durability settings as they must be, is the file whole, is there room.

import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding } from '../store.ts';
import type { Connection } from './connection.ts';
import { toFailure } from './failures.ts';
import type { Settings } from './messages.ts';

const lowDiskBytes = 2 * 1024 ** 3;
const veryLowDiskBytes = 256 * 1024 ** 2;
/** Faults named one by one before the rest is only counted. */
const namedFaults = 20;

const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1024 ** 2).toFixed(1)} MB`;

export function checkDatabase(db: Connection, settings: Settings, deep: boolean): Finding[] {
  const checks: [string, () => Finding[]][] = [
    ['settings', () => checkSettings(db)],
    ['integrity', () => checkIntegrity(db, deep)],
    ['references', () => (deep ? checkReferences(db) : [])],
    ['sizes', () => checkSizes(db, settings)],
  ];
  return checks.flatMap(([check, run]) => {
    try {
      return run();
    } catch (error) {
      // A file damaged so badly that it cannot even be asked is a finding too.
      const failure = toFailure(error);
      const damaged = 'code' in failure && failure.code === 'store_corrupt';
      const message = damaged
        ? 'the database is damaged'
        : `could not be checked (${'code' in failure ? failure.code : failure.misuse})`;
      return [{ severity: 'error', check, message } satisfies Finding];
    }
  });
}

function checkSettings(db: Connection): Finding[] {
  const expected: [string, string | number][] = [
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['secure_delete', 1],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
  ];
  return expected.map(([name, value]) => {
    const found = db.pragma(name, { simple: true });
    return {
      severity: found === value ? 'ok' : 'error',
      check: `setting ${name}`,
      message: `${name} is ${found}, should be ${value}`,
    };
  });
}

/** quick_check reads the structure of every page; integrity_check also compares every index with its table. */
function checkIntegrity(db: Connection, deep: boolean): Finding[] {
  const check = deep ? 'integrity (every page and index)' : 'integrity (structure)';
  const pragma = deep ? 'integrity_check' : 'quick_check';
  const faults = (db.pragma(`${pragma}(1000)`) as Record<string, string>[]).map((row) => row[pragma]!);
  const found = faults.filter((fault) => fault !== 'ok').map((message): Finding => ({ severity: 'error', check, message }));
  if (found.length === 0) return [{ severity: 'ok', check, message: 'no fault found' }];
  if (found.length <= namedFaults) return found;
  return [...found.slice(0, namedFaults), { severity: 'error', check, message: `and ${found.length - namedFaults} more` }];
}

function checkReferences(db: Connection): Finding[] {
  const check = 'references';
  const orphans = db.pragma('foreign_key_check') as { table: string }[];
  if (orphans.length === 0) return [{ severity: 'ok', check, message: 'every row that is referred to is there' }];
  const tables = [...new Set(orphans.map((row) => row.table))].join(', ');
  return [{ severity: 'error', check, message: `${orphans.length} rows refer to rows that are not there (${tables})` }];
}

function checkSizes(db: Connection, settings: Settings): Finding[] {
  const pages = db.pragma('page_count', { simple: true }) as number;
  const free = db.pragma('freelist_count', { simple: true }) as number;
  const pageSizeBytes = db.pragma('page_size', { simple: true }) as number;
  const walBytes = statSync(`${settings.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const disk = statfsSync(dirname(settings.file));
  const diskBytes = disk.bavail * disk.bsize;
  return [
    {
      severity: 'ok',
      check: 'size',
      message: `${megabytes(pages * pageSizeBytes)} in ${pages} pages of ${pageSizeBytes} bytes, ${free} of them free`,
    },
    {
      severity: walBytes > 2 * settings.walHardBytes ? 'warning' : 'ok',
      check: 'write-ahead log',
      message: `${megabytes(walBytes)}, bound ${megabytes(settings.walHardBytes)}`,
    },
    {
      severity: diskBytes < veryLowDiskBytes ? 'error' : diskBytes < lowDiskBytes ? 'warning' : 'ok',
      check: 'free disk',
      message: `${megabytes(diskBytes)} free`,
    },
  ];
}
