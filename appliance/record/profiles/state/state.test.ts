import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event, Json, JsonObject } from '../../../core/model/event.ts';
import type { Claim } from '../identity/partition.ts';
import { anyEvent, canonical, numbered, oddTexts, rounds, seeded } from '../testing.ts';
import { activity, activityLimits, timesOf } from './activity.ts';
import { browsing, browsingLimits } from './browsing.ts';
import { claimLimits } from './claims.ts';
import { commerce, commerceLimits } from './commerce.ts';
import type { ComputedTrait } from './computed.ts';
import { computed } from './computed.ts';
import { consentLimits, consents } from './consents.ts';
import { messageLimits, messages } from './messages.ts';
import { combineStates, decodeState, emptyState, encodeState, foldEvent, type RecordState } from './state.ts';
import { ticketLimits, tickets } from './tickets.ts';
import { traitLimits, traits } from './traits.ts';

const declared: ComputedTrait[] = [
  { name: 'orders', event: 'Order Completed', operation: 'count' },
  { name: 'constructor', event: '*', operation: 'sum', property: 'total' },
  { name: '__proto__', event: '*', operation: 'distinct', property: 'order_id', windowDays: 7 },
  { name: 'favourite', event: 'Product Viewed', operation: 'mostFrequent', property: 'product_id', windowDays: 3 },
  { name: 'firstTotal', event: '*', operation: 'first', property: 'total' },
  { name: 'lastTotal', event: '*', operation: 'last', property: 'total', windowDays: 2 },
  { name: 'most', event: '*', operation: 'max', property: 'total' },
  { name: 'mean', event: '*', operation: 'average', property: 'price', where: { channel: 'shop' } },
];
const config = { computed: declared, fingerprint: 'f' };
const claimsOf = (event: Event): Claim[] =>
  typeof event.traits?.email === 'string'
    ? [
        { kind: 'email', value: event.traits.email },
        { kind: 'user_id', value: 'u', source: 1 },
      ]
    : [];

function fold(events: readonly Event[], source = 1): RecordState {
  const state = emptyState('f');
  for (const event of events) foldEvent(state, source, event, claimsOf(event), config);
  return state;
}
function reread(state: RecordState): RecordState {
  const decoded = decodeState(Buffer.from(encodeState(state)), 'f');
  assert.ok(decoded);
  return decoded;
}
const events = (maxLength: number) => fc.array(anyEvent, { maxLength, size: 'max' }).map(numbered);

test('a state does not depend on the order of its events, nor on being stored in between', () => {
  fc.assert(
    fc.property(
      events(40).chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)),
      ),
      ([list, other, cut]) => {
        const expected = canonical(fold(list));
        assert.equal(canonical(fold(other)), expected);
        const state = reread(fold(other.slice(0, cut)));
        for (const event of other.slice(cut)) foldEvent(state, 1, event, claimsOf(event), config);
        assert.equal(canonical(reread(state)), expected);
      },
    ),
    { numRuns: rounds(300) },
  );
});

/** Every part but the claims, with how it combines. */
const parts = {
  traits: (a: RecordState, b: RecordState) => traits.combine(a.traits, b.traits),
  commerce: (a: RecordState, b: RecordState) => commerce.combine(a.commerce, b.commerce),
  tickets: (a: RecordState, b: RecordState) => tickets.combine(a.tickets, b.tickets),
  messages: (a: RecordState, b: RecordState) => messages.combine(a.messages, b.messages),
  browsing: (a: RecordState, b: RecordState) => browsing.combine(a.browsing, b.browsing),
  activity: (a: RecordState, b: RecordState) => activity.combine(a.activity, b.activity),
  computed: (a: RecordState, b: RecordState) => computed.combine(a.computed, b.computed),
  consents: (a: RecordState, b: RecordState) => consents.combine(a.consents, b.consents),
} as const;
type Part = keyof typeof parts;
const combineParts = (a: RecordState, b: RecordState): RecordState => ({
  ...a,
  ...Object.fromEntries((Object.keys(parts) as Part[]).map((name) => [name, parts[name](a, b)])),
});

