// The embedded store: SQLite behind the store port. A writer, some readers and a keeper each run in a thread of their own,
// so that neither a long write nor a slow disk holds up a read, and the event loop never waits for the disk.

import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../errors.ts';
import { type Clock, systemPorts } from '../../ports.ts';
import { storeLimits } from '../limits.ts';
import { dueMigrations, migrationsTable, sequencesTable } from '../migrations.ts';
import type { Change, Finding, Leftover, Migration, Params, Row, Store, Table } from '../store.ts';
import { type Packed, packChanges, tableNumbers } from './changes.ts';
import { structureFindings, structureUnread } from './check.ts';
import { throwFileFault } from './failures.ts';
import { type FolderLock, lockFolder } from './lock.ts';
import type { Answer, Job, Settings } from './messages.ts';
import { PackReader, PackWriter } from './pack.ts';
import { measurePrepared, packPrepared, prepare } from './params.ts';
import { readResult } from './results.ts';
import { SqliteThread } from './thread.ts';

export type SqliteOptions = {
  /** The database file; its folder must exist. Beside it: FILE-wal, FILE-shm and FILE.lock. */
  file: string;
  clock?: Clock;
  /** Of the folder, where the caller has taken it; taken over. */
  lock?: FolderLock;
  /** Threads for selects. Default 2, so that one long read does not hold up the short ones. */
  readers?: number;
  /** Page caches: default 64 MB for the writer, 32 MB for each reader. */
  writerCacheBytes?: number;
  readerCacheBytes?: number;
  /** When the keeper starts to move the WAL into the database, default 64 MB, and when the writer itself does, default 256 MB. */
  walSoftBytes?: number;
  walHardBytes?: number;
  /** For tests of a full disk: the file may not have more pages. */
  maxPages?: number;
};

/**
 * 4 KB, measured against 8 and 16 KB on a table of 1 KB rows with a random 16-byte unique key, 200,000 rows deep: a commit of
 * 100 rows took 22.6, 26.7 and 26.8 us of CPU a row (of 1,000 rows: 18.8, 20.1 and 19.7), since each random key dirties one page
 * of the index and the WAL takes whole pages. The file is 8% larger than with 8 KB.
 */
const pageSizeBytes = 4096;
const keeperCacheBytes = 4 * 1024 ** 2;
/**
 * Longest wait for a lock. Only one connection writes, but a reader that finds the WAL's index being changed takes the write lock for
 * a moment, and on an overloaded machine may be put to sleep while it has it: a commit must outlast that.
 */
const busyTimeoutMs = 10_000;
/** Longest wait of the writer for readers to leave the WAL, in one try of a scrub; half of it passes between tries. */
const checkpointWaitMs = 200;
/** Tries of a scrub before it gives up because readers never left. */
const scrubTries = 80;
/** Moves of the WAL by the keeper before a scrub: the second takes what commits added during the first, which is little. */
const passesAhead = 2;
/** A quiet time after which the WAL is moved into the database, so that the next load starts with an empty one. */
const idleMs = 1000;

/** Spare packs kept, their sizes in bytes, and how much larger than needed one may be. */
const spareCount = 4;
const spareFrom = 64 * 1024;
const spareTo = 4 * 1024 ** 2;
const spareFactor = 4;

const baseTables = `
  CREATE TABLE IF NOT EXISTS ${migrationsTable} (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${sequencesTable} (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;`;

/**
 * Opens or creates a SQLite store and locks it against a second node.
 * @throws {Fault} `store_in_use`, `store_read_only`, `store_corrupt` (damaged, or another program's file), `disk_full`
 */
export async function openSqliteStore(options: SqliteOptions): Promise<SqliteStore> {
  try {
    accessSync(dirname(options.file), constants.W_OK);
    if (existsSync(options.file)) accessSync(options.file, constants.W_OK);
  } catch (error) {
    options.lock?.release();
    throwFileFault(error, options.file);
  }
  const lock = options.lock ?? lockFolder(options.file);
  const store = new SqliteStore(options, lock);
  try {
    await store.start();
  } catch (error) {
    await store.abandon();
    throw error;
  }
  return store;
}

