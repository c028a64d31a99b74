// Segments of a whole node: live memberships are what evaluating everybody anew gives, through random rules, events, merges and time; nothing is
// told twice or lost by a restart or a kill; of who is erased nothing is left.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemPorts } from './core/ports.ts';
import { dayMs } from './decide/features/features.ts';
import type { MemberChange, Segments } from './decide/segments/segments.ts';
import { seeded } from './record/profiles/testing.ts';
import { openTestNode, type TestNode } from './testing.ts';

const startMs = Date.UTC(2026, 5, 1, 10);
const computedTraits = [
  { name: 'spent30', event: 'Order Completed', operation: 'sum' as const, property: 'total', windowDays: 30 },
  { name: 'views', event: 'Product Viewed', operation: 'count' as const },
];

async function within(work: (node: TestNode, clock: { nowMs: number }) => Promise<void>): Promise<void> {
  const clock = { nowMs: startMs };
  const node = await openTestNode({
    ports: { ...systemPorts, clock: { nowMs: () => clock.nowMs } },
    config: { computedTraits },
  });
  try {
    await work(node, clock);
  } finally {
    await node.close();
  }
}

const segmentsOf = (node: TestNode): Segments => node.app.node().segments;
const numberOf = (id: string): number => Number(id.slice(1));
const personOf = async (node: TestNode, userId: string) => numberOf((await node.find(userId))[0]!.id);

async function add(node: TestNode, name: string, text: string, purpose = 'customer_service'): Promise<number> {
  const { when } = await segmentsOf(node).read({ text });
  return (await segmentsOf(node).add({ name, purpose, when }, 'test')).id;
}

let made = 0;
function said(userId: string, rest: object, atMs: number): object {
  made += 1;
  return { messageId: `m${made}`, userId, timestamp: new Date(atMs).toISOString(), ...rest };
}
const did = (userId: string, event: string, atMs: number, properties: object = {}) =>
  said(userId, { type: 'track', event, properties }, atMs);
const ordered = (userId: string, total: number, atMs: number) =>
  did(userId, 'Order Completed', atMs, { order_id: `o${made}`, total });

/** Everybody asked anew, one by one, with the reasons. */
async function anew(node: TestNode, ids: readonly number[]): Promise<Map<number, number[]>> {
  const { customers } = node.app.node();
  const found = new Map<number, number[]>();
  for (const id of ids) {
    const members: number[] = [];
    for (const person of customers.matrix.persons()) if ((await segmentsOf(node).why(id, person)).member) members.push(person);
    found.set(
      id,
      members.sort((a, b) => a - b),
    );
  }
  return found;
}

async function changesSince(node: TestNode, seq = -1): Promise<MemberChange[]> {
  const all: MemberChange[] = [];
  for (let after = seq; ; ) {
    const { changes, next, more } = await segmentsOf(node).changes(after, 7);
    all.push(...changes);
    after = next;
    if (!more) return all;
  }
}

/** Who is in what when all that was told is believed, one change after the other; a change that changes nothing is one too many. */
function mirror(changes: readonly MemberChange[], from: ReadonlyMap<number, readonly number[]> = new Map()) {
  const members = new Map([...from].map(([id, persons]) => [id, new Set(persons)]));
  for (const { segment, person, change } of changes) {
    const own = members.get(segment) ?? new Set<number>();
    members.set(segment, own);
    assert.equal(own.has(person), change === 'left', `told twice: ${change} ${person} of ${segment}`);
    if (change === 'left') own.delete(person);
    else own.add(person);
  }
  return new Map([...members].map(([id, own]) => [id, [...own].sort((a, b) => a - b)]));
}

const conditions = [
  'spend in 30 days > 300',
  'orders in 90 days >= 2',
  'active in 7 days',
  'not active in 2 weeks',
  'did "Product Viewed" at least 2 times in 10 days',
  'did not "Order Completed" this month',
  'did "Product Viewed" then "Order Completed" within 3 days',
  'did "Order Completed" in 60 days where total > 200',
  'last did "Complaint Filed" more than 5 days ago',
  'computed spent30 > 100',
  'computed views >= 2',
  'region = 浙江',
  'gender = female',
  'city != 杭州',
  'open tickets >= 1',
  'complaints in 1 month >= 1',
  'may be used for marketing',
  'birthday in 30 days',
  'channel = web or channel = store',
  'last order more than 10 days ago',
  'did anything exactly 3 times last week',
  'source = test',
  'age >= 30',
];