test('each part is a commutative monoid, and combining two halves is folding all', () => {
  fc.assert(
    fc.property(events(20), events(20), events(10), (a, b, c) => {
      // The same message ids in three sources: they must not be taken for the same facts.
      const [x, y, z] = [fold(a, 1), fold(b, 2), fold(c, 10)];
      const before = canonical([x, y, z]);
      for (const name of Object.keys(parts) as Part[]) {
        const combine = parts[name];
        assert.equal(canonical(combine(x, y)), canonical(combine(y, x)), `${name} commutes`);
        const left = combine({ ...x, [name]: combine(x, y) }, z);
        const right = combine(x, { ...y, [name]: combine(y, z) });
        assert.equal(canonical(left), canonical(right), `${name} is associative`);
        assert.equal(canonical(combine(emptyState('f'), x)), canonical(x[name]), `${name} has an identity`);
        if (name === 'consents') continue;
        const whole = fold(a, 1);
        for (const event of b) foldEvent(whole, 2, event, [], config);
        assert.equal(canonical(combine(x, y)), canonical(whole[name]), `${name}: two halves are the whole`);
      }
      assert.equal(canonical([x, y, z]), before, 'combining changes no record');
    }),
    { numRuns: rounds(150) },
  );
});

test('the states of a person combine the same in any order of its records', () => {
  fc.assert(
    fc.property(fc.array(events(10), { minLength: 1, maxLength: 5 }), fc.nat(), (lists, seed) => {
      const states = lists.map((list, at) => fold(list, at + 1));
      const one = canonical(combineStates(states, 'f'));
      assert.equal(canonical(combineStates(seeded(seed).shuffle(states), 'f')), one);
      assert.equal(combineStates(states, 'f').events.count, lists.flat().length);
    }),
    { numRuns: rounds(100) },
  );
});

/** Far more of everything than is kept. */
function flood(seed: number, count: number): Event[] {
  const random = seeded(seed);
  const names = ['Order Completed', 'Order Refunded', 'Order Updated', 'Product Added', 'Product Viewed', 'Ticket Replied'];
  return Array.from({ length: count }, (_, at): Event => {
    const id = oddTexts[random.next(oddTexts.length * 4)] ?? `id${random.next(count)}`;
    const atMs = random.next(count);
    const common = { messageId: `m${at}`, userId: 'u', occurredAtMs: atMs, receivedAtMs: atMs };
    const kind = random.next(8);
    if (kind === 0) {
      const said: [string, Json][] = [
        [`trait${random.next(1500)}`, id],
        ['points', random.next(60)],
        ['email', `${id}@x.cn`],
        ['consents', Object.fromEntries([[`purpose ${random.next(500)}`, random.next(2) === 0]])],
      ];
      return { ...common, kind: 'identify', traits: Object.fromEntries(said) as JsonObject };
    }
    if (kind === 1) return { ...common, kind: 'page', name: id, properties: { path: `/${id}`, title: id } };
    if (kind === 2) return { ...common, kind: 'track', name: 'Email Opened', properties: { campaign: id } };
    const properties = { order_id: id, ticket_id: id, product_id: id, total: random.next(500), price: '0.1', channel: 'store' };
    return { ...common, kind: 'track', name: names[random.next(names.length)]!, properties };
  });
}

