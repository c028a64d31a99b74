// What a data folder remembers of its backups, in small files beside the database: they say how the folder is looked after, and go into no backup.

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const backupStateFile = 'backups.json';
export const restoreTestFile = 'restore-test.json';
const keyExportFile = 'key-exported.json';

export type Made = { id: string; atMs: number; sizeBytes: number; addedBytes: number; tookMs: number };
export type Failed = { atMs: number; kind: string; code: string; where?: string };
export type BackupState = {
  /** Names the folder to its target's lease. */
  owner: string;
  last?: Made;
  /** Of the latest work, where it failed. */
  failed?: Failed;
  verified?: { atMs: number; snapshots: number; chunks: number; damaged: number };
  prunedAtMs?: number;
  /** Work that has not ended; found at a start, a stop or a kill broke it off. */
  unended?: { kind: string; by: string; atMs: number };
};

/** The latest restore that was tried out. */
export type RestoreTest = {
  atMs: number;
  ok: boolean;
  snapshot: string;
  snapshotAtMs: number;
  tookMs: number;
  /** Entries of the audit log that verify, and records. */
  entries?: number;
  records?: number;
  /** What failed. */
  code?: string;
  where?: string;
};

export function readState(folder: string): BackupState {
  const state = readJson<BackupState>(join(folder, backupStateFile));
  return typeof state?.owner === 'string' ? state : { owner: randomBytes(8).toString('hex') };
}

export const writeState = (folder: string, state: BackupState): void => writeJson(join(folder, backupStateFile), state);

export const readRestoreTest = (folder: string): RestoreTest | undefined => readJson<RestoreTest>(join(folder, restoreTestFile));

export const writeRestoreTest = (folder: string, test: RestoreTest): void => writeJson(join(folder, restoreTestFile), test);

/** The command that writes the key file elsewhere runs beside the node, so that this is a file of its own. */
export const keyExported = (folder: string, atMs: number): void => writeJson(join(folder, keyExportFile), { atMs });
export const isKeyExported = (folder: string): boolean => readJson(join(folder, keyExportFile)) !== undefined;

/** A damaged one is as none: nothing but a date is lost. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
