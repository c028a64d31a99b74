// Several nodes over one PostgreSQL: turns at the record under advisory locks, exclusive work, and word of what others changed.
// Locks are taken in one order everywhere: the record as a whole, then records by their keys in ascending order, then identities.

import type pg from 'pg';
import { Fault } from '../../errors.ts';
import type { Cluster, ClusterEvents, Turn } from '../cluster.ts';
import { sealNow } from '../sealing.ts';
import type { Change } from '../store.ts';
import { makeClusterTables } from './cluster-schema.ts';
import { migrationLock, shareOwnership } from './connection.ts';
import { worthRetrying } from './failures.ts';
import { Membership, sessionName } from './membership.ts';
import { changeStatements } from './statements.ts';
import { PostgresWriter } from './writer.ts';

export type ClusterOptions = {
  /** How the others know this node: for people. */
  name: string;
  leaseMs?: number;
};

const leaseMsDefault = 10_000;
/** "HOLD" and a word in ASCII: locks of two numbers, which no lock of one number meets. */
const hold = 0x484f4c44;
const recordLock = [hold, 0x54555253] as const;
const identitiesLock = [hold, 0x57484f53] as const;
/** Records locked one by one. Beyond, the turn is exclusive: the server's table of locks has an end. */
const locksOfTurn = 2_000;
/** A turn waits this many leases for another's locks, whose node may be dead: one lease until that is known, and time to clean up. */
const leasesToWait = 3;
/** Turns of other nodes that the lead hears of at once, and records of which it is told at once: their states are opened for it. */
const changesTogether = 100;
const recordsTogether = 500;

export class PostgresCluster implements Cluster {
  readonly leaseMs: number;
  readonly writer: PostgresWriter;
  readonly #url: string;
  readonly #name: string;
  #membership: Membership;
  #events: ClusterEvents | undefined;
  readonly #cut: () => void;
  /** By whose token the session that writes is named: it may be older than the membership, and must be found when that is over. */
  readonly #named = new WeakMap<pg.ClientBase, number>();
  #taking: Promise<void> = Promise.resolve();

  /** @param cut ends every other session of this node: it is fenced */
  constructor(url: string, options: ClusterOptions, cut: () => void) {
    this.leaseMs = options.leaseMs ?? leaseMsDefault;
    this.#cut = cut;
    this.writer = new PostgresWriter(url, {
      take: (client) => this.#take(client),
      ready: (client) => this.#nameSession(client),
      guard: (client) => this.#membership.guard(client),
    });
    this.#url = url;
    this.#name = options.name;
    this.#membership = this.#newMembership();
  }

