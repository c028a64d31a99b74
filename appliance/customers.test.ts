// The matrix of a whole node: it follows every change, time itself, merges and erasures, and is what reading everybody anew would give;
// as of a moment it knows what had happened by then and no more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnOf, levelAt, numberAt } from './core/matrix/matrix.ts';
import { systemPorts } from './core/ports.ts';
import { CustomerMatrix, Customers, dayMs, features } from './decide/features/features.ts';
import { seeded } from './record/profiles/testing.ts';
import { openTestNode, type TestNode } from './testing.ts';

const startMs = Date.UTC(2026, 5, 1, 10);
const numberOf = (id: string): number => Number(id.slice(1));

async function within(work: (node: TestNode, clock: { nowMs: number }) => Promise<void>): Promise<void> {
  const clock = { nowMs: startMs };
  const node = await openTestNode({
    ports: { ...systemPorts, clock: { nowMs: () => clock.nowMs } },
    config: {
      computedTraits: [
        { name: 'spent30', event: 'Order Completed', operation: 'sum', property: 'total', windowDays: 30 },
        { name: 'favourite', event: 'Product Viewed', operation: 'mostFrequent', property: 'product_id' },
      ],
    },
  });
  try {
    await work(node, clock);
  } finally {
    await node.close();
  }
}

const customersOf = (node: TestNode): Customers => node.app.node().customers;

/** Everybody read anew. */
async function anew(node: TestNode, nowMs: number): Promise<string> {
  const { profiles, customers } = node.app.node();
  const fresh = new Customers(customers.matrix.features, { nowMs: () => nowMs });
  fresh.begin(profiles.people);
  await fresh.ready();
  const digest = fresh.matrix.digest(nowMs);
  assert.equal(fresh.matrix.size, customers.matrix.size);
  await fresh.close();
  return digest;
}

let made = 0;
function said(userId: string, rest: object, atMs: number): object {
  made += 1;
  return { messageId: `m${made}`, userId, timestamp: new Date(atMs).toISOString(), ...rest };
}
const ordered = (userId: string, total: number, atMs: number) =>
  said(userId, { type: 'track', event: 'Order Completed', properties: { order_id: `o${made}`, total } }, atMs);

test('following every change gives what reading everybody anew gives, bit for bit', () =>
  within(async (node, clock) => {
    const seed = 20261126;
    const random = seeded(seed);
    const customers = customersOf(node);
    await customers.ready();
    const kinds = ['Order Completed', 'Product Viewed', 'Ticket Created', 'Complaint Filed', 'Order Refunded', 'Email Opened'];
    for (let round = 0; round < 25; round += 1) {
      const batch = Array.from({ length: 12 }, () => {
        const user = `u${random.next(14)}`;
        const atMs = clock.nowMs - random.next(120) * dayMs - random.next(86_400_000);
        const choice = random.next(8);
        if (choice === 0) {
          // Shared by some, so that persons become one.
          const traits = { email: `${random.next(20)}@example.cn`, province: ['浙江', '北京'][random.next(2)], gender: 'female' };
          return said(user, { type: 'identify', traits }, atMs);
        }
        if (choice === 2 && random.next(4) === 0) return said(user, { type: 'alias', previousId: `u${random.next(14)}` }, atMs);
        if (choice === 1) return said(user, { type: 'page', properties: { path: '/' } }, atMs);
        const properties = {
          order_id: `o${random.next(30)}`,
          total: random.next(500),
          product_id: `p${random.next(4)}`,
          ticket_id: `t${random.next(9)}`,
        };
        return said(user, { type: 'track', event: kinds[random.next(kinds.length)], properties }, atMs);
      });
      assert.equal((await node.send(batch)).status, 200);
      if (round % 6 === 5) {
        const persons = [...customers.matrix.persons()];
        const one = persons[random.next(persons.length)]!;
        const profile = await node.app.node().profiles.profile(one);
        if (profile.records.length > 1) {
          const records = [profile.records[0]!.recordId];
          await node.app.node().profiles.unmerge(one, { actor: 'test' }, records);
        }
      }
      clock.nowMs += random.next(9) * dayMs;
      customers.checkTime();
      await customers.settled();
      assert.equal(customers.matrix.digest(clock.nowMs), await anew(node, clock.nowMs), `seed ${seed}, round ${round}`);
    }
  }));