export class SqliteStore implements Store {
  readonly engine = 'sqlite';
  readonly threads: { writer: SqliteThread; readers: SqliteThread[]; keeper: SqliteThread };
  readonly #lock: FolderLock;
  readonly #clock: Clock;
  readonly #walSoftBytes: number;
  readonly #inspecting: Settings;
  readonly #tables = tableNumbers();
  readonly #spare: ArrayBuffer[] = [];
  #waitingCalls = 0;
  #waitingBytes = 0;
  /** The keeper's work, or a scrub: two checkpoints at a time refuse each other, and SQLite does not wait. */
  #moving: Promise<unknown> | undefined;
  /** The look at the structure that runs, and the part of it that is being read; what waits until nothing is read. */
  #looking: Promise<unknown> = Promise.resolve();
  #portion: Promise<unknown> | undefined;
  #scrubbing: Promise<unknown> = Promise.resolve();
  #scrubs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #scrubListeners = new Set<(waiting: boolean) => void>();
  #closed = false;
  #ended: Promise<void> | undefined;

  constructor(options: SqliteOptions, lock: FolderLock) {
    this.#lock = lock;
    this.#clock = options.clock ?? systemPorts.clock;
    this.#walSoftBytes = options.walSoftBytes ?? 16 * 1024 ** 2;
    const settings = (cacheBytes: number): Settings => ({
      file: options.file,
      pageSizeBytes,
      cacheBytes,
      busyTimeoutMs,
      checkpointWaitMs,
      walHardBytes: options.walHardBytes ?? 256 * 1024 ** 2,
      maxPages: options.maxPages ?? 0,
    });
    const reading = settings(options.readerCacheBytes ?? 32 * 1024 ** 2);
    this.#inspecting = settings(keeperCacheBytes);
    this.threads = {
      writer: new SqliteThread('writer', settings(options.writerCacheBytes ?? 64 * 1024 ** 2), () => this.#tables.forget()),
      readers: Array.from({ length: options.readers ?? 2 }, () => new SqliteThread('reader', reading, () => undefined)),
      keeper: new SqliteThread('keeper', settings(keeperCacheBytes), () => undefined),
    };
  }

  /**
   * The writer first: it creates the file and recovers the WAL. The keeper and further readers start when there is work for them: a
   * thread costs about 25 MB, most of it Node's own.
   */
  async start(): Promise<void> {
    await this.threads.writer.start();
    await this.threads.readers[0]!.start();
  }

  /** After a failed start: ends what did start. */
  async abandon(): Promise<void> {
    await this.close();
  }

  async select(sql: string, params?: Params): Promise<Row[]> {
    const [rows] = await this.selectMany([params ? { sql, params } : { sql }]);
    return rows!;
  }

  async selectMany(queries: readonly { sql: string; params?: Params }[]): Promise<Row[][]> {
    if (queries.length === 0) return [];
    if (queries.length > storeLimits.queries) throw new Fault('limit_reached', 'queries of one selectMany()');
    const prepared = queries.map((query) => prepare(query.sql, query.params));
    const pack = new PackWriter(prepared.reduce((sum, query) => sum + measurePrepared(query), 0));
    const packed = prepared.map((query) => packPrepared(query, pack));
    const answer = await this.#ask(this.#idlestReader(), { op: 'select', queries: packed, body: pack.buffer }, pack.buffer);
    if (answer.op !== 'rows') throw new Error(`unexpected answer ${answer.op}`);
    const results = new PackReader(answer.body);
    return answer.results.map((result) => readResult(result, results));
  }

  #idlestReader(): SqliteThread {
    const { readers } = this.threads;
    let idlest = readers[0]!;
    for (const reader of readers) if (reader.opened && (!idlest.opened || reader.waiting < idlest.waiting)) idlest = reader;
    if (idlest.waiting > 0 && !this.#closed) {
      // Nobody waits for it; it takes part once it is open.
      readers
        .find((reader) => !reader.worker)
        ?.start()
        .catch(() => undefined);
    }
    return idlest;
  }

  // In two parts, so that what was packed is let go of while the writer works: thousands of rows and texts a second.
  transact(changes: readonly Change[], chain?: number): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    try {
      return this.#write(
        packChanges(changes, this.#tables, (sizeBytes) => this.#spareMemory(sizeBytes)),
        chain,
      );
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async #write(packed: Packed, chain: number | undefined): Promise<void> {
    try {
      const job: Job = { op: 'transact', ...packed, ...(chain !== undefined && { chain }) };
      const answer = await this.#ask(this.threads.writer, job, packed.body);
      if (answer.op === 'done' && answer.body) this.#keepMemory(answer.body);
      this.#noteWal(answer);
    } catch (error) {
      if (packed.newTables.length > 0) this.#tables.forget();
      throw error;
    }
  }

