// A node's membership in a database that several share: a row with a fencing token that ends by the database's own clock unless
// it is renewed, and the lead, which is one of the members. Whoever finds a member's time over ends its sessions and its row; a
// transaction that holds the row (writer's guard) is waited for, so none of a member that is gone can end later.

import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { Fault } from '../../errors.ts';
import type { Member } from '../cluster.ts';
import { connectionConfig, sessionSetup } from './connection.ts';
import { toStoreError } from './failures.ts';
import { cutOff } from './writer.ts';

/** Heartbeats in the time of one lease. */
const beatsPerLease = 4;
const channel = 'holdfast_cluster';

export type MembershipEvents = { elected(): void; fenced(): void; rejoined(): void; word(about?: 'changes' | 'settings'): void };

export class Membership {
  readonly #url: string;
  readonly #name: string;
  readonly leaseMs: number;
  readonly #events: MembershipEvents;
  #client: pg.Client | undefined;
  #token: number | undefined;
  #lead = false;
  #stands = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #beating: Promise<void> = Promise.resolve();
  #untold = false;
  #telling: Promise<void> | undefined;

  constructor(parts: { url: string; name: string; leaseMs: number; events: MembershipEvents }) {
    this.#url = parts.url;
    this.#name = parts.name;
    this.leaseMs = parts.leaseMs;
    this.#events = parts.events;
  }

  get token(): number | undefined {
    return this.#token;
  }

  get lead(): boolean {
    return this.#lead;
  }

  /** @throws what keeps it from becoming a member */
  async begin(): Promise<void> {
    await this.#join();
    this.#schedule();
  }

  /** From now on it may become the lead; resolves when that was tried once. */
  async stand(): Promise<void> {
    this.#stands = true;
    await this.#now();
  }

  async members(): Promise<Member[]> {
    const client = this.#client;
    if (!client) throw new Fault('node_fenced');
    const { rows } = await client.query(`SELECT m.token, m.name, m.token = l.token AS lead
      FROM cluster_members m CROSS JOIN cluster_leases l WHERE l.name = 'lead' ORDER BY m.token`);
    return (rows as { token: number; name: string; lead: number }[]).map((row) => ({
      name: row.name,
      lead: row.lead === 1,
      self: row.token === this.#token,
    }));
  }

  /**
   * What the caller does in a transaction is of this member, or is refused: the row stays until the transaction has ended. Who takes
   * itself for the lead is to be it by the database's word as well.
   */
  async guard(client: pg.ClientBase): Promise<void> {
    const token = this.#token;
    if (token === undefined) throw new Fault('node_fenced');
    const { rowCount } = await client.query({
      name: 'cluster_guard',
      text: `SELECT 1 FROM cluster_members m WHERE m.token = $1 AND ${holds}
        AND (NOT $2 OR EXISTS (SELECT 1 FROM cluster_leases l WHERE l.name = 'lead' AND l.token = $1)) FOR KEY SHARE OF m`,
      values: [token, this.#lead],
    });
    if (rowCount === 1) return;
    this.#fence();
    throw new Fault('node_fenced');
  }

  /**
   * Word for the lead that others' records have changed. Not in the transaction that changed them: the server commits transactions that notify one
   * after the other, over all nodes. One that is lost is made up for with the lead's next heartbeat.
   */
  tell(): void {
    this.#untold = true;
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
      if (this.#untold && this.#client) this.tell();
    });
  }

  async #tellAll(): Promise<void> {
    while (this.#untold && this.#client) {
      this.#untold = false;
      await this.#client.query(`NOTIFY ${channel}, 'changes'`).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    await this.#beating.catch(() => undefined);
    const client = this.#client;
    const token = this.#token;
    this.#token = undefined;
    this.#lead = false;
    this.#client = undefined;
    if (!client) return;
    if (token !== undefined)
      await client.query({ text: 'DELETE FROM cluster_members WHERE token = $1', values: [token] }).catch(() => undefined);
    await client.end().catch(() => undefined);
  }

