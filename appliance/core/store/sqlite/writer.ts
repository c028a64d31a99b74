// The only connection that writes. It applies packed change sets; sets that wait together share one transaction and one
// fsync, each inside a savepoint of its own, so that one that fails takes nothing with it.

import type Database from 'better-sqlite3';
import { Chains } from '../chains.ts';
import { storeLimits } from '../limits.ts';
import { Lru } from '../lru.ts';
import { type Applied, type Due, migrationsTable, sequencesTable } from '../migrations.ts';
import type { Table } from '../store.ts';
import type { Connection } from './connection.ts';
import { toFailure } from './failures.ts';
import type { Answer, Job, PackedChange, Request, Settings } from './messages.ts';
import { PackReader } from './pack.ts';
import { type Bindable, readParams } from './params.ts';
import { sealColumn } from './seal.ts';
import { changeColumns, changeSql } from './statements.ts';

type Transact = Extract<Job, { op: 'transact' }>;
type Statement = Database.Statement<unknown[], unknown>;

/** The engine has ended the whole transaction by itself (full disk, damaged page, out of memory). */
class GroupEnded extends Error {}

function chainOf(request: Request): number | undefined {
  return request.op === 'transact' ? request.chain : undefined;
}

export class Writer {
  readonly #db: Connection;
  readonly #settings: Settings;
  readonly #tables = new Map<number, Table>();
  readonly #chains = new Chains();
  readonly #statements = new Lru<string, Statement>(storeLimits.cachedStatements);

  constructor(db: Connection, settings: Settings) {
    this.#db = db;
    this.#settings = settings;
  }

  forget(): void {
    this.#statements.clear();
  }

  #prepare(text: string): Statement {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#db.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  /** What is in the WAL but not yet in the database. */
  walBytes(): number {
    // Prepared: it is asked after each commit, and reading it anew takes longer than answering.
    const row = this.#prepare('PRAGMA wal_checkpoint(NOOP)').get() as { log: number; checkpointed: number };
    return Math.max(0, row.log - row.checkpointed) * this.#settings.pageSizeBytes;
  }

  /** One answer for each request, in order: all that succeeded are durable. */
  commitGroup(group: readonly Request[]): Answer[] {
    for (const request of group) {
      if (request.op !== 'transact') continue;
      for (const [n, table] of request.newTables) this.#tables.set(n, table);
      // Once only: a request may be applied again alone.
      for (const seal of request.seals.splice(0)) sealColumn(request.body, seal);
    }
    let answers: Answer[];
    try {
      answers = this.#commit(group);
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      // Nothing of the group is applied. Alone, each finds its own outcome: a small one may still fit where a large one did not.
      if (group.length > 1) return group.flatMap((request) => this.commitGroup([request]));
      this.#chains.failed(chainOf(group[0]!), group[0]!.id);
      const failure = toFailure(error instanceof GroupEnded ? error.cause : error);
      return [{ op: 'failed', failure }];
    }
    group.forEach((request, at) => {
      if (answers[at]!.op !== 'failed') this.#chains.applied(chainOf(request), request.id);
    });
    return answers;
  }

  #commit(group: readonly Request[]): Answer[] {
    this.#prepare('BEGIN IMMEDIATE').run();
    const answers = group.map((request) => (group.length === 1 ? this.#apply(request) : this.#applyApart(request)));
    this.#prepare('COMMIT').run();
    const walBytes = this.walBytes();
    for (const answer of answers) if ('walBytes' in answer) answer.walBytes = walBytes;
    if (walBytes >= this.#settings.walHardBytes) this.#moveWal();
    return answers;
  }

  #applyApart(request: Request): Answer {
    this.#prepare('SAVEPOINT apart').run();
    try {
      const answer = this.#apply(request);
      this.#prepare('RELEASE apart').run();
      return answer;
    } catch (error) {
      if (!this.#db.inTransaction) throw new GroupEnded('the engine rolled back', { cause: error });
      this.#prepare('ROLLBACK TO apart').run();
      this.#prepare('RELEASE apart').run();
      this.#chains.failed(chainOf(request), request.id);
      return { op: 'failed', failure: toFailure(error) };
    }
  }

  #apply(request: Request): Answer {
    if (request.op === 'allocate') return { op: 'number', value: this.#allocate(request.sequence, request.count), walBytes: 0 };
    const { changes, body, chain } = request as Request & Transact;
    this.#chains.check(chain, request.id);
    const reader = new PackReader(body);
    for (const change of changes) {
      if (change.op === 'run') this.#run(change.text, readParams(change.shape, reader));
      else this.#applyRows(change, reader);
    }
    return { op: 'done', walBytes: 0, body };
  }

  #run(text: string, params: Bindable): void {
    const statement = this.#prepare(text);
    if (statement.reader) statement.all(params);
    else statement.run(params);
  }

  #applyRows(change: Exclude<PackedChange, { op: 'run' }>, reader: PackReader): void {
    const table = this.#tables.get(change.table)!;
    const statement = this.#prepare(changeSql(table, change.op));
    const columns = changeColumns(table, change.op).map((column) => reader.column(table.columns[column]!, change.rows));
    const values: unknown[] = new Array(columns.length);
    for (let row = 0; row < change.rows; row++) {
      for (let c = 0; c < columns.length; c++) values[c] = columns[c]!(row);
      // Spread, not as an array: better-sqlite3 reads arguments much faster than elements.
      statement.run(...values);
    }
  }

  #allocate(sequence: string, count: number): number {
    const sql = `INSERT INTO ${sequencesTable} (name, next) VALUES (?, 1 + ?)
      ON CONFLICT (name) DO UPDATE SET next = next + excluded.next - 1 RETURNING next`;
    const { next } = this.#prepare(sql).get(sequence, BigInt(count)) as { next: number };
    return next - count;
  }

  /**
   * When the keeper does not keep up, the writer pays for moving the WAL. It never waits for a reader: during one very long read (a
   * deep check) the WAL grows on, and is cut back afterwards; check() warns of it.
   */
  #moveWal(): void {
    try {
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // A full disk: the commit stands, the WAL keeps it, and the next commit tries again.
    }
  }

  readMigrations(): Applied[] {
    const exists = this.#db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(migrationsTable);
    if (!exists) return [];
    return this.#db.prepare(`SELECT version, name, checksum FROM ${migrationsTable} ORDER BY version`).all() as Applied[];
  }

  migrate(due: Due, appliedAtMs: number): void {
    this.forget();
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      this.#db.exec(due.sql);
      if (!this.#db.inTransaction) throw new Error(`migration ${due.version} ended its own transaction`);
      if (due.version > 0) {
        const sql = `INSERT INTO ${migrationsTable} (version, name, checksum, applied_at_ms) VALUES (?, ?, ?, ?)`;
        this.#db.prepare(sql).run(due.version, due.name, due.checksum, appliedAtMs);
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
