// The store for those who outgrow one machine: PostgreSQL behind the store port. One session writes and owns the database;
// a pool of others reads. The same SQL as for SQLite, with its parameters rewritten.

import pg from 'pg';
import { Fault } from '../../errors.ts';
import { type Clock, systemPorts } from '../../ports.ts';
import { Chains } from '../chains.ts';
import { storeLimits } from '../limits.ts';
import { type Applied, type Due, dueMigrations, migrationsTable, sequencesTable } from '../migrations.ts';
import { sealNow } from '../sealing.ts';
import type { Change, Finding, Leftover, Migration, Params, Row, Store, Table } from '../store.ts';
import { checkServer, checkTables } from './check.ts';
import { type ClusterOptions, PostgresCluster } from './cluster.ts';
import { unprepare } from './cluster-schema.ts';
import { connectionConfig, sessionSetup } from './connection.ts';
import { toStoreError } from './failures.ts';
import { changeStatements, prepare } from './statements.ts';
import { emptyWal, rewriteTables } from './wal.ts';
import { cutOff, PostgresWriter } from './writer.ts';

export type PostgresOptions = {
  /** postgres://user:password@host/database; `?host=/folder` for a unix socket. */
  url: string;
  clock?: Clock;
  /** Sessions that read. Default 4. */
  readers?: number;
  /** Shares the database with other nodes; has it alone when absent. */
  cluster?: ClusterOptions;
};

/** A reading of the node's own is over in a moment; a transaction of somebody else may go on for hours. */
const rewriteAgainMs = [20, 100, 500, 1_000];

const baseTables = `
  CREATE TABLE IF NOT EXISTS ${migrationsTable} (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at_ms BIGINT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS ${sequencesTable} (name TEXT PRIMARY KEY, next BIGINT NOT NULL)`;

