// The catalogue on a store: what a kill loses and what it does not, a store that fails, bounded looking at any rate and any event, and
// alarms against their history.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openEnvelope, place, type RowId, sealEnvelope } from '../../../crypto/envelope.ts';
import { generateKey } from '../../../crypto/keys.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, Json, Outcome } from '../../core/model/event.ts';
import { systemPorts } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { judgeScore, median } from './alarms.ts';
import { fieldLimits } from './fields.ts';
import { Governance, governanceMigrations } from './governance.ts';
import { Pace, paceLimits, Sampler } from './sampler.ts';
import { seeded } from './testing.ts';

const key = generateKey('data');
let nowMs = Date.UTC(2026, 5, 1, 8);
const dictionary = { document: { version: 1 } } as never;

function open(store: Store): Promise<Governance> {
  return Governance.open({
    store,
    ports: { clock: { nowMs: () => nowMs }, random: systemPorts.random },
    region: 'CN',
    seed: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
    derivedKey: () => ({ key, epoch: 1 }),
    placeOf: place,
    sealText: (table: string, column: string, row: RowId, text: string) =>
      sealEnvelope(key, 1, place(table, column), row, Buffer.from(text)),
    openText: (table: string, column: string, row: RowId, sealed: Uint8Array) =>
      openEnvelope(key, place(table, column), row, sealed).toString(),
    sourceIds: () => [1, 2],
    sourceName: (id) => `source ${id}`,
    dictionaryOf: async () => ({ version: 1 }),
    quarantined: async () => new Map(),
    quarantinePage: async () => ({ rows: [] }),
    survivorship: {},
    computedTraits: [],
  });
}

