// The one session that writes. It owns the database (an advisory lock), applies change sets in the order in which they
// were given, and commits those that wait together at once, each in a savepoint of its own.

import pg from 'pg';
import { Fault } from '../../errors.ts';
import { storeLimits } from '../limits.ts';
import { checkSession, connectionConfig, sessionSetup, takeOwnership } from './connection.ts';
import { connectionLost, toStoreError, worthRetrying } from './failures.ts';

type Work = (client: pg.Client) => Promise<unknown>;
type Waiting = {
  work: Work;
  alone: boolean;
  sizeBytes: number;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
};

/** How the session comes to the database: alone, or as one of several nodes, each of whose transactions is guarded. */
export type WriterTerms = {
  take(client: pg.Client): Promise<void>;
  /** Before a transaction, outside of it. */
  ready?(client: pg.Client): Promise<void>;
  /** As the first thing in it. */
  guard?(client: pg.Client): Promise<void>;
};
const owner: WriterTerms = { take: takeOwnership };

/** Tries of a transaction that meets a deadlock or a serialization failure. */
const maxTries = 5;

export class PostgresWriter {
  readonly #url: string;
  readonly #terms: WriterTerms;
  readonly #queue: Waiting[] = [];
  #waitingBytes = 0;
  #client: pg.Client | undefined;
  #pumping: Promise<void> | undefined;

  /** What the session holds must outlive no other one: while true, a lost session is not replaced. */
  pinned = false;

  constructor(url: string, terms: WriterTerms = owner) {
    this.#url = url;
    this.#terms = terms;
  }

  /** @throws {Fault} `store_in_use`, `store_unavailable` */
  async open(): Promise<void> {
    await this.#connected();
  }

  /** In a transaction, shared with others that wait. */
  transact<T>(work: (client: pg.Client) => Promise<T>, sizeBytes: number): Promise<T> {
    return this.#enqueue(work, false, sizeBytes);
  }

  /** Outside of any transaction: for migrations and VACUUM. */
  alone<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.#enqueue(work, true, 0);
  }

  /** Ends the session at once, in the middle of what it does: what was under way fails. */
  cut(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client) cutOff(client);
  }

  async close(): Promise<void> {
    await this.#pumping;
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #enqueue<T>(work: (client: pg.Client) => Promise<T>, alone: boolean, sizeBytes: number): Promise<T> {
    if (this.#queue.length >= storeLimits.waitingCalls || this.#waitingBytes + sizeBytes > storeLimits.waitingBytes) {
      throw new Fault('too_busy', 'calls that wait for the store', { retryAfterS: 1 });
    }
    this.#waitingBytes += sizeBytes;
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, alone, sizeBytes, resolve: resolve as (value: unknown) => void, reject });
      this.#pumping ??= this.#pump();
    });
  }

  async #pump(): Promise<void> {
    // Work that is given in the same turn of the event loop shares a transaction.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      try {
        const client = await this.#connected();
        if (group[0]!.alone) group[0]!.resolve(await group[0]!.work(client));
        else await this.#commit(client, group);
      } catch (error) {
        if (connectionLost(error)) this.#drop();
        for (const waiting of group) waiting.reject(toStoreError(error));
      }
      for (const { sizeBytes } of group) this.#waitingBytes -= sizeBytes;
    }
    // In the same turn in which the queue was seen empty, or work given just now would wait for ever.
    this.#pumping = undefined;
  }

  #takeGroup(): Waiting[] {
    const group = [this.#queue.shift()!];
    let sizeBytes = group[0]!.sizeBytes;
    while (!group[0]!.alone && group.length < storeLimits.groupTransactions && sizeBytes < storeLimits.groupBytes) {
      const next = this.#queue[0];
      if (!next || next.alone) break;
      group.push(this.#queue.shift()!);
      sizeBytes += next.sizeBytes;
    }
    return group;
  }

  /** Settles every member; throws only when the connection failed, with members unsettled. */
  async #commit(client: pg.Client, group: readonly Waiting[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const outcomes = await this.#once(client, group);
        for (const settle of outcomes) settle();
        return;
      } catch (error) {
        if (connectionLost(error)) throw error;
        // What went wrong first is what the caller hears: a member that is found fenced has its session cut as well.
        await client.query('ROLLBACK').catch(() => {
          throw error;
        });
        if (group.length > 1) {
          for (const waiting of group) await this.#commit(client, [waiting]);
          return;
        }
        if (worthRetrying(error) && tries < maxTries) continue;
        group[0]!.reject(toStoreError(error));
        return;
      }
    }
  }

  async #once(client: pg.Client, group: readonly Waiting[]): Promise<(() => void)[]> {
    await this.#terms.ready?.(client);
    await client.query('BEGIN');
    await this.#terms.guard?.(client);
    const outcomes: (() => void)[] = [];
    for (const { work, resolve, reject } of group) {
      if (group.length > 1) await client.query('SAVEPOINT apart');
      try {
        const value = await work(client);
        outcomes.push(() => resolve(value));
        if (group.length > 1) await client.query('RELEASE SAVEPOINT apart');
      } catch (error) {
        if (group.length === 1 || connectionLost(error) || worthRetrying(error)) throw error;
        await client.query('ROLLBACK TO SAVEPOINT apart; RELEASE SAVEPOINT apart');
        outcomes.push(() => reject(toStoreError(error)));
      }
    }
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Fault('store_unavailable', 'PostgreSQL rolled the transaction back');
    return outcomes;
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    if (this.pinned) throw new Fault('store_unavailable', 'the session that held the record has ended');
    const client = new pg.Client(connectionConfig(this.#url));
    // Also when nothing is being asked: the next call then connects, and takes ownership, anew.
    client.on('error', () => this.#forget(client));
    client.on('end', () => this.#forget(client));
    try {
      await client.connect();
      await client.query(sessionSetup);
      await checkSession(client);
      await this.#terms.take(client);
    } catch (error) {
      client.end().catch(() => undefined);
      throw toStoreError(error);
    }
    this.#client = client;
    return client;
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.end().catch(() => undefined);
  }
}

/** Not by the protocol's own goodbye, which waits for a server that may not be reached. */
export function cutOff(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  stream.destroy();
}
