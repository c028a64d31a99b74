// The store port: what a slice may ask of a database. Two engines stand behind it (SQLite in a thread of its own, and
// PostgreSQL); SQL is written once, in the subset both speak, and what differs stays in the engines.

import type { Words } from '../errors.ts';
import type { Cluster } from './cluster.ts';
import type { Sealing } from './sealing.ts';

export { newChain } from './chains.ts';
export type { Cluster, Turn } from './cluster.ts';
export { bothEngines } from './migrations.ts';
export type { Sealing, SealingCell } from './sealing.ts';

export type Value = number | string | Uint8Array | null;
export type Row = { [column: string]: Value };
/** An array stands for a set: `IN (:name)` is expanded by the engine. */
export type Params = { [name: string]: Value | readonly Value[] };

export type ColumnType = 'integer' | 'real' | 'text' | 'blob';
/** A table as a slice's store.ts declares it: enough for an engine to write rows in sets. `key` is its primary key. */
export type Table = {
  readonly name: string;
  readonly columns: { readonly [column: string]: ColumnType };
  readonly key: readonly string[];
};

export type Change =
  /** Fails on a duplicate key unless `onConflict` is 'ignore'. */
  | { op: 'insert'; table: Table; rows: readonly Row[]; onConflict?: 'ignore'; seal?: Sealing }
  /** Inserts, or replaces all columns of the row with the same key. */
  | { op: 'upsert'; table: Table; rows: readonly Row[]; seal?: Sealing }
  /** Rows give the key columns only. */
  | { op: 'delete'; table: Table; keys: readonly Row[] }
  /** One statement for what sets cannot say; named parameters `:name`. */
  | { op: 'run'; sql: string; params?: Params };

/** A numbered migration: `sql` may differ by engine where types do (`BLOB`/`BYTEA`, `INTEGER`/`BIGINT`, STRICT). */
export type Migration = { readonly version: number; readonly name: string; readonly sqlite: string; readonly postgres: string };

/**
 * What doctor found. `check` is for programs, in kebab case, and stays; the rest is for people. Whatever is not in order says what to do.
 */
export type Finding = { readonly check: string; readonly name: Words; readonly message: Words } & (
  | { readonly severity: 'ok'; readonly next?: Words }
  | { readonly severity: 'warning' | 'error'; readonly next: Words }
);

/**
 * What may hold bytes that were deleted, where an engine cannot be rid of them by itself: by name of the server's setting, of the right that the node
 * lacks, or of what was found. All of PostgreSQL.
 */
export type Leftover =
  | 'wal_recycle'
  | 'wal_keep_size'
  | 'archive_mode'
  | 'replication_slots'
  | 'replicas'
  /** Its log for people has values of statements. */
  | 'server_log'
  | 'pg_checkpoint'
  | 'pg_switch_wal'
  | 'pg_ls_waldir'
  /** Segments of before are there, for none of the reasons above. */
  | 'old_segments'
  /** The server failed to write one. */
  | 'checkpoint_refused'
  /** Transactions of others that began before the deletion and have not ended. */
  | 'open_transactions';

export interface Store {
  readonly engine: 'sqlite' | 'postgres';
  /** Present where several nodes share the database: then nobody may take memory for what is stored. */
  readonly cluster?: Cluster;
  /** Reads committed rows. Blobs come back as Uint8Array (Buffer), integers as numbers (refused beyond 2^53). */
  select(sql: string, params?: Params): Promise<Row[]>;
  /** Several reads in one round trip, answered in order, from one snapshot. */
  selectMany(queries: readonly { sql: string; params?: Params }[]): Promise<Row[][]>;
  /**
   * All changes in one transaction; resolves when they are durable (fsynced). On rejection none of them is applied.
   * @param chain from newChain(), given to change sets which stand on each other. They are applied in the order
   * of the calls; after one that failed all others of the chain are rejected, also those that were given before it was known
   */
  transact(changes: readonly Change[], chain?: number): Promise<void>;
  /**
   * Takes `count` numbers from a named sequence and returns the first; never gives one twice, also after a crash.
   */
  allocate(sequence: string, count: number): Promise<number>;
  /** Brings the schema up to date. @throws {Fault} `store_from_future` */
  migrate(migrations: readonly Migration[]): Promise<void>;
  /**
   * Makes deleted bytes leave the disk: SQLite truncates its WAL (secure_delete is on), PostgreSQL writes the tables named anew.
   * @returns what may hold some even so
   */
  scrub(tables: readonly Table[]): Promise<Leftover[]>;
  /**
   * After scrub, once for many: has the server's own log dropped (PostgreSQL, a checkpoint; in SQLite scrub has done it).
   * @returns what may hold bytes of before even so; it never fails for want of rights
   */
  emptyLog(): Promise<Leftover[]>;
  /**
   * Tells who reads for long when a scrub waits for them to leave, and when it is over. SQLite only: there it cannot end while a copy is being made.
   * @returns what ends it
   */
  onScrub?(listener: (waiting: boolean) => void): () => void;
  /** Connections that read, and reads that wait for one. PostgreSQL only. */
  connections?(): { idle: number; busy: number; waiting: number };
  /** Settings of durability, sizes, room: for doctor, at once. */
  check(): Promise<Finding[]>;
  /**
   * Whether what is stored is whole: for doctor, minutes where there is much; never two at a time. `deep` reads every page and compares every index.
   * It holds up no write.
   */
  checkStructure(deep: boolean): Promise<Finding[]>;
  close(): Promise<void>;
}