test('a change is there within a second, and who is erased is there no more', () =>
  within(async (node, clock) => {
    const customers = customersOf(node);
    await node.send([
      ordered('u1', 100, clock.nowMs - dayMs),
      said('u1', { type: 'identify', traits: { province: '浙江' } }, clock.nowMs),
    ]);
    await customers.ready();
    const person = numberOf((await node.find('u1'))[0]!.id);
    const row = customers.matrix.rowOf(person)!;
    const read = (name: string) => numberAt(columnOf(customers.matrix.view(clock.nowMs), name)!, row);
    assert.equal(read('spend'), 100);
    assert.equal(read('computed_spent30'), 100);
    assert.equal(read('activity_day_1'), 1);
    assert.equal(levelAt(columnOf(customers.matrix.view(clock.nowMs), 'region')!, row), '浙江');
    await node.send([ordered('u1', 50, clock.nowMs)]);
    const sentMs = performance.now();
    while (read('spend') !== 150) {
      assert.ok(performance.now() - sentMs < 90_000, 'waited too long');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    clock.nowMs += 30 * dayMs;
    customers.checkTime();
    await customers.settled();
    assert.equal(read('spend_30d'), 0);
    assert.equal(read('spend_90d'), 150);
    assert.equal(read('activity_day_31'), 1);
    await node.app.node().subjects.eraseSubject(person, { actor: 'test', reason: 'request' });
    await customers.settled();
    assert.equal(customers.matrix.rowOf(person), undefined);
    assert.ok(Number.isNaN(read('spend')));
  }));

test('as of a moment the matrix knows what had happened by then, and a planted leak does not get in', () =>
  within(async (node, clock) => {
    const cutOffMs = clock.nowMs - 30 * dayMs;
    await node.send([
      ordered('stays', 100, cutOffMs - 10 * dayMs),
      ordered('leaves', 100, cutOffMs - 10 * dayMs),
      said('leaves', { type: 'identify', traits: { gender: 'male', province: '北京' } }, cutOffMs - 20 * dayMs),
      ordered('comes later', 100, cutOffMs + dayMs),
    ]);
    const asOf = async () => {
      const matrix = new CustomerMatrix(features);
      for await (const page of node.app.node().profiles.people.factsAt(cutOffMs))
        for (const facts of page) matrix.put(facts.personId, facts, cutOffMs);
      return matrix;
    };
    const before = await asOf();
    assert.equal(before.size, 2, 'who had done nothing yet is no row');
    // What only the future can know, under names that look like anything else.
    await node.send([
      said('leaves', { type: 'identify', traits: { gender: 'female', province: '已流失' } }, cutOffMs + 5 * dayMs),
      said('leaves', { type: 'track', event: 'Account Closed' }, cutOffMs + 6 * dayMs),
      said('leaves', { type: 'track', event: 'Complaint Filed', properties: { ticket_id: 't' } }, cutOffMs + 6 * dayMs),
      ordered('stays', 900, cutOffMs + 7 * dayMs),
    ]);
    const after = await asOf();
    assert.equal(after.digest(cutOffMs), before.digest(cutOffMs));
    // What happened before and came late was knowable then.
    await node.send([ordered('stays', 70, cutOffMs - 3 * dayMs)]);
    assert.notEqual((await asOf()).digest(cutOffMs), before.digest(cutOffMs));
    // The matrix of today does see all of it.
    const customers = customersOf(node);
    await customers.ready();
    const row = customers.matrix.rowOf(numberOf((await node.find('leaves'))[0]!.id))!;
    assert.equal(levelAt(columnOf(customers.matrix.view(clock.nowMs), 'region')!, row), '已流失');
  }));

test('features go out by purpose: counts of everybody, rows under pseudonyms, as of now and of a moment', () =>
  within(async (node, clock) => {
    const consented = (user: string) =>
      said(user, { type: 'track', event: 'Consent Given', properties: { purpose: 'analytics', separate: true } }, clock.nowMs);
    const users = Array.from({ length: 7 }, (_, at) => `u${at}`);
    for (const [at, user] of users.entries()) {
      const traits = { province: at < 6 ? '浙江' : '王小明的家', birthday: '1990-05-17' };
      await node.send([
        said(user, { type: 'identify', traits }, clock.nowMs - 50 * dayMs),
        ordered(user, 10 * at, clock.nowMs - 40 * dayMs),
        ordered(user, 500, clock.nowMs - dayMs),
        consented(user),
      ]);
    }
    await node.send([ordered('silent', 10, clock.nowMs - dayMs)]);
    type Rows = { columns: string[]; rows: { person: string; values: (string | number | null)[] }[]; next?: number };
    const ask = async <T>(path: string, purpose?: string) => {
      const headers = { authorization: `Bearer ${node.accessToken}`, ...(purpose && { 'x-purpose': purpose }) };
      const answer = await node.app.http.inject({ method: 'GET', url: path, headers });
      return { status: answer.statusCode, body: answer.json<T>() };
    };
    assert.equal((await ask('/api/features/rows')).status, 400, 'without a purpose nothing');
    const { body: catalogue } = await ask<{ features: { name: string }[]; state: { state: string } }>('/api/features');
    assert.ok(catalogue.features.some(({ name }) => name === 'computed_spent30'));
    const { body: all } = await ask<{ customers: number; features: { name: string; levels?: object[] }[] }>(
      '/api/features/summary',
      'analytics',
    );
    assert.equal(all.customers, 7, 'who has not consented is not counted');
    assert.deepEqual(all.features.find(({ name }) => name === 'region')!.levels, [{ level: '浙江', rows: 6 }]);
    const { body: page } = await ask<Rows>('/api/features/rows?limit=4', 'analytics');
    const { body: rest } = await ask<Rows>(`/api/features/rows?after=${page.next}`, 'analytics');
    const rows = [...page.rows, ...rest.rows];
    assert.equal(new Set(rows.map(({ person }) => person)).size, 7);
    const at = (name: string) => page.columns.indexOf(name);
    assert.deepEqual(new Set(rows.map(({ values }) => values[at('region')])), new Set(['浙江', '…']));
    assert.deepEqual(new Set(rows.map(({ values }) => values[at('birthday')])), new Set(['1990-01-01']));
    assert.ok(rows.every(({ values }) => values[at('orders')] === 2));
    const then = new Date(clock.nowMs - 10 * dayMs).toISOString();
    const { body: past } = await ask<Rows>(`/api/features/rows?at=${then}`, 'analytics');
    assert.deepEqual(past.rows.map(({ person }) => person).sort(), rows.map(({ person }) => person).sort());
    assert.ok(past.rows.every(({ values }) => values[at('orders')] === 1));
    const { body: bought } = await ask<{ purchases: { person: string; at: string; amount: number }[] }>(
      '/api/features/purchases',
      'analytics',
    );
    assert.equal(bought.purchases.length, 14);
    assert.deepEqual(new Set(bought.purchases.map(({ person }) => person)), new Set(rows.map(({ person }) => person)));
    assert.equal(bought.purchases.filter(({ amount }) => amount === 500).length, 7);
    const { body: other } = await ask<Rows>('/api/features/rows', 'identity_matching');
    assert.ok(
      other.rows.every(({ person }) => !rows.some((row) => row.person === person)),
      'pseudonyms are of one purpose',
    );
  }));

test('a start takes what the end kept, and reads anew only whom something concerns since; an erasure leaves nothing of it', () =>
  within(async (node, clock) => {
    const everybody = Array.from({ length: 9 }, (_, at) => ordered(`u${at}`, at, clock.nowMs - at * dayMs));
    await node.send(everybody);
    await customersOf(node).ready();
    const parts = async () => Number((await node.app.node().store.select('SELECT count(*) AS n FROM feature_parts'))[0]!.n);
    await node.restart();
    assert.ok((await parts()) > 50);
    // Before anybody asks for features: an event, a merge by an event, and one by hand.
    await node.send([ordered('u2', 77, clock.nowMs), said('u3', { type: 'alias', previousId: 'u1' }, clock.nowMs)]);
    const [four, five] = [(await node.find('u4'))[0]!.id, (await node.find('u5'))[0]!.id].map(numberOf);
    await node.app.node().profiles.merge(four!, five!, { actor: 'test' });
    const customers = customersOf(node);
    const reads: number[] = [];
    const { people } = node.app.node().profiles;
    const factsOf = people.factsOf.bind(people);
    people.factsOf = (persons, records) => {
      reads.push(...persons);
      return factsOf(persons, records);
    };
    await customers.ready();
    people.factsOf = factsOf;
    // Who was merged away is asked about too.
    assert.ok(reads.length <= 5, `read ${reads.length}`);
    assert.equal(customers.matrix.size, 7);
    clock.nowMs += 31 * dayMs;
    customers.checkTime();
    await customers.settled();
    assert.equal(customers.matrix.digest(clock.nowMs), await anew(node, clock.nowMs));
    await node.app.node().subjects.eraseSubject(four!, { actor: 'test', reason: 'request' });
    await customers.settled();
    assert.equal(await parts(), 0);
    await node.restart();
    await customersOf(node).ready();
    assert.equal(customersOf(node).matrix.size, 6);
    assert.equal(customersOf(node).matrix.digest(clock.nowMs), await anew(node, clock.nowMs));
  }));