  /** Memory that the writer gave back: making a megabyte anew for each group costs more than filling it. */
  #spareMemory(sizeBytes: number): ArrayBuffer | undefined {
    if (sizeBytes < spareFrom || sizeBytes > spareTo / 2) return undefined;
    const at = this.#spare.findIndex(({ byteLength }) => byteLength >= sizeBytes && byteLength <= sizeBytes * spareFactor);
    // Some more than needed, so that it serves the next one too.
    return at < 0 ? new ArrayBuffer(Math.ceil((sizeBytes * 1.5) / spareFrom) * spareFrom) : this.#spare.splice(at, 1)[0];
  }

  #keepMemory(body: ArrayBuffer): void {
    if (body.byteLength < spareFrom || body.byteLength > spareTo) return;
    this.#spare.push(body);
    if (this.#spare.length > spareCount) this.#spare.shift();
  }

  async allocate(sequence: string, count: number): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1) throw new RangeError('allocate: count must be a whole number from 1');
    if (count > storeLimits.allocateCount) throw new Fault('limit_reached', 'numbers of one allocate()');
    const answer = await this.#ask(this.threads.writer, { op: 'allocate', sequence, count });
    this.#noteWal(answer);
    if (answer.op !== 'number') throw new Error(`unexpected answer ${answer.op}`);
    return answer.value;
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    const { writer, readers, keeper } = this.threads;
    const answer = await this.#ask(writer, { op: 'readMigrations' });
    if (answer.op !== 'applied') throw new Error(`unexpected answer ${answer.op}`);
    const due = dueMigrations('sqlite', migrations, answer.rows);
    const base = { version: 0, name: 'base', checksum: '', sql: baseTables };
    for (const one of [base, ...due]) {
      await this.#ask(writer, { op: 'migrate', due: one, appliedAtMs: this.#clock.nowMs() });
    }
    const started = [...readers, keeper].filter((thread) => thread.worker);
    await Promise.all(started.map((thread) => this.#ask(thread, { op: 'forget' })));
  }

  /**
   * Freed bytes are zeroed in the database at once (secure_delete); this empties the WAL, which still has them.
   * @throws {Fault} store_unavailable where something reads for longer than `scrubTries` waits
   */
  async scrub(_tables: readonly Table[]): Promise<Leftover[]> {
    this.#tellScrub(1);
    const scrubbed = this.#scrub();
    this.#scrubbing = scrubbed.catch(() => undefined);
    try {
      return await scrubbed;
    } finally {
      this.#tellScrub(-1);
    }
  }

  async #scrub(): Promise<Leftover[]> {
    while (this.#moving || this.#portion) await (this.#moving ?? this.#portion);
    await this.#moved(async () => {
      await this.#moveAhead();
      await this.#empty();
    });
    return [];
  }

  /** Most of the log, by the keeper while commits go on: what the writer moves holds up every commit until it is on the disk. */
  async #moveAhead(): Promise<void> {
    for (let pass = 0; pass < passesAhead; pass++) await this.#ask(this.threads.keeper, { op: 'checkpoint', mode: 'PASSIVE' });
  }

  async #empty(): Promise<void> {
    for (let tries = 0; tries < scrubTries; tries++) {
      const answer = await this.#ask(this.threads.writer, { op: 'checkpoint', mode: 'TRUNCATE' });
      if (answer.op === 'checkpointed' && answer.complete) return;
      // Of a lock that another checkpoint has, SQLite says so at once.
      await sleep(checkpointWaitMs / 2);
    }
    throw new Fault('store_unavailable', 'scrub: readers never left the write-ahead log');
  }

  onScrub(listener: (waiting: boolean) => void): () => void {
    this.#scrubListeners.add(listener);
    return () => this.#scrubListeners.delete(listener);
  }

  #tellScrub(more: 1 | -1): void {
    this.#scrubs += more;
    for (const listener of this.#scrubListeners) listener(this.#scrubs > 0);
  }

  async emptyLog(): Promise<Leftover[]> {
    return [];
  }

  async check(): Promise<Finding[]> {
    return findingsOf(await this.#ask(this.threads.keeper, { op: 'check' }));
  }

  checkStructure(deep: boolean): Promise<Finding[]> {
    const looked = this.#looking.then(() => this.#lookThrough(deep));
    this.#looking = looked.catch(() => undefined);
    return looked;
  }

  /** On a connection of its own, which is gone afterwards: each costs a thread. */
  async #lookThrough(deep: boolean): Promise<Finding[]> {
    const inspector = new SqliteThread('reader', this.#inspecting, () => undefined);
    try {
      const found: Finding[] = [];
      for (const table of deep ? [undefined] : await this.#tableNames())
        found.push(...(await this.#lookAt(inspector, { op: 'checkStructure', deep, ...(table !== undefined && { table }) })));
      return structureFindings(found, deep);
    } catch (error) {
      if (this.#closed || !(error instanceof Fault)) throw error;
      return [structureUnread(error.code)];
    } finally {
      await inspector.close().catch(() => undefined);
    }
  }

  /**
   * A table at a time: while one is read nothing can leave the write-ahead log, so between two of them what waits for that goes first.
   */
  async #lookAt(inspector: SqliteThread, job: Job): Promise<Finding[]> {
    while (this.#scrubs > 0) await this.#scrubbing;
    const portion = this.#ask(inspector, job);
    this.#portion = portion.catch(() => undefined);
    try {
      return findingsOf(await portion);
    } finally {
      this.#portion = undefined;
    }
  }

  async #tableNames(): Promise<string[]> {
    const rows = await this.select(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name",
    );
    return ['sqlite_schema', ...rows.map(({ name }) => String(name))];
  }

  close(): Promise<void> {
    if (!this.#ended) this.#ended = this.#end();
    return this.#ended;
  }

  /** Requests are answered in order, so each thread first finishes what it has. The writer's connection is the last, and truncates the WAL. */
  async #end(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const { writer, readers, keeper } = this.threads;
    await this.#looking;
    await Promise.allSettled([...readers, keeper].map((thread) => thread.close()));
    await Promise.allSettled([writer.close()]);
    this.#lock.release();
  }

  async #ask(thread: SqliteThread, job: Job, body?: ArrayBuffer): Promise<Answer> {
    if (this.#closed) throw new Fault('stopping');
    const sizeBytes = body?.byteLength ?? 0;
    if (this.#waitingCalls >= storeLimits.waitingCalls || this.#waitingBytes + sizeBytes > storeLimits.waitingBytes) {
      throw new Fault('too_busy', 'calls that wait for the store', { retryAfterS: 1 });
    }
    this.#waitingCalls++;
    this.#waitingBytes += sizeBytes;
    try {
      return await thread.ask(job, body ? [body] : []);
    } finally {
      this.#waitingCalls--;
      this.#waitingBytes -= sizeBytes;
    }
  }

  #noteWal(answer: Answer): void {
    const walBytes = 'walBytes' in answer ? answer.walBytes : 0;
    clearTimeout(this.#idleTimer);
    if (walBytes >= this.#walSoftBytes) void this.#keep();
    else if (walBytes > 0) this.#idleTimer = setTimeout(() => void this.#keep(), idleMs).unref();
  }

  /**
   * The keeper moves the bulk of the WAL into the database while the writer goes on; then the writer moves the little that
   * came meanwhile, after which SQLite starts the WAL from its beginning again.
   */
  async #keep(): Promise<void> {
    if (this.#moving || this.#closed) return;
    try {
      await this.#moved(async () => {
        await this.threads.keeper.ask({ op: 'checkpoint', mode: 'PASSIVE' });
        if (!this.#closed) await this.threads.writer.ask({ op: 'checkpoint', mode: 'PASSIVE' });
      });
    } catch {
      // A full disk or a thread that died: nothing is lost, the WAL keeps it, and the next change tries again.
    }
  }

  /** Alone: whoever finds `#moving` set waits or goes away. */
  async #moved(move: () => Promise<void>): Promise<void> {
    const moving = move();
    this.#moving = moving.catch(() => undefined);
    try {
      await moving;
    } finally {
      this.#moving = undefined;
    }
  }
}

function findingsOf(answer: Answer): Finding[] {
  if (answer.op !== 'findings') throw new Error(`unexpected answer ${answer.op}`);
  return answer.findings;
}
