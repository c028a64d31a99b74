// What clients know of the events they sent: acknowledged, refused, or unknown because the node went away before it answered;
// and the comparison of that with what the node shows. The judge of every test of lost and doubled events.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './process.ts';
import type { Chance } from './rounds.ts';

export type SentEvent = { messageId: string; userId: string };
export type Fate = 'acknowledged' | 'unknown' | 'refused';
export type Batch = { events: (SentEvent & { [name: string]: unknown })[]; fate: Fate | undefined; answers: number };

/** Pages of one timeline and profiles read at the same time. */
const pageRows = 200;
const readersAtOnce = 8;
const deliverTries = 300;
const deliverWaitMs = 200;

type Row = { messageId: string; userId?: string };

export class Ledger {
  readonly #batches: Batch[] = [];
  readonly #name: string;
  #nextId = 0;

  /** @param name goes into every message id and customer, so that ledgers do not meet in one node */
  constructor(name: string) {
    this.#name = name;
  }

  /** A new batch of `size` events of some of `customers` people: half of them signs of life, some with who they are. */
  make(random: Chance, size: number, customers: number): Batch {
    const events = Array.from({ length: size }, () => this.#event(random, random.next(customers)));
    const batch: Batch = { events, fate: undefined, answers: 0 };
    this.#batches.push(batch);
    return batch;
  }

  #event(random: Chance, customer: number): Batch['events'][number] {
    const messageId = `${this.#name}-${this.#nextId++}`;
    const userId = `${this.#name}-customer-${customer}`;
    const timestamp = new Date(1_790_000_000_000 - random.next(90 * 86_400_000)).toISOString();
    if (random.next(8) === 0) {
      const traits = {
        email: `${userId}@example.com`,
        city: random.pick(['Hangzhou', 'Suzhou', 'Leeds']),
        visits: random.next(99),
      };
      return { type: 'identify', messageId, userId, traits, timestamp };
    }
    const properties = {
      product_id: `sku-${random.next(500)}`,
      price: random.next(10_000) / 100,
      note: 'x'.repeat(random.next(400)),
    };
    return { type: 'track', messageId, userId, event: random.pick(['Product Viewed', 'Product Added']), properties, timestamp };
  }

  /** Writes down what a try came to. A batch that was acknowledged once stays so. */
  settle(batch: Batch, fate: Fate): void {
    if (fate !== 'unknown') batch.answers += 1;
    if (batch.fate === 'acknowledged') return;
    // A refusal of a second try says nothing about the first, whose answer never came.
    if (batch.fate === 'unknown' && fate === 'refused') return;
    batch.fate = fate;
  }

  /** Sends a batch and writes down what it came to. */
  async send(client: Client, writeKey: string, batch: Batch): Promise<Fate> {
    let fate: Fate;
    try {
      const reply = await client.track(writeKey, batch.events);
      if (reply.status === 200) assert.deepEqual(reply.body, { success: true });
      else assert.ok(reply.status === 429 || reply.status === 503, `${reply.status} ${JSON.stringify(reply.body)}`);
      fate = reply.status === 200 ? 'acknowledged' : 'refused';
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      fate = 'unknown';
    }
    this.settle(batch, fate);
    return fate;
  }

  /** Sends until it is acknowledged, as clients do that are told to come again. */
  async deliver(client: Client, writeKey: string, batch: Batch): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const fate = await this.send(client, writeKey, batch);
      if (fate === 'acknowledged') return;
      assert.ok(fate === 'refused' && tries < deliverTries, `a batch was ${fate} ${tries} times`);
      await sleep(deliverWaitMs);
    }
  }

  with(fate: Fate): Batch[] {
    return this.#batches.filter((batch) => batch.fate === fate);
  }

  count(fate: Fate): number {
    return this.with(fate).reduce((sum, batch) => sum + batch.events.length, 0);
  }

  get customers(): string[] {
    return [...new Set(this.#batches.flatMap((batch) => batch.events.map((event) => event.userId)))];
  }

  /**
   * Every acknowledged event is in its customer's timeline exactly once, no refused one is, an unknown batch is there as a whole or not
   * at all, and profiles count what timelines show. @returns events found
   */
  async compare(client: Client): Promise<number> {
    const shown = new Map<string, string>();
    await inTurns(this.customers, async (userId) => {
      for (const messageId of await readCustomer(client, userId)) {
        assert.ok(!shown.has(messageId), `${messageId} is in two timelines`);
        shown.set(messageId, userId);
      }
    });
    return this.judge(shown);
  }

  /** @param shown whom each event found belongs to, by message id */
  judge(shown: ReadonlyMap<string, string>): number {
    let expected = 0;
    for (const batch of this.#batches) {
      const present = batch.events.filter((event) => shown.get(event.messageId) === event.userId).length;
      const all = batch.events.length;
      expected += present;
      if (batch.fate === 'acknowledged') assert.equal(present, all, `${all - present} acknowledged events of a batch are lost`);
      else if (batch.fate === 'refused') assert.equal(present, 0, `${present} events of a refused batch are there`);
      else assert.ok(present === 0 || present === all, `${present} of ${all} events of one unanswered batch are there`);
    }
    assert.equal(shown.size, expected, 'events are there that nobody sent');
    return shown.size;
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const one = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: readersAtOnce }, one));
}

type Found = { profiles: { id: string; events: { count: number } }[] };

/** Message ids of a customer's own events; the profile must count as many as the person's timeline shows, if nobody writes (`quiet`). */
export async function readCustomer(client: Client, userId: string, quiet = true): Promise<string[]> {
  const found = await client.ask<Found>('POST', '/api/profiles/search', { identifier: userId, kind: 'user_id' });
  if (found.profiles.length === 0) return [];
  assert.equal(found.profiles.length, 1, `${userId} leads to ${found.profiles.length} people`);
  const { id, events } = found.profiles[0]!;
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const query = `limit=${pageRows}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
    const page = await client.ask<{ events: Row[]; next?: string }>('GET', `/api/profiles/${id}/timeline?${query}`);
    rows.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined);
  const ids = rows.map((row) => row.messageId);
  assert.equal(new Set(ids).size, ids.length, `${userId} has an event twice`);
  if (quiet) assert.equal(events.count, ids.length, `${userId}: the profile counts other than the timeline shows`);
  // Somebody may have declared two customers to be one.
  return rows.filter((row) => row.userId === userId).map((row) => row.messageId);
}
