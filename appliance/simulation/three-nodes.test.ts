// Three real nodes over one real PostgreSQL take events of the same customers at the same time; one is killed, one is parted from the
// database by a proxy and healed. What comes out must be what one node makes of the same events in order, each once.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestPostgres } from '../core/store/postgres/test-server.ts';
import { type Client, cli, makePlace, type Place, startNode } from './testing/process.ts';
import { type Chance, chance, rounds, seededRun, summary } from './testing/rounds.ts';
import { begin, leadOf, type Seat, seatThree, unseat, until } from './testing/seats.ts';

const customers = 12;
const batches = rounds(120, 1_000);
const eventsOfBatch = 8;
const clients = 6;
/** A batch is tried until some node takes it; a node that never does fails the test. */
const sendTries = 600;
const againMs = 100;

const postgres = await startTestPostgres({ fsync: 'off' });
after(() => postgres.stop());

type Event = { type: string; messageId: string; userId: string; timestamp: string; [more: string]: unknown };

test('three nodes, one killed and one parted, make what one makes in order', () =>
  seededRun('three-nodes', async (random) => {
    const outcome = await run(random, {});
    const differing = outcome.differing;
    assert.deepEqual(differing, [], `profiles of ${differing.length} customers are not what one node makes`);
    assert.ok(outcome.auditVerified, 'the audit log verifies');
    assert.equal(outcome.leads, 1, 'one node is the lead');
    assert.equal(outcome.openings, outcome.elections, 'each election opened the lead once, and nothing else did');
    summary('three-nodes', {
      events: outcome.events,
      'batches tried again': outcome.again,
      elections: outcome.elections,
      seed: random.seed,
    });
  }));

test('without its locks the same run is found out', async () => {
  const plant = new URL('./testing/no-locks.ts', import.meta.url).href;
  const outcome = await run(chance(), { env: { NODE_OPTIONS: `--import ${plant}` }, quiet: true });
  assert.notDeepEqual(outcome.differing, [], 'three nodes without locks made the same as one');
});

type Plan = { env?: NodeJS.ProcessEnv; quiet?: boolean };
type Outcome = {
  differing: string[];
  auditVerified: boolean;
  leads: number;
  openings: number;
  elections: number;
  events: number;
  again: number;
};

async function run(random: Chance, plan: Plan): Promise<Outcome> {
  const single = await makePlace();
  const table = await seatThree(postgres);
  const { seats } = table;
  try {
    await Promise.all(seats.map((seat) => begin(seat, plan.env)));
    let lead = await leadOf(seats);
    let elections = 1;
    const writeKey = await lead.node!.client.addSource('shop');
    const all = makeEvents(random);
    let again = 0;
    let sent = 0;
    const queue = random.shuffle(all);
    const work = async (mine: Chance) => {
      for (let batch = queue.pop(); batch; batch = queue.pop()) {
        again += await deliver(seats, writeKey, batch, mine);
        // A client that is not sure sends again, to whoever answers: to two nodes at once.
        if (mine.next(6) === 0) await Promise.all([deliver(seats, writeKey, batch, mine), deliver(seats, writeKey, batch, mine)]);
        sent += 1;
      }
    };
    const load = Promise.all(Array.from({ length: clients }, (_, at) => work(chance(random.seed + at))));
    const reached = async (part: number) => {
      while (sent < all.length * part) await sleep(10);
    };
    if (!plan.quiet) {
      await reached(0.25);
      await lead.node!.kill();
      const dead = lead;
      dead.node = undefined;
      lead = await leadOf(seats);
      elections += 1;
      await reached(0.5);
      await begin(dead, plan.env);
      const parted = seats.find((seat) => seat !== lead && seat !== dead)!;
      parted.proxy.part();
      await until(async () => (await parted.node!.client.send('GET', '/health/ready')).status === 503);
      await reached(0.75);
      parted.proxy.heal();
      await until(async () => (await parted.node!.client.send('GET', '/health/ready')).status === 200);
    }
    await load;
    lead = await leadOf(seats);
    const found = await profilesOf(lead.node!.client);
    const expected = await inOrder(single, all);
    const differing = [...expected.keys()].filter((userId) => found.get(userId) !== expected.get(userId));
    if (process.env.HOLDFAST_DEBUG)
      for (const userId of differing.slice(0, 1)) console.error(found.get(userId), '\n', expected.get(userId));
    const verified = await cli(['--data', lead.place.folder, '--json', 'audit', 'verify']);
    const { entries } = await lead.node!.client.ask<{ entries: { action: string; outcome: string }[] }>(
      'GET',
      '/api/audit?action=unseal',
    );
    const ready = await Promise.all(seats.map(async ({ node }) => (await node!.client.send('GET', '/health/lead')).status));
    return {
      differing,
      auditVerified: verified.code === 0,
      leads: ready.filter((status) => status === 200).length,
      openings: entries.length,
      elections,
      events: all.flat().length,
      again,
    };
  } finally {
    await unseat(table);
    single.remove();
  }
}

