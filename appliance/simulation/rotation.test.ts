// Every key exchanged while the node works, and the node killed in the middle of it, again and again: writing and reading go on, the
// rotation goes on by itself after each start, and in the end every row opens with keys that did not exist before.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Ledger, readCustomer } from './testing/ledger.ts';
import { makePlace, type NodeProcess, startNode } from './testing/process.ts';
import { type Chance, rounds, seededRun, summary } from './testing/rounds.ts';

const kills = rounds(3, 20);
const customers = rounds(300, 3_000);
const batches = rounds(12, 120);
/** From the beginning of a rotation to the kill, at most. */
const killMs = 400;

type Rotation = { kind: string; state: string; done: number; total: number; code?: string };

const place = await makePlace();
after(() => place.remove());

const rotationOf = (node: NodeProcess) => node.client.ask<Rotation>('GET', '/api/keys/rotation');

/** Writes and reads at once until told to stop; every answer must be right while the node lives. */
function load(
  node: NodeProcess,
  key: string,
  ledger: Ledger,
  random: Chance,
): { stop(): Promise<{ writes: number; reads: number }> } {
  let going = true;
  let [writes, reads] = [0, 0];
  const writer = async () => {
    while (going) {
      const fate = await ledger.send(node.client, key, ledger.make(random, 20, customers));
      if (fate === 'unknown') return;
      if (fate === 'acknowledged') writes += 1;
      else await sleep(100);
    }
  };
  const reader = async () => {
    while (going) {
      // What was acknowledged before the question must be in the answer.
      const { userId, messageId } = random.pick(random.pick(ledger.with('acknowledged')).events);
      try {
        const shown = await readCustomer(node.client, userId, false);
        assert.ok(shown.includes(messageId), `${messageId} is not shown`);
        reads += 1;
      } catch (error) {
        // The kill cuts connections; anything else the node has said, and must not.
        if (!going || /ECONNRESET|ECONNREFUSED|socket hang up|cut off/.test(String(error))) return;
        throw error;
      }
    }
  };
  const all = Promise.all([writer(), writer(), reader()]);
  // A failure shows when the load is stopped; until then it must not end the process.
  all.catch(() => undefined);
  return {
    async stop() {
      going = false;
      await all;
      return { writes, reads };
    },
  };
}

async function finished(node: NodeProcess): Promise<Rotation> {
  for (;;) {
    const rotation = await rotationOf(node);
    if (rotation.state !== 'running') return rotation;
    await sleep(50);
  }
}

function epochs(): { least: number; most: number; doubled: number } {
  const db = new Database(join(place.folder, 'holdfast.db'), { readonly: true });
  try {
    const [row] = db
      .prepare('SELECT min(epoch) AS least, max(epoch) AS most, count(*) - count(DISTINCT record_id) AS doubled FROM record_keys')
      .all() as { least: number; most: number; doubled: number }[];
    return row!;
  } finally {
    db.close();
  }
}

test(`data keys rotate through ${kills} kills, under load`, () =>
  seededRun('rotation', async (random) => {
    const ledger = new Ledger('rotation');
    let node = await startNode(place);
    const key = await node.client.addSource('rotation');
    for (let batch = 0; batch < batches; batch += 1) {
      await ledger.deliver(node.client, key, ledger.make(random, 100, customers));
    }
    const figures = { writes: 0, reads: 0, resumed: 0 };
    await node.client.ask('POST', '/api/keys/rotate', { kind: 'data' });
    for (let kill = 0; kill < kills; kill += 1) {
      const working = load(node, key, ledger, random);
      await sleep(random.next(killMs));
      await node.kill();
      const { writes, reads } = await working.stop();
      figures.writes += writes;
      figures.reads += reads;
      node = await startNode(place);
      const rotation = await rotationOf(node);
      if (rotation.state === 'running') figures.resumed += 1;
      else await node.client.ask('POST', '/api/keys/rotate', { kind: kill % 2 === 0 ? 'wrapping' : 'data' });
    }
    const working = load(node, key, ledger, random);
    assert.equal((await finished(node)).state, 'done');
    // One rotation whole, from its beginning to its end, with nobody killed: nothing may fail.
    await node.client.ask('POST', '/api/keys/rotate', { kind: 'data' });
    assert.equal((await finished(node)).state, 'done');
    const { writes, reads } = await working.stop();
    assert.ok(writes > 0 && reads > 0, 'nothing was written or read during a rotation');
    const events = await ledger.compare(node.client);
    assert.equal(await node.stop(), 0);
    const held = epochs();
    assert.equal(held.doubled, 0, 'old keys are left');
    assert.ok(held.most >= 2, 'no key was exchanged');
    node = await startNode(place);
    assert.equal(await ledger.compare(node.client), events);
    assert.equal((await rotationOf(node)).state, 'none');
    assert.equal(await node.stop(), 0);
    summary('rotation', {
      kills,
      'resumed by themselves': figures.resumed,
      'batches written meanwhile': figures.writes + writes,
      'timelines read meanwhile': figures.reads + reads,
      'generations of keys': held.most,
      'events in the end': events,
      'lost or doubled': 0,
      seed: random.seed,
    });
  }));
