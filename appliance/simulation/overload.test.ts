// More than the node can take: it says so early and by name, keeps its queue bounded, loses nothing that it accepted and keeps nothing that
// it refused; and when the flood is over all is well. Only the order of things is asserted, never a time.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import type { Event } from '../core/model/event.ts';
import { systemPorts } from '../core/ports.ts';
import { serve } from '../lifecycle.ts';
import { trackingLimits } from '../record/events/routes.ts';
import { recorderLimits } from '../record/profiles/recorder.ts';
import { type Batch, Ledger } from './testing/ledger.ts';
import { Client, makePlace, passphrase, startNode } from './testing/process.ts';
import { chance, rounds, summary } from './testing/rounds.ts';

const connections = 120;
const batchEvents = 600;
const floods = rounds(1, 6);

test('the queue before the record is bounded, and says no before any work is done', async () => {
  const place = await makePlace();
  const serving = await serve({ folder: place.folder, ports: systemPorts, secret: { passphrase }, config: { port: 0 } });
  after(async () => {
    await serving.stop();
    place.remove();
  });
  const node = serving.app.node();
  const { source } = await node.sources.add({ name: 'flood', kind: 'server' });
  const eventsOf = (batch: number): Event[] =>
    Array.from({ length: 500 }, (_, at) => ({
      kind: 'track',
      messageId: `${batch}-${at}`,
      userId: `u${at % 20}`,
      name: 'Flooded',
      occurredAtMs: 1_790_000_000_000,
      receivedAtMs: 1_790_000_000_000,
    }));
  const order: string[] = [];
  let waiting = 0;
  let most = 0;
  const tries = Array.from({ length: 200 }, async (_, batch) => {
    const events = eventsOf(batch);
    waiting += events.length;
    try {
      const outcomes = await node.recordBatch(source.id, events);
      assert.ok(outcomes.every(({ outcome }) => outcome === 'recorded'));
      order.push('accepted');
      most = Math.max(most, waiting);
    } catch (fault) {
      assert.ok(fault instanceof Fault && fault.code === 'too_busy' && (fault.retryAfterS ?? 0) > 0, String(fault));
      order.push('refused');
    } finally {
      waiting -= events.length;
    }
  });
  await Promise.all(tries);
  const refused = order.filter((one) => one === 'refused').length;
  assert.equal(order.lastIndexOf('refused') < order.indexOf('accepted'), true, 'a refusal waited for work that was before it');
  assert.ok(
    order.length - refused <= recorderLimits.waitingEvents / 500,
    `${order.length - refused} batches were let in at once`,
  );
  assert.ok(refused > 0);
  const persons = await node.profiles.find({ identifier: 'u0', kind: 'user_id' });
  assert.equal((await node.profiles.profile(persons[0]!)).events.count, (order.length - refused) * 25);
  // With the queue empty the same batches are taken at once.
  const again = await node.recordBatch(source.id, eventsOf(199));
  assert.equal(again.length, 500);
});

/** One connection of the flood: batch after batch, at once again whatever the answer. */
async function pour(client: Client, key: string, ledger: Ledger, random: ReturnType<typeof chance>, state: Flood): Promise<void> {
  while (state.going) {
    const batch = ledger.make(random, batchEvents, 60);
    for (const event of batch.events) if (event.properties) event.properties = { at: 1 };
    state.underWay += batchEvents;
    const reply = await client.track(key, batch.events);
    state.underWay -= batchEvents;
    if (reply.status === 200) {
      ledger.settle(batch, 'acknowledged');
      state.accepted += 1;
      continue;
    }
    const { code } = (reply.body as { error: { code: string } }).error;
    assert.ok(reply.status === 429 || reply.status === 503, `${reply.status} ${code}`);
    assert.equal(code, 'too_busy');
    assert.ok(Number(reply.headers['retry-after']) > 0, 'no Retry-After');
    ledger.settle(batch, 'refused');
    state.refused.push(batch);
    // More was under way than may wait: what was refused was refused before all of it had been worked off.
    state.mostUnderWay = Math.max(state.mostUnderWay, state.underWay);
    if (state.refused.length >= 400) state.going = false;
  }
}

type Flood = { going: boolean; accepted: number; refused: Batch[]; underWay: number; mostUnderWay: number };

test('a flood over HTTP: refused early with Retry-After, nothing accepted is lost, nothing refused is kept', async () => {
  const place = await makePlace();
  const node = await startNode(place);
  const key = await node.client.addSource('flood');
  const random = chance();
  const ledger = new Ledger('flood');
  const client = new Client(node.url, place.accessToken, connections);
  let [accepted, refused] = [0, 0];
  for (let flood = 0; flood < floods; flood += 1) {
    const state: Flood = { going: true, accepted: 0, refused: [], underWay: 0, mostUnderWay: 0 };
    const pouring = Promise.all(Array.from({ length: connections }, () => pour(client, key, ledger, random, state)));
    // Health is answered in the middle of it.
    let asked = 0;
    while (state.going && asked < 20) {
      assert.equal((await node.client.send('GET', '/health/live')).status, 200);
      asked += 1;
      await sleep(100);
      if (state.accepted >= 60 && state.refused.length > 0) break;
    }
    state.going = false;
    await pouring;
    assert.ok(state.refused.length > 0, 'the flood was too small to be refused');
    assert.ok(state.accepted > 0, 'nothing was accepted in the flood');
    assert.ok(state.mostUnderWay > trackingLimits.eventsInFlight);
    accepted += state.accepted;
    refused += state.refused.length;
    await ledger.compare(node.client);
    // Afterwards what was refused is taken, one after the other, without one more refusal.
    for (const batch of state.refused.slice(0, 10)) await ledger.deliver(client, key, batch);
  }
  const events = await ledger.compare(node.client);
  const peak = node.peakMemoryBytes();
  assert.ok(Number.isNaN(peak) || peak < 1024 ** 3, `${Math.round(peak / 1e6)} MB resident`);
  client.close();
  assert.equal(await node.stop(), 0);
  place.remove();
  summary('overload', {
    'batches accepted in the flood': accepted,
    'refused with Retry-After': refused,
    'events there afterwards': events,
    'lost or doubled': 0,
    'MB at most': Math.round(peak / 1e6),
  });
});