/** To any node, again until one says that it is recorded. @returns tries that came to nothing */
async function deliver(seats: readonly Seat[], writeKey: string, batch: readonly Event[], random: Chance): Promise<number> {
  for (let tries = 0; tries < sendTries; tries += 1) {
    const { node } = random.pick(seats);
    const status = node ? await answered(node.client, writeKey, batch) : undefined;
    if (status === 200) return tries;
    await sleep(againMs);
  }
  return assert.fail('no node took a batch');
}

async function answered(client: Client, writeKey: string, batch: readonly Event[]): Promise<number | undefined> {
  const waiting = client.track(writeKey, batch).then(
    (reply) => reply.status,
    () => undefined,
  );
  return waiting;
}

/** What customers do, at times of which no two are the same; some of them by a device first, some under two names. */
function makeEvents(random: Chance): Event[][] {
  let atMs = 1_790_000_000_000;
  let number = 0;
  return Array.from({ length: batches }, () =>
    Array.from({ length: eventsOfBatch }, () => {
      atMs += 1_000;
      number += 1;
      const who = random.next(customers);
      const common = { messageId: `m${number}`, userId: `customer-${who}`, timestamp: new Date(atMs).toISOString() };
      const kind = random.next(6);
      // Every second customer shares an address with the next: two records of one person.
      if (kind === 0)
        return {
          ...common,
          type: 'identify',
          traits: { email: `pair-${who >> 1}@example.com`, city: random.pick(['Suzhou', 'Leeds']), visits: number },
        };
      if (kind === 1)
        return {
          ...common,
          type: 'track',
          event: 'Order Completed',
          properties: { order_id: `o${number}`, total: random.next(900), currency: 'CNY' },
        };
      return {
        ...common,
        type: 'track',
        event: random.pick(['Product Viewed', 'Product Added']),
        properties: { product_id: `sku-${random.next(40)}` },
      };
    }),
  );
}

async function inOrder(place: Place, all: readonly (readonly Event[])[]): Promise<Map<string, string>> {
  const node = await startNode(place);
  try {
    const writeKey = await node.client.addSource('shop');
    for (const batch of all) assert.equal((await node.client.track(writeKey, batch)).status, 200);
    return await profilesOf(node.client);
  } finally {
    await node.stop();
  }
}

/** Everybody's profile and timeline, without the numbers that a node gave. */
async function profilesOf(client: Client): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let who = 0; who < customers; who += 1) {
    const userId = `customer-${who}`;
    const { profiles } = await client.ask<{ profiles: { id: string }[] }>('POST', '/api/profiles/search', {
      identifier: userId,
      kind: 'user_id',
    });
    const timelines = [];
    for (const { id } of profiles) {
      const { events } = await client.ask<{ events: { messageId: string }[] }>('GET', `/api/profiles/${id}/timeline?limit=200`);
      timelines.push(events.map(({ messageId }) => messageId));
    }
    found.set(userId, plain({ profiles, timelines }));
  }
  return found;
}

/** Ids of persons and records, and when records were made, differ from run to run. */
const numbered = new Set([
  'id',
  'recordId',
  'personId',
  'createdAt',
  'createdAtMs',
  'receivedAt',
  'receivedAtMs',
  'seq',
  'lastReceivedAt',
]);

function plain(value: unknown): string {
  const kept = (inner: unknown): unknown => {
    // Numbers of records, where an identifier lists who claims it.
    if (Array.isArray(inner) && inner.length > 0 && inner.every((one) => typeof one === 'number')) return inner.length;
    if (Array.isArray(inner)) return inner.map(kept).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    if (typeof inner !== 'object' || inner === null) return inner;
    const entries = Object.entries(inner).filter(([name]) => !numbered.has(name));
    return Object.fromEntries(entries.map(([name, one]) => [name, kept(one)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return JSON.stringify(kept(value));
}