  #newSession(): pg.Client {
    const client = new pg.Client({
      ...connectionConfig(this.#url),
      query_timeout: this.leaseMs,
      connectionTimeoutMillis: this.leaseMs,
    });
    (client as EventEmitter).on('error', () => undefined);
    client.on('notification', ({ payload }) => this.#events.word(payload === 'settings' ? 'settings' : 'changes'));
    return client;
  }

  async #join(): Promise<void> {
    const client = this.#newSession();
    let lease: Countdown | undefined;
    try {
      await listening(client);
      // Counted from before the question, so that this side never takes itself for a member longer than the database does.
      lease = this.#countdown();
      const { rows } = await client.query({
        text: `INSERT INTO cluster_members (token, name, expires_at, timeline)
          VALUES (nextval('cluster_tokens'), $1, clock_timestamp() + $2 * interval '1 millisecond', ${timeline}) RETURNING token`,
        values: [this.#name, this.leaseMs],
      });
      // What was answered later than the lease is long is no lease.
      if (!lease.granted()) throw new Fault('node_fenced');
      this.#token = (rows[0] as { token: number }).token;
      this.#client = client;
    } catch (error) {
      lease?.dropped();
      cutOff(client);
      throw toStoreError(error);
    }
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#now().finally(() => this.#schedule());
    }, this.leaseMs / beatsPerLease);
  }

  #now(): Promise<void> {
    const beat = this.#beating.then(() => this.#beat());
    this.#beating = beat.catch(() => undefined);
    return beat.catch(() => undefined);
  }

  async #beat(): Promise<void> {
    if (this.#closed) return;
    if (this.#token === undefined) {
      await this.#join();
      this.#events.rejoined();
      return;
    }
    const token = this.#token;
    const client = this.#client!;
    const lease = this.#countdown();
    try {
      const { rowCount } = await client.query({
        text: `UPDATE cluster_members m SET expires_at = clock_timestamp() + $2 * interval '1 millisecond'
          WHERE m.token = $1 AND ${holds}`,
        values: [token, this.leaseMs],
      });
      if (rowCount !== 1) {
        lease.dropped();
        return this.#fence();
      }
      lease.granted();
      await bury(client);
      const elected = this.#stands && !this.#lead && (await takeLead(client, token));
      // Fenced meanwhile, by a guard or by its own time.
      if (this.#client !== client) return;
      if (elected) {
        this.#lead = true;
        this.#events.elected();
      }
      this.#events.word();
    } catch (error) {
      // The lease of the last heartbeat may well hold still: the session is made anew, under the same token.
      lease.dropped();
      if (this.#client === client) await this.#reconnect(client);
      throw error;
    }
  }

  async #reconnect(old: pg.Client): Promise<void> {
    cutOff(old);
    const client = this.#newSession();
    try {
      await listening(client);
    } catch {
      cutOff(client);
      return;
    }
    if (this.#client === old) this.#client = client;
    else cutOff(client);
  }

  /** A lease is asked for: when it is granted it ends as long after now as leases are, and the one before no longer counts. */
  #countdown(): Countdown {
    let over = false;
    const asked = setTimeout(() => {
      over = true;
      this.#fence();
    }, this.leaseMs);
    return {
      granted: () => {
        if (over) return false;
        clearTimeout(this.#deadline);
        this.#deadline = asked;
        return true;
      },
      dropped: () => {
        if (this.#deadline !== asked) clearTimeout(asked);
      },
    };
  }

  #fence(): void {
    if (this.#token === undefined || this.#closed) return;
    clearTimeout(this.#deadline);
    this.#token = undefined;
    this.#lead = false;
    const client = this.#client;
    this.#client = undefined;
    if (client) cutOff(client);
    this.#events.fenced();
  }
}

/** `granted`: false when it came too late. */
type Countdown = { granted(): boolean; dropped(): void };

/** The history that the server writes: another one than before where a replica was made the primary, which may lack what was last written. */
const timeline = 'left(pg_walfile_name(pg_current_wal_lsn()), 8)';
const holds = `m.expires_at > clock_timestamp() AND m.timeline = ${timeline}`;

/**
 * Locked before it is looked at by a statement of its own: of two who ask at once, one statement of the second might look at members
 * as they were before the first had joined, and take the lead from it.
 */
async function takeLead(client: pg.Client, token: number): Promise<boolean> {
  const free = 'NOT EXISTS (SELECT 1 FROM cluster_members m WHERE m.token = l.token)';
  const { rowCount: vacant } = await client.query(`SELECT 1 FROM cluster_leases l WHERE l.name = 'lead' AND ${free}`);
  if (vacant !== 1) return false;
  // Where one of these fails the session is ended.
  await client.query('BEGIN');
  await client.query("SELECT 1 FROM cluster_leases WHERE name = 'lead' FOR UPDATE");
  const { rowCount } = await client.query({
    text: `UPDATE cluster_leases l SET token = $1 WHERE l.name = 'lead' AND ${free}`,
    values: [token],
  });
  await client.query('COMMIT');
  return rowCount === 1;
}

/** The name that a member's sessions have, by which they are found and ended. */
export const sessionName = (token: number): string => `holdfast member ${token}`;

/**
 * Ends the members whose time is over: their sessions first, since one may hold locks that nobody else gets. One whose transaction
 * goes on for all that is left for the next heartbeat: who waited for it would lose its own lease.
 */
async function bury(client: pg.Client): Promise<void> {
  const { rows } = await client.query('SELECT token FROM cluster_members WHERE expires_at < clock_timestamp()');
  for (const { token } of rows as { token: number }[]) {
    await client.query({
      text: 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
      values: [sessionName(token)],
    });
    await client.query({
      text: `DELETE FROM cluster_members WHERE token IN
        (SELECT token FROM cluster_members WHERE token = $1 AND expires_at < clock_timestamp() FOR UPDATE SKIP LOCKED)`,
      values: [token],
    });
  }
}

async function listening(client: pg.Client): Promise<void> {
  await client.connect();
  await client.query(sessionSetup);
  await client.query(`LISTEN ${channel}`);
}