/**
 * Connects to a database and takes it for this node.
 * @throws {Fault} `store_in_use`, `store_unavailable`
 */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const store = new PostgresStore(options);
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class PostgresStore implements Store {
  readonly engine = 'postgres';
  readonly #clock: Clock;
  readonly cluster?: PostgresCluster;
  readonly #readers: pg.Pool;
  /** Takes numbers beside the session that writes, which a turn may hold: of several nodes only. */
  readonly #numbers: pg.Pool | undefined;
  readonly #open = new Set<pg.PoolClient>();
  readonly #writer: PostgresWriter;
  readonly #chains = new Chains();
  #links = 0;
  #looking: Promise<unknown> = Promise.resolve();
  #waitingReads = 0;
  #closed: Promise<void> | undefined;

  constructor(options: PostgresOptions) {
    this.#clock = options.clock ?? systemPorts.clock;
    this.#readers = new pg.Pool({
      ...connectionConfig(options.url),
      max: options.readers ?? 4,
      onConnect: async (client) => {
        await client.query(`${sessionSetup}; SET default_transaction_read_only = on`);
      },
    });
    // A session that ends while it works says so twice: by its query, and by this event, which nobody else hears.
    this.#readers.on('connect', (client) => client.on('error', () => undefined));
    // An idle session that ends is replaced by the next read.
    this.#readers.on('error', () => undefined);
    if (options.cluster) {
      this.#numbers = new pg.Pool({
        ...connectionConfig(options.url),
        max: 1,
        onConnect: async (client) => {
          await client.query(sessionSetup);
        },
      });
      this.#numbers.on('error', () => undefined);
      for (const pool of [this.#readers, this.#numbers]) this.#follow(pool);
      this.cluster = new PostgresCluster(options.url, options.cluster, () => {
        for (const client of this.#open) cutOff(client);
      });
    }
    this.#writer = this.cluster?.writer ?? new PostgresWriter(options.url);
  }

  #follow(pool: pg.Pool): void {
    pool.on('connect', (client) => {
      client.on('error', () => undefined);
      this.#open.add(client);
    });
    pool.on('remove', (client) => this.#open.delete(client as pg.PoolClient));
  }

  async start(): Promise<void> {
    await this.#writer.open();
    if (!this.cluster) await this.#writer.alone(unprepare);
  }

  connections(): { idle: number; busy: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#readers;
    return { idle: idleCount, busy: totalCount - idleCount, waiting: waitingCount };
  }

  async select(sql: string, params?: Params): Promise<Row[]> {
    const statement = prepare(sql, params);
    return this.#reading(async (client) => (await client.query(statement)).rows as Row[]);
  }

  async selectMany(queries: readonly { sql: string; params?: Params }[]): Promise<Row[][]> {
    if (queries.length === 0) return [];
    if (queries.length > storeLimits.queries) throw new Fault('limit_reached', 'queries of one selectMany()');
    const statements = queries.map((query) => prepare(query.sql, query.params));
    return this.#reading(async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      try {
        const results: Row[][] = [];
        for (const statement of statements) results.push((await client.query(statement)).rows as Row[]);
        return results;
      } finally {
        await client.query('COMMIT');
      }
    });
  }

  async transact(changes: readonly Change[], chain?: number): Promise<void> {
    if (changes.length === 0) return;
    const { statements, sizeBytes } = changeStatements(changes.map(sealNow));
    this.#refuseIfClosed();
    const link = this.#links++;
    const apply = async (client: pg.Client): Promise<void> => {
      this.#chains.check(chain, link);
      try {
        for (const statement of statements) await client.query(statement);
      } catch (error) {
        this.#chains.failed(chain, link);
        throw error;
      }
      this.#chains.applied(chain, link);
    };
    try {
      await this.#writer.transact(apply, sizeBytes);
    } catch (error) {
      this.#chains.failed(chain, link);
      throw error;
    }
  }

  async allocate(sequence: string, count: number): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1) throw new RangeError('allocate: count must be a whole number from 1');
    if (count > storeLimits.allocateCount) throw new Fault('limit_reached', 'numbers of one allocate()');
    this.#refuseIfClosed();
    const text = `INSERT INTO ${sequencesTable} (name, next) VALUES ($1, 1 + $2::bigint)
      ON CONFLICT (name) DO UPDATE SET next = ${sequencesTable}.next + excluded.next - 1 RETURNING next`;
    if (this.#numbers) {
      try {
        const { rows } = await this.#numbers.query({ text, values: [sequence, count] });
        return (rows[0] as { next: number }).next - count;
      } catch (error) {
        throw toStoreError(error);
      }
    }
    return this.#writer.transact(async (client) => {
      const { rows } = await client.query({ text, values: [sequence, count] });
      return (rows[0] as { next: number }).next - count;
    }, 0);
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    this.#refuseIfClosed();
    if (this.cluster) await this.cluster.migrate(() => this.#migrate(migrations));
    else await this.#migrate(migrations);
  }

  async #migrate(migrations: readonly Migration[]): Promise<void> {
    await this.#writer.alone(async (client) => {
      const known = await client.query({ text: 'SELECT to_regclass($1) IS NOT NULL AS found', values: [migrationsTable] });
      const exists = (known.rows[0] as { found: number }).found === 1;
      const applied = exists
        ? (await client.query(`SELECT version, name, checksum FROM ${migrationsTable} ORDER BY version`)).rows
        : [];
      const due = dueMigrations('postgres', migrations, applied as Applied[]);
      // A new database is made whole or not at all: who shares it sees none that is half made, and takes it for an old one.
      const steps = applied.length === 0 ? [due] : due.map((migration) => [migration]);
      for (const step of steps) {
        await client.query('BEGIN');
        try {
          await client.query(baseTables);
          for (const migration of step) await this.#apply(client, migration);
          await client.query('COMMIT');
        } catch (error) {
          await client.query('ROLLBACK');
          throw error;
        }
      }
    });
  }

  async #apply(client: pg.Client, { sql, version, name, checksum }: Due): Promise<void> {
    await client.query(sql);
    const text = `INSERT INTO ${migrationsTable} (version, name, checksum, applied_at_ms) VALUES ($1, $2, $3, $4)`;
    await client.query({ text, values: [version, name, checksum, this.#clock.nowMs()] });
  }

  /** Again, for a while, where an open transaction makes the server keep deleted rows. */
  async scrub(tables: readonly Table[]): Promise<Leftover[]> {
    let left = tables;
    for (const waitMs of [...rewriteAgainMs, 0]) {
      this.#refuseIfClosed();
      const due = left;
      left = await this.#writer.alone((client) => rewriteTables(client, due));
      if (left.length === 0) return [];
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    return ['open_transactions'];
  }

  /** Beside the session that writes, which a checkpoint would hold up for as long as it takes. */
  emptyLog(): Promise<Leftover[]> {
    return this.#reading(emptyWal);
  }

  check(): Promise<Finding[]> {
    return this.#reading(checkServer);
  }

  checkStructure(deep: boolean): Promise<Finding[]> {
    const looked = this.#looking.then(() => this.#reading((client) => checkTables(client, deep)));
    this.#looking = looked.catch(() => undefined);
    return looked;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    await this.cluster?.close();
    await Promise.allSettled([this.#readers.end(), this.#numbers?.end(), this.#writer.close()]);
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new Fault('stopping');
  }

  async #reading<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    this.#refuseIfClosed();
    if (this.#waitingReads >= storeLimits.waitingCalls)
      throw new Fault('too_busy', 'reads that wait for the store', { retryAfterS: 1 });
    this.#waitingReads++;
    let client: pg.PoolClient | undefined;
    let failed: Error | undefined;
    try {
      client = await this.#readers.connect();
      return await work(client);
    } catch (error) {
      failed = error as Error;
      throw toStoreError(error);
    } finally {
      this.#waitingReads--;
      // A session with an error is not used again: it may be half way through something.
      client?.release(failed);
    }
  }
}