  /** One for each time that the node takes part: it ends with it. */
  #newMembership(): Membership {
    return new Membership({
      url: this.#url,
      name: this.#name,
      leaseMs: this.leaseMs,
      events: {
        elected: () => this.#events?.elected(),
        fenced: () => this.#fenced(),
        rejoined: () => this.#events?.rejoined(),
        word: (about) => this.#events?.word(about),
      },
    });
  }

  get token(): number | undefined {
    return this.#membership.token;
  }

  get lead(): boolean {
    return this.#membership.lead;
  }

  /** Before any transaction: one node at a time, as all of them start together. */
  async migrate(work: () => Promise<void>): Promise<void> {
    await this.writer.alone((client) => client.query('SELECT pg_advisory_lock($1, $2)', [...migrationLock]));
    try {
      await work();
      await this.writer.alone(makeClusterTables);
    } finally {
      await this.writer.alone((client) => client.query('SELECT pg_advisory_unlock($1, $2)', [...migrationLock]));
    }
  }

  async begin(declared: Uint8Array, events: ClusterEvents): Promise<void> {
    this.#membership = this.#newMembership();
    await this.#membership.begin();
    await this.writer.alone((client) => this.#nameSession(client));
    await this.writer.transact(async (client) => {
      // The first node says what all must share; it may be said anew while nobody else is there.
      // Locked first, so that of two who begin at once the second sees what the first has said.
      await client.query('SELECT 1 FROM cluster_settings WHERE mark = 0 FOR UPDATE');
      const { rowCount } = await client.query({
        text: `UPDATE cluster_settings SET declared = $1 WHERE mark = 0 AND (declared IS NULL OR declared = $1 OR
          NOT EXISTS (SELECT 1 FROM cluster_members WHERE token <> $2 AND expires_at > clock_timestamp()))`,
        values: [Buffer.from(declared), this.token],
      });
      if (rowCount !== 1) throw new Fault('cluster_settings_differ');
    }, 0);
    this.#events = events;
    await this.#membership.stand();
  }

  leave(): Promise<void> {
    this.#events = undefined;
    return this.#membership.close();
  }

  async turn<T>(locks: readonly Uint8Array[], work: (turn: Turn) => Promise<T>): Promise<T> {
    if (this.token === undefined) throw new Fault('node_fenced');
    try {
      return await this.writer.alone((client) => this.#turn(client, locks, work));
    } catch (error) {
      if (error instanceof Fault && error.cause instanceof Error && error.cause.message === lockTimeout)
        throw new Fault('too_busy', 'locks of another node', { retryAfterS: 1 });
      throw error;
    }
  }

  async #turn<T>(client: pg.Client, locks: readonly Uint8Array[], work: (turn: Turn) => Promise<T>): Promise<T> {
    await this.#nameSession(client);
    await client.query('BEGIN');
    try {
      await this.#membership.guard(client);
      await this.#lock(client, locks);
      const { rows } = await client.query('SELECT version, prepared FROM cluster_settings WHERE mark = 0');
      const { version, prepared } = rows[0] as { version: number; prepared: number };
      const value = await work({
        settings: version,
        prepared: prepared === 1,
        identities: async () => void (await client.query('SELECT pg_advisory_xact_lock($1, $2)', [...identitiesLock])),
        write: (changes, records) => this.#write(client, changes, records),
      });
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Fault('store_unavailable', 'PostgreSQL rolled the transaction back');
      if (!this.lead) this.#membership.tell();
      return value;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (worthRetrying(error)) throw new Fault('conflict', 'a transaction of another node');
      throw error;
    }
  }

  async #lock(client: pg.Client, locks: readonly Uint8Array[]): Promise<void> {
    const keys = [...new Set(locks.map((lock) => Buffer.from(lock).readBigInt64BE(0)))].sort((a, b) => (a < b ? -1 : 1));
    const shared = keys.length <= locksOfTurn ? '_shared' : '';
    await client.query(`SELECT pg_advisory_xact_lock${shared}($1, $2)`, [...recordLock]);
    if (keys.length === 0 || keys.length > locksOfTurn) return;
    const text = 'SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k';
    await client.query({ name: 'cluster_lock', text, values: [`{${keys.join(',')}}`] });
  }

  async #write(client: pg.Client, changes: readonly Change[], records: readonly number[]): Promise<void> {
    for (const statement of changeStatements(changes.map(sealNow)).statements) await client.query(statement);
    // The lead knows of its own turns.
    if (this.lead || records.length === 0) return;
    await client.query({
      name: 'cluster_tell',
      text: 'INSERT INTO cluster_changes (record_ids) VALUES ($1::bigint[])',
      values: [`{${records.join(',')}}`],
    });
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.token === undefined) throw new Fault('node_fenced');
    await this.writer.alone(async (client) => {
      await this.#nameSession(client);
      await this.#membership.guard(client);
      await client.query('SELECT pg_advisory_lock($1, $2)', [...recordLock]);
      this.writer.pinned = true;
    });
    try {
      return await work();
    } finally {
      await this.writer
        .alone((client) => client.query('SELECT pg_advisory_unlock($1, $2)', [...recordLock]))
        // A session that has ended holds nothing.
        .catch(() => undefined);
      this.writer.pinned = false;
    }
  }

  /** A queue: rows are there exactly when the turn that wrote them is, whatever order turns end in. */
  takeChanged(take: (records: readonly number[]) => Promise<void>): Promise<void> {
    const taken = this.#taking.then(async () => {
      while ((await this.#takeSome(take)) === changesTogether);
    });
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  /** @returns how many turns they came from */
  async #takeSome(take: (records: readonly number[]) => Promise<void>): Promise<number> {
    const text = `SELECT change_id, record_ids::text AS ids FROM cluster_changes ORDER BY change_id LIMIT ${changesTogether}`;
    const rows = (await this.writer.alone(async (client) => (await client.query(text)).rows)) as {
      change_id: number;
      ids: string;
    }[];
    if (rows.length === 0) return 0;
    const records = [...new Set(rows.flatMap(({ ids }) => ids.slice(1, -1).split(',').map(Number)))];
    for (let at = 0; at < records.length; at += recordsTogether) await take(records.slice(at, at + recordsTogether));
    const values = [`{${rows.map((row) => row.change_id).join(',')}}`];
    await this.writer.transact(
      (client) => client.query({ text: 'DELETE FROM cluster_changes WHERE change_id = ANY ($1::bigint[])', values }),
      0,
    );
    return rows.length;
  }

  async markPrepared(): Promise<void> {
    await this.writer.transact((client) => client.query('UPDATE cluster_settings SET prepared = true WHERE NOT prepared'), 0);
  }

  async settings(): Promise<number> {
    const { rows } = await this.writer.alone((client) => client.query('SELECT version FROM cluster_settings WHERE mark = 0'));
    return (rows[0] as { version: number }).version;
  }

  members() {
    return this.#membership.members();
  }

  close(): Promise<void> {
    return this.#membership.close();
  }

  async #take(client: pg.Client): Promise<void> {
    await shareOwnership(client);
    const waitMs = this.leaseMs * leasesToWait;
    await client.query(`SET idle_in_transaction_session_timeout = ${this.leaseMs}; SET lock_timeout = ${waitMs}`);
    await this.#nameSession(client);
  }

  async #nameSession(client: pg.ClientBase): Promise<void> {
    const { token } = this;
    if (token === undefined || this.#named.get(client) === token) return;
    await client.query({ text: "SELECT set_config('application_name', $1, false)", values: [sessionName(token)] });
    this.#named.set(client, token);
  }

  #fenced(): void {
    this.writer.cut();
    this.#cut();
    this.#events?.fenced();
  }
}

/** `lock_not_available`, as failures.ts passes it on. */
const lockTimeout = '55P03';