test('live memberships are what asking everybody anew gives, and what was told adds up to it', { timeout: 120_000 }, () =>
  within(async (node, clock) => {
    const seed = Number(process.env.HOLDFAST_SEED ?? 20261127);
    const random = seeded(seed);
    const pick = <T>(of: readonly T[]): T => of[random.next(of.length)]!;
    const ids: number[] = [];
    const names: string[] = [];
    const condition = (): string => {
      const choice = random.next(6);
      if (choice === 0 && names.length > 0) return `${pick(['', 'not '])}in segment ${pick(names)}`;
      if (choice === 1) return `not (${pick(conditions)})`;
      if (choice === 2) return `(${pick(conditions)} ${pick(['and', 'or'])} ${pick(conditions)})`;
      return pick(conditions);
    };
    const addSome = async (count: number) => {
      for (let at = 0; at < count; at += 1) {
        const name = `s${names.length}`;
        const text = random.next(3) === 0 ? condition() : `${condition()} ${pick(['and', 'or'])} ${condition()}`;
        ids.push(await add(node, name, text, pick(['customer_service', 'customer_service', 'profiling'])));
        names.push(name);
      }
    };
    const kinds = ['Order Completed', 'Product Viewed', 'Ticket Created', 'Complaint Filed', 'Ticket Resolved', 'Consent Given'];
    const event = () => {
      const user = `u${random.next(9)}`;
      const atMs = clock.nowMs - random.next(50) * dayMs - random.next(dayMs) + (random.next(12) === 0 ? 30 * dayMs : 0);
      const choice = random.next(9);
      if (choice === 0) {
        const traits = { email: `${random.next(14)}@example.cn`, province: pick(['浙江', '北京']), city: pick(['杭州', '北京']) };
        return said(user, { type: 'identify', traits }, atMs);
      }
      if (choice === 1) {
        const birthday = `19${70 + random.next(30)}-0${1 + random.next(9)}-15`;
        return said(user, { type: 'identify', traits: { gender: pick(['female', 'male']), birthday } }, atMs);
      }
      if (choice === 2) return said(user, { type: 'page', properties: { path: '/' } }, atMs);
      const name = pick([...kinds, 'Order Completed', 'Product Viewed', 'Consent Withdrawn', 'Order Cancelled']);
      const properties = {
        order_id: `o${random.next(40)}`,
        total: random.next(500),
        product_id: `p${random.next(4)}`,
        ticket_id: `t${random.next(6)}`,
        purpose: pick(['profiling', 'marketing']),
        ...(random.next(3) === 0 && { channel: 'store' }),
        ...(random.next(2) === 0 && { expiresAt: new Date(clock.nowMs + random.next(40) * dayMs).toISOString() }),
      };
      return did(user, name, atMs, properties);
    };
    const rounds = process.env.HOLDFAST_LONG ? 120 : 22;
    await addSome(6);
    let known: ReadonlyMap<number, readonly number[]> = new Map();
    let told = 0;
    let last = -1;
    for (let round = 0; round < rounds; round += 1) {
      assert.equal((await node.send(Array.from({ length: 1 + random.next(9) }, event))).status, 200);
      if (round === 4) await addSome(6);
      if (round === 8) {
        const id = pick(ids);
        await segmentsOf(node)
          .change(id, { when: (await segmentsOf(node).read({ text: condition() })).when }, 'test')
          .catch(() => 0);
      }
      const { customers, profiles } = node.app.node();
      if (round % 6 === 5) {
        const person = pick([...customers.matrix.persons()]);
        const { records } = await profiles.profile(person);
        if (records.length > 1) await profiles.unmerge(person, { actor: 'test' }, [records[0]!.recordId]);
      }
      if (round % 9 === 7) await node.restart();
      clock.nowMs += pick([0, 1, 60_000, dayMs / 3, dayMs, 3 * dayMs, 8 * dayMs]);
      node.app.node().customers.checkTime();
      await segmentsOf(node).caughtUp();
      const live = new Map(ids.map((id) => [id, [...segmentsOf(node).personsOf(id)]]));
      assert.deepEqual(live, await anew(node, ids), `seed ${seed}, round ${round}`);
      const fresh = await changesSince(node, last);
      // New segments tell nobody who was in them from the beginning.
      if (known.size === live.size)
        assert.deepEqual(
          [...mirror(fresh, known)].filter(([, own]) => own.length > 0),
          [...live].filter(([, own]) => own.length > 0),
          `seed ${seed}, round ${round}`,
        );
      known = live;
      told += fresh.length;
      last = fresh.at(-1)?.seq ?? last;
    }
    assert.ok(told > 20, `${told} changes`);
  }),
);

test('an event is followed within a second; a time-based rule flips at its own millisecond; nested segments follow', () =>
  within(async (node, clock) => {
    const awake = await add(node, 'awake', 'active in 30 days');
    const spender = await add(node, 'spender', 'spend in 90 days > 100');
    const best = await add(node, 'best', 'in segment awake and in segment spender');
    await node.send([did('u1', 'Product Viewed', clock.nowMs)]);
    await segmentsOf(node).caughtUp();
    const person = await personOf(node, 'u1');
    assert.deepEqual([...segmentsOf(node).personsOf(awake)], [person]);
    const seen: MemberChange[] = [];
    const stop = segmentsOf(node).listen((changes) => seen.push(...changes));
    const sentMs = performance.now();
    await node.send([ordered('u1', 500, clock.nowMs)]);
    while (seen.length < 2) {
      assert.ok(performance.now() - sentMs < 90_000, 'waited too long');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(
      seen.map(({ segment, change, cause }) => [segment, change, cause]),
      [
        [spender, 'entered', 'event'],
        [best, 'entered', 'event'],
      ],
    );
    seen.length = 0;
    clock.nowMs += 30 * dayMs - 1;
    node.app.node().customers.checkTime();
    await segmentsOf(node).caughtUp();
    assert.equal(seen.length, 0);
    clock.nowMs += 1;
    node.app.node().customers.checkTime();
    await segmentsOf(node).caughtUp();
    assert.deepEqual(
      seen.map(({ segment, change, cause, atMs }) => [segment, change, cause, atMs]),
      [
        [awake, 'left', 'time', clock.nowMs],
        [best, 'left', 'time', clock.nowMs],
      ],
    );
    stop();
    const { segments } = await node.app.node().profiles.profile(person);
    assert.deepEqual(segments, [{ segment: 'spender', sinceMs: startMs }]);
  }));