let made = 0;
function track(name: string, properties: { [name: string]: Json }, userId = 'u1'): Event {
  made += 1;
  return { kind: 'track', messageId: `m${made}`, userId, name, properties, occurredAtMs: nowMs, receivedAtMs: nowMs };
}
function observe(governance: Governance, events: readonly Event[], source = 1): void {
  const outcomes = events.map(({ messageId }): Outcome => ({ messageId, outcome: 'recorded', person: 1 }));
  governance.observed({ source, dictionary, events, made: events, outcomes });
}
/** A test that fails leaves no store open, or the process would wait for it. */
async function within(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openTestStore({ migrations: governanceMigrations });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
async function lookedAt(governance: Governance): Promise<{ [path: string]: number }> {
  const { fields } = await governance.catalogue.list();
  return Object.fromEntries(fields.map((field) => [`${field.event ?? field.kind} ${field.path}`, field.lookedAt]));
}

test('a kill loses what was not written, and nothing else; what follows adds to it', () =>
  within(async (store) => {
    const first = await open(store);
    observe(first, [track('Bought', { total: 1 }), track('Bought', { total: 2 })]);
    await first.write();
    observe(first, [track('Bought', { total: 3 }), track('Bought', { fresh: 'x' })]);
    // Killed here: nothing is closed.
    const second = await open(store);
    assert.deepEqual(await lookedAt(second), { 'any userId': 2, 'Bought properties.total': 2 });
    observe(second, [track('Bought', { total: 4, fresh: 'y' })]);
    await second.close();
    const third = await open(store);
    assert.deepEqual(await lookedAt(third), { 'any userId': 3, 'Bought properties.total': 3, 'Bought properties.fresh': 1 });
    const { fields } = await third.catalogue.list({ text: 'total' });
    assert.deepEqual([fields[0]!.completeness, fields[0]!.distinct], [1, 3]);
    await third.close();
  }));

test('a store that fails costs nothing but the wait: the next writing has it all', () =>
  within(async (store) => {
    const governance = await open(store);
    observe(governance, [track('Bought', { total: 1 })]);
    const transact = store.transact.bind(store);
    store.transact = () => Promise.reject(new Fault('disk_full'));
    await assert.rejects(governance.write(), { code: 'disk_full' });
    assert.equal(governance.catalogue.lastFault, 'disk_full');
    observe(governance, [track('Bought', { total: 2 })]);
    await assert.rejects(governance.write(), { code: 'disk_full' });
    store.transact = transact;
    await governance.write();
    const again = await open(store);
    assert.equal((await lookedAt(again))['Bought properties.total'], 2);
    await again.close();
    await governance.close();
  }));

test('a word on a field is there after a kill, also where the field itself was never written', () =>
  within(async (store) => {
    const first = await open(store);
    assert.match(first.unclassified(1, track('Bought', { fresh: 1 }))!.where, /properties\.fresh/);
    const { fields } = await first.catalogue.list({ text: 'fresh' });
    await first.catalogue.classify(fields[0]!.id, { dataClass: 'none', owner: 'shop' }, 'operator');
    const second = await open(store);
    assert.equal(second.unclassified(1, track('Bought', { fresh: 1 })), undefined);
    assert.equal((await second.catalogue.field(fields[0]!.id)).owner, 'shop');
    await second.close();
  }));

test('at 50,000 events a second the node looks at a bounded share, counts all, and sees every kind of event', () =>
  within(async (store) => {
    const governance = await open(store);
    const rng = seeded(4);
    const seconds = 5;
    let sent = 0;
    for (let tick = 0; tick < seconds * 500; tick += 1) {
      nowMs += 2;
      // 40 common kinds of event, and one in five thousand that is rare.
      const events = Array.from({ length: 100 }, () =>
        rng() < 0.0002
          ? track('Rare', { only: 'here' })
          : track(`Event ${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN'[Math.floor(rng() * 40)]}`, {
              n: 1,
              half: rng() < 0.5 ? 1 : null,
            }),
      );
      observe(governance, events);
      sent += events.length;
    }
    const streams = await governance.catalogue.streams(1);
    const any = streams.find(({ kind }) => kind === 'any')!;
    assert.equal(any.seen, sent);
    const named = streams.filter(({ event }) => event !== undefined);
    assert.equal(
      named.reduce((sum, { seen }) => sum + seen, 0),
      sent,
    );
    const looked = streams.reduce((sum, { lookedAt }) => sum + lookedAt, 0);
    // In the first second nobody knows the rate yet: half of a stream's share for each doubling of the stride.
    const most =
      seconds * paceLimits.perSecond * 2 + streams.length * paceLimits.first + streams.length * paceLimits.streamMost * 3;
    assert.ok(looked <= most, `${looked} of ${sent}, at most ${most}`);
    const rare = named.find(({ event }) => event === 'Rare')!;
    assert.equal(rare.lookedAt, rare.seen, 'what is rare is looked at whole');
    const { fields } = await governance.catalogue.list({ text: 'half' });
    for (const field of fields) {
      assert.ok(Math.abs(field.completeness - 0.5) < 0.15, `${field.event}: ${field.completeness}`);
      assert.ok(field.sampled < 1);
    }
    await governance.close();
  }));

test('sampling does not see one turn only of what comes in turns', () => {
  const pace = new Pace(systemPorts.random);
  const sampler = new Sampler();
  const taken = [0, 0];
  for (let at = 0; at < 200_000; at += 1) {
    if (at % 20 === 0) pace.tick(at / 20);
    if (sampler.take(pace)) taken[at % 2]! += 1;
  }
  const share = taken[0]! / (taken[0]! + taken[1]!);
  assert.ok(Math.abs(share - 0.5) < 0.1, `${share}`);
});

test('any event is taken without a fault, and fields stay within their room', () =>
  within(async (store) => {
    const governance = await open(store);
    const object = fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('__proto__', 'constructor', '[]', '*', '')),
      fc.jsonValue({ maxDepth: 9 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.string({ maxLength: 50 }), properties: object, context: object }), { maxLength: 20 }),
        (given) => {
          const events = given.map(({ name, properties, context }) => ({
            ...track(name, properties as never),
            context: context as never,
          }));
          for (const event of events) governance.unclassified(1, event);
          observe(governance, events);
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(governance.catalogue.of(1).fieldCount <= fieldLimits.ofSource);
    await governance.write();
    const before = (await governance.catalogue.list({ limit: 5_000 })).total;
    const again = await open(store);
    assert.equal((await again.catalogue.list({ limit: 5_000 })).total, before);
    await again.close();
    await governance.close();
  }));

test('a fall is an alarm when it is beyond the step and beyond what the history explains', () => {
  const limits = { threshold: 0.5, step: 0.05 };
  const steady = Array.from({ length: 48 }, (_, at) => 0.95 + (at % 3) * 0.005);
  const restless = Array.from({ length: 48 }, (_, at) => 0.75 + (at % 5) * 0.05);
  assert.equal(judgeScore(0.93, 100, limits, steady), undefined, 'within the step');
  assert.deepEqual(judgeScore(0.8, 100, limits, steady)?.reason, 'fell');
  assert.equal(judgeScore(0.76, 100, limits, restless), undefined, 'such hours were there before');
  assert.equal(judgeScore(0.8, 100, limits, steady.slice(0, 5)), undefined, 'too little history');
  assert.equal(judgeScore(0.1, 5, limits, steady), undefined, 'too few checked');
  assert.equal(judgeScore(0.4, 100, limits, [])?.reason, 'below_threshold');
  // A few terrible hours do not move a median.
  assert.equal(judgeScore(0.8, 100, limits, [0, 0, 0, 0.1, 0.1, ...steady])?.reason, 'fell');
  assert.equal(judgeScore(1, 100, limits, steady), undefined);
  assert.equal(median([3, 1, 2, 10]), 2.5);
});
