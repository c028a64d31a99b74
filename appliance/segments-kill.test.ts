// A node that dies at each of its writes while memberships change: after the next start memberships are right, and what was told of entering and
// leaving, before and after, adds up to them with nothing told twice.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keyFrom } from '../crypto/keys.ts';
import { defaultConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { Event } from './core/model/event.ts';
import { systemPorts } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import { openTestStore } from './core/store/testing.ts';
import { mortal } from './core/vault/testing.ts';
import { migrations, type OpenNode, openNode } from './node.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-segments-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const atMs = systemPorts.clock.nowMs();
const dayMs = 86_400_000;
const open = (store: Store): Promise<OpenNode> =>
  openNode({
    store,
    root: keyFrom('root', new Uint8Array(32).fill(9)),
    ports: systemPorts,
    config: defaultConfig,
    erasureLog: join(folder, 'erasures.log'),
  });

let messages = 0;
const said = (userId: string, given: Partial<Event>): Event => {
  messages += 1;
  return { kind: 'track', userId, messageId: `m${messages}`, occurredAtMs: atMs, receivedAtMs: atMs, ...given };
};
const ordered = (userId: string, total: number): Event =>
  said(userId, { name: 'Order Completed', properties: { order_id: `o${messages}`, total } });

/** Who is in what, by what was told from the beginning on. */
async function told(node: OpenNode): Promise<{ [segment: number]: number[] }> {
  const members = new Map<number, Set<number>>();
  for (let next = -1, more = true; more; ) {
    const page = await node.segments.changes(next, 100);
    ({ next, more } = page);
    for (const { segment, person, change } of page.changes) {
      const own = members.get(segment) ?? new Set<number>();
      members.set(segment, own);
      assert.equal(own.has(person), change === 'left', `told twice: ${change} p${person} of ${segment}`);
      if (change === 'left') own.delete(person);
      else own.add(person);
    }
  }
  return Object.fromEntries([...members].map(([id, own]) => [id, [...own].sort((a, b) => a - b)]));
}

async function begin(store: Store): Promise<{ source: number; ids: number[] }> {
  const node = await open(store);
  const { id: source } = (await node.sources.add({ name: 'shop', kind: 'server' })).source;
  const ids: number[] = [];
  for (const [name, text] of [
    ['big', 'spend > 100'],
    ['looks', 'did "Product Viewed"'],
    ['both', 'in segment big and in segment looks'],
    ['none', 'not in segment big and has email'],
  ] as const) {
    const { when } = await node.segments.read({ text });
    ids.push((await node.segments.add({ name, purpose: 'customer_service', when }, 'test')).id);
  }
  await node.segments.caughtUp();
  await node.close();
  return { source, ids };
}

/** Who enters, leaves, and becomes part of another. */
async function live(node: OpenNode, source: number): Promise<void> {
  await node.segments.caughtUp();
  const step = async (events: Event[]) => {
    await node.recordBatch(source, events);
    await node.segments.caughtUp();
  };
  await step([ordered('a', 500), ordered('b', 50), said('c', { name: 'Product Viewed' })]);
  await step([said('b', { kind: 'identify', traits: { email: 'b@x.cn' } }), said('a', { name: 'Product Viewed' })]);
  await step([ordered('c', 200), said('d', { kind: 'identify', traits: { email: 'd@x.cn' } })]);
  // One person from now on.
  await step([said('d', { kind: 'identify', traits: { email: 'b@x.cn' } }), said('a', { name: 'Order Cancelled' })]);
}

test('killed before and after each write: memberships are right, nothing is told twice and nothing lost', async () => {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; ; at += when === 'after' ? 5 : 3) {
      const store = await openTestStore();
      await store.migrate(migrations);
      const { source, ids } = await begin(store);
      const dying = mortal(store, at, when, (words) => new Fault('store_unavailable', words));
      const first = await open(dying).catch(() => undefined);
      const survived = first
        ? await live(first, source).then(
            () => true,
            () => false,
          )
        : false;
      await first?.close().catch(() => undefined);
      const second = await open(store);
      await second.segments.caughtUp();
      const found = Object.fromEntries(ids.map((id) => [id, [...second.segments.personsOf(id)]]));
      const anew: { [id: number]: number[] } = {};
      for (const id of ids) {
        anew[id] = [];
        for (const person of [...second.customers.matrix.persons()].sort((a, b) => a - b))
          if ((await second.segments.why(id, person)).member) anew[id].push(person);
      }
      const hint = `killed ${when} write ${at}`;
      assert.deepEqual(found, anew, hint);
      const all = await told(second);
      assert.deepEqual(Object.fromEntries(ids.map((id) => [id, all[id] ?? []])), found, hint);
      await second.close();
      await store.close();
      if (survived) break;
      deaths += 1;
      assert.ok(at < 400);
    }
  }
  assert.ok(deaths > 4, `${deaths} deaths`);
});

test('what is kept a day long is gone after it', async () => {
  const store = await openTestStore();
  await store.migrate(migrations);
  const { source } = await begin(store);
  const node = await open(store);
  await live(node, source);
  assert.ok((await node.segments.changes(-1, 100)).changes.length > 3);
  await node.close();
  const later = await openNode({
    store,
    root: keyFrom('root', new Uint8Array(32).fill(9)),
    ports: { ...systemPorts, clock: { nowMs: () => atMs + 2 * dayMs } },
    config: { ...defaultConfig, segmentChangesDays: 1 },
    erasureLog: join(folder, 'erasures.log'),
  });
  await later.segments.caughtUp();
  assert.equal((await later.segments.changes(-1, 100)).changes.length, 0);
  await later.close();
  await store.close();
});
