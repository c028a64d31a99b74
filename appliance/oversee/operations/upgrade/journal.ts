// What a data folder knows of its upgrades: the one that runs and its step, how the latest ended, and the snapshot that is kept. A step is on disk before
// it begins, so that the next start knows what a kill cut short.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../../core/errors.ts';

export const journalFile = 'upgrade.json';
/** The folder of the snapshot, in the data folder: on the same disk, so that it is put back by a rename. */
export const snapshotFolder = 'upgrade-snapshot';

/** In their order. `roll_back` follows any of them but `commit`. */
export const upgradeSteps = ['preflight', 'drain', 'snapshot', 'migrate', 'check', 'open', 'commit', 'roll_back'] as const;
export type UpgradeStep = (typeof upgradeSteps)[number];

/** What a database has: how many migrations, and the newest. */
export type Schema = { migrations: number; newest: number };
export type Cause = { step: UpgradeStep; code: string; where?: string };

export type Running = {
  id: string;
  step: UpgradeStep;
  engine: 'sqlite' | 'postgres';
  software: string;
  from: Schema;
  to: Schema;
  /** Migrations that are due. */
  due: number[];
  startedAtMs: number;
  /** Starts of the program that worked on it. */
  starts: number;
  snapshot?: Snapshot;
  /** Why it is rolled back. */
  cause?: Cause;
  /** Somebody was erased since the snapshot was made: it is not kept. */
  mayNotStay?: true;
};

export type Snapshot = {
  sizeBytes: number;
  /** SHA-256 over the database in it, hexadecimal. */
  digest: string;
  /** Shares its blocks with the database: nothing is won by overwriting it. */
  isReflink: boolean;
};

export type Outcome = Pick<Running, 'id' | 'software' | 'from' | 'to' | 'due' | 'startedAtMs' | 'starts'> & {
  outcome: 'done' | 'rolled_back';
  endedAtMs: number;
  cause?: Cause;
  /** It stands in the audit log. */
  isTold: boolean;
};

export type Kept = Snapshot & Pick<Running, 'engine' | 'from' | 'to'> & { madeAtMs: number; untilMs: number };

export type Journal = { running?: Running; last?: Outcome; kept?: Kept };

/** @throws {Fault} `unreadable_file` for one that is damaged: what it said must not be guessed */
export function readJournal(folder: string): Journal {
  const path = join(folder, journalFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Fault('unreadable_file', path, { cause: error });
  }
  try {
    return JSON.parse(text) as Journal;
  } catch (error) {
    throw new Fault('unreadable_file', path, { cause: error });
  }
}

/** Whole, and on disk when it returns. @throws {Fault} `disk_full`, `store_read_only` */
export function writeJournal(folder: string, journal: Journal): void {
  const path = join(folder, journalFile);
  try {
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(journal)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
    syncFolder(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Fault(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'store_read_only', path, { cause: error });
  }
}

/** That names in a folder are on disk. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
