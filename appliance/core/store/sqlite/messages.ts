// What the main thread and the SQLite threads say to each other. Rows and parameters never travel as objects: they are
// packed into one buffer (pack.ts) that changes hands without a copy.

import type { FaultCode } from '../../errors.ts';
import type { Due } from '../migrations.ts';
import type { Finding, Table } from '../store.ts';
import type { SealedColumn } from './pack.ts';

/** Writer: the only connection that writes. Reader: snapshots for selects. Keeper: checkpoints, which may take long. */
export type Role = 'writer' | 'reader' | 'keeper';

export type ThreadData = { role: Role; settings: Settings };

/** What a connection is opened with; sizes in bytes. */
export type Settings = {
  file: string;
  pageSizeBytes: number;
  cacheBytes: number;
  busyTimeoutMs: number;
  checkpointWaitMs: number;
  /** The writer itself moves a WAL larger than this into the database. */
  walHardBytes: number;
  /** For tests of a full disk: the file may not grow beyond it. 0: no bound. */
  maxPages: number;
};

/** `shape` has one letter per parameter p0, p1...: see pack.ts. */
export type PackedQuery = { text: string; shape: string };

/** One change: a set of rows of a table known by number, or one statement. */
export type PackedChange =
  | { op: 'insert' | 'ignore' | 'upsert' | 'delete'; table: number; rows: number }
  | { op: 'run'; text: string; shape: string };

export type Job =
  | { op: 'select'; queries: PackedQuery[]; body: ArrayBuffer }
  | {
      op: 'transact';
      newTables: [number, Table][];
      changes: PackedChange[];
      seals: SealedColumn[];
      body: ArrayBuffer;
      chain?: number;
    }
  | { op: 'allocate'; sequence: string; count: number }
  | { op: 'readMigrations' }
  | { op: 'migrate'; due: Due; appliedAtMs: number }
  | { op: 'checkpoint'; mode: 'PASSIVE' | 'TRUNCATE' }
  | { op: 'check' }
  /** Of one table with its indexes, or of the whole file. */
  | { op: 'checkStructure'; deep: boolean; table?: string }
  | { op: 'forget' }
  | { op: 'close' };

export type Request = Job & { id: number };

export type PackedResult = { columns: string[]; kinds: string; rows: number };

export type Failure = { code: FaultCode; where?: string | undefined; engineCode?: string | undefined } | { misuse: string };

export type Answer =
  | { op: 'rows'; results: PackedResult[]; body: ArrayBuffer }
  /** The writer says with each change how large the WAL is by now, and gives the pack's memory back. */
  | { op: 'done'; walBytes: number; body?: ArrayBuffer }
  | { op: 'number'; value: number; walBytes: number }
  | { op: 'applied'; rows: { version: number; name: string; checksum: string }[] }
  | { op: 'checkpointed'; complete: boolean; walBytes: number }
  | { op: 'findings'; findings: Finding[] }
  | { op: 'failed'; failure: Failure };

/** The thread's first message has id 0: it is open, or why it is not. */
export type Reply = { id: number; answer: Answer };
