// kill -9 of the whole node under load: what was acknowledged is there once, what was not is there whole or not at all, and sending
// it again doubles nothing. Also killed while it starts, when it folds what the last kill left unfolded.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from './testing/ledger.ts';
import { makePlace, type NodeProcess, spawnNode, startNode } from './testing/process.ts';
import { type Chance, rounds, seededRun, summary } from './testing/rounds.ts';

const kills = rounds(5, 30);
const clients = 6;
const customers = 25;
/** Between the first acknowledged batch of a round and the kill, at most. */
const loadMs = 700;

const place = await makePlace();
after(() => place.remove());

/** Load until the node is gone; the kill comes at a random moment after the first acknowledgement. */
async function loadAndKill(node: NodeProcess, writeKey: string, ledger: Ledger, random: Chance): Promise<void> {
  let alive = true;
  let started: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    started = resolve;
  });
  const client = async () => {
    while (alive) {
      const batch = ledger.make(random, 1 + random.next(random.pick([2, 40, 150])), customers);
      const fate = await ledger.send(node.client, writeKey, batch);
      if (fate === 'acknowledged') started();
      if (fate === 'unknown') alive = false;
    }
  };
  const load = Array.from({ length: clients }, client);
  await first;
  await sleep(random.next(loadMs));
  await node.kill();
  alive = false;
  await Promise.all(load);
}

/** Starts the node and kills it while it opens, a few times in a row. */
async function killWhileStarting(random: Chance): Promise<number> {
  const times = random.next(3);
  for (let time = 0; time < times; time += 1) {
    const { child } = spawnNode(place);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    await sleep(100 + random.next(1_500));
    child.kill('SIGKILL');
    await gone;
  }
  return times;
}

test(`${kills} kills under load lose and double nothing`, () =>
  seededRun('kill', async (random) => {
    const ledgers: Ledger[] = [];
    let node = await startNode(place);
    const writeKey = await node.client.addSource('kill');
    let retried = 0;
    let early = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const ledger = new Ledger(`kill${kill}`);
      ledgers.push(ledger);
      await loadAndKill(node, writeKey, ledger, random);
      early += await killWhileStarting(random);
      node = await startNode(place);
      const held = await ledger.compare(node.client);
      // Half of what went unanswered is sent again, as clients do; some of it twice.
      for (const batch of ledger.with('unknown').filter(() => random.next(2) === 0)) {
        retried += 1;
        for (let tries = 1 + random.next(2); tries > 0; tries -= 1) {
          await ledger.deliver(node.client, writeKey, batch);
        }
      }
      assert.ok((await ledger.compare(node.client)) >= held);
    }
    let events = 0;
    for (const ledger of ledgers) events += await ledger.compare(node.client);
    const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.count('acknowledged'), 0);
    const unknown = ledgers.reduce((sum, ledger) => sum + ledger.count('unknown'), 0);
    assert.ok(acknowledged > 0);
    const { findings } = await node.client.ask<{ findings: { severity: string; check: string }[] }>(
      'GET',
      '/api/doctor?deep=true',
    );
    assert.deepEqual(
      findings.filter((finding) => finding.severity === 'error' && finding.check !== 'free-disk'),
      [],
    );
    assert.equal(await node.stop(), 0);
    summary('kill', {
      'kills under load': kills,
      'kills while starting': early,
      'events acknowledged': acknowledged,
      'unanswered and left': unknown,
      'batches sent again': retried,
      'events in the end': events,
      'lost or doubled': 0,
      seed: random.seed,
    });
  }));

test('the comparison notices what is lost, doubled, torn or never sent', () => {
  const ledger = new Ledger('judge');
  const random: Chance = { seed: 1, next: () => 1, pick: (items) => items[0]!, shuffle: (items) => [...items] };
  const [acknowledged, unknown, refused] = [3, 3, 2].map((size) => ledger.make(random, size, 2));
  ledger.settle(acknowledged!, 'acknowledged');
  ledger.settle(unknown!, 'unknown');
  ledger.settle(refused!, 'refused');
  const shown = (...batches: { events: { messageId: string; userId: string }[] }[]) =>
    new Map(batches.flatMap((batch) => batch.events.map((event) => [event.messageId, event.userId] as const)));
  assert.equal(ledger.judge(shown(acknowledged!)), 3);
  assert.equal(ledger.judge(shown(acknowledged!, unknown!)), 6);
  assert.throws(() => ledger.judge(shown(unknown!)), /lost/);
  assert.throws(() => ledger.judge(shown(acknowledged!, refused!)), /refused/);
  assert.throws(() => ledger.judge(shown(acknowledged!, { events: unknown!.events.slice(1) })), /2 of 3/);
  assert.throws(() => ledger.judge(shown(acknowledged!, { events: [{ messageId: 'x', userId: 'y' }] })), /nobody sent/);
  const elsewhere = { events: acknowledged!.events.map((event) => ({ ...event, userId: 'somebody else' })) };
  assert.throws(() => ledger.judge(shown(elsewhere)), /lost/);
});