test('beyond the limits a state stays bounded and still does not depend on the order', () => {
  for (let round = 0; round < rounds(3); round += 1) {
    const seed = 7000 + round;
    const list = flood(seed, 4000);
    const noClaims = (from: readonly Event[], source: number) => {
      const state = emptyState('f');
      for (const event of from) foldEvent(state, source, event, [], config);
      return state;
    };
    const state = noClaims(list, 1);
    assert.equal(canonical(noClaims(seeded(seed + 1).shuffle(list), 1)), canonical(state), `seed ${seed}`);
    const other = noClaims(flood(seed + 2, 3000), 2);
    const [one, two] = [combineParts(state, other), combineParts(other, state)];
    for (const name of Object.keys(parts) as Part[])
      assert.equal(canonical(one[name]), canonical(two[name]), `${name}, seed ${seed}`);
    for (const full of [state, one]) {
      assert.equal(Object.keys(full.traits).length, traitLimits.traitsPerRecord);
      assert.ok(full.traits.points && full.traits.email, 'standard traits stay');
      assert.equal(Object.keys(full.traits.points).length, traitLimits.valuesPerTrait);
      assert.ok(
        Object.values(full.traits.points).every((value) => value.count === 0),
        'the trait says that it gave up counting',
      );
      assert.equal(Object.keys(full.consents.words).length, consentLimits.perRecord);
      assert.equal(full.consents.overflow, true);
      assert.equal(full.consents.history.length, consentLimits.history);
      assert.equal(full.commerce.orders.length, commerceLimits.orderSteps);
      assert.equal(full.commerce.cart.length, commerceLimits.cartOperations);
      assert.equal(full.tickets.steps.length, ticketLimits.steps);
      assert.equal(full.messages.recent.length, messageLimits.recent);
      assert.equal(full.browsing.pages.length, browsingLimits.pages);
      assert.equal(full.browsing.products.length, browsingLimits.products);
      for (const did of Object.values(full.activity.did)) assert.ok(timesOf(did).length <= activityLimits.times);
      assert.equal(full.activity.did['Email Opened']!.count > activityLimits.times, true);
    }
    assert.ok(encodeState(state).length < 400_000, `state of ${encodeState(state).length} bytes`);
  }
});

test('beyond the claims limit further identifiers are refused and counted, and huge values are not kept', () => {
  const state = emptyState('f');
  for (let i = 0; i < claimLimits.perRecord + 100; i += 1) {
    const event: Event = { kind: 'identify', messageId: `m${i}`, userId: 'u', occurredAtMs: i, receivedAtMs: i };
    foldEvent(state, 1, event, [{ kind: 'email', value: `${i}@x.cn` }], config);
  }
  assert.equal(Object.keys(state.claims.seen).length, claimLimits.perRecord);
  assert.equal(state.claims.refused, 100);
  const huge = 'x'.repeat(30_000);
  for (let i = 0; i < 200; i += 1) {
    const properties = { order_id: huge + i, product_id: huge, path: huge, title: huge, subject: huge, ticket_id: huge };
    const common = { userId: 'u', occurredAtMs: i, receivedAtMs: i };
    const name = ['Order Completed', 'Product Added', 'Ticket Created', 'Product Viewed'][i % 4]!;
    foldEvent(state, 1, { ...common, kind: 'track', messageId: `t${i}`, name, properties }, [], config);
    foldEvent(state, 1, { ...common, kind: 'page', messageId: `p${i}`, properties }, [], config);
    foldEvent(state, 1, { ...common, kind: 'identify', messageId: `i${i}`, traits: { bio: huge + i } }, [], config);
  }
  assert.ok(encodeState(state).length < 600_000, `state of ${encodeState(state).length} bytes`);
});

test('a state of another version or configuration is not read', () => {
  const state = fold([]);
  assert.equal(decodeState(Buffer.from(encodeState(state)), 'other'), undefined);
  assert.equal(decodeState(Buffer.from(encodeState({ ...state, version: 1 })), 'f'), undefined);
});

test('names that objects are born with are names like any other, also after decoding', () => {
  const state = reread(emptyState('f'));
  const event = (kind: Event['kind'], rest: Partial<Event>): Event => ({
    kind,
    messageId: JSON.stringify(rest),
    userId: 'u',
    occurredAtMs: 5,
    receivedAtMs: 5,
    ...rest,
  });
  for (const name of ['constructor', '__proto__', 'toString']) {
    foldEvent(state, 1, event('track', { name, properties: { purpose: 'marketing', total: 2 } }), [], config);
    foldEvent(state, 1, event('identify', { traits: JSON.parse(`{"${name}":"v"}`) }), [], config);
    foldEvent(state, 1, event('track', { name: 'Order Completed', properties: { order_id: name, total: 1 } }), [], config);
  }
  const read = reread(state);
  assert.deepEqual(Object.keys(read.consents.words), [], 'no event of that name says anything about consent');
  assert.deepEqual(Object.keys(read.traits).sort(), ['__proto__', 'constructor', 'toString']);
  assert.equal(read.computed['constructor' as string]?.buckets.ever?.sum, '9000000');
  assert.equal(read.computed.orders?.buckets.ever?.count, 3);
});
