// The stream of events: the same bytes for a seed, in order of arrival, within the node's limits, with its promised oddities.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Event, eventKinds, eventLimits } from '../core/model/event.ts';
import { identifierKinds } from '../core/model/identifier.ts';
import { dayMs, hourMs } from './calendar.ts';
import { peopleOf } from './people.ts';
import {
  defaultSample,
  type SampleEvent,
  type SampleSource,
  sampleConfig,
  sampleEndMs,
  sampleEvents,
  sampleLimits,
  sampleSources,
  sampleStartMs,
  sampleTruth,
} from './sample.ts';
import { arrivalRates } from './scribe.ts';

const events = [...sampleEvents(defaultSample)];
const truth = [...sampleTruth(defaultSample)];
const named = (name: string) => events.filter(({ event }) => event.name === name);
const digest = (from: Iterable<SampleEvent>) => {
  const hash = createHash('sha256');
  for (const { source, event } of from) hash.update(`${source}${JSON.stringify(event)}\n`);
  return hash.digest('hex');
};

test('the same seed gives the same bytes, any other option others', () => {
  const small = { seed: 5, people: 120, scale: 1 };
  const first = digest(sampleEvents(small));
  assert.equal(digest(sampleEvents(small)), first);
  assert.equal(digest(sampleEvents({ seed: 5, people: 120 })), first);
  for (const other of [
    { ...small, seed: 6 },
    { ...small, people: 121 },
    { ...small, scale: 1.5 },
  ])
    assert.notEqual(digest(sampleEvents(other)), first);
});

test('its size is as promised and grows with scale', () => {
  assert.ok(events.length >= 60_000 && events.length <= 80_000, `${events.length} events`);
  const twice = [...sampleEvents({ ...defaultSample, people: 300, scale: 3 })].length;
  const once = [...sampleEvents({ ...defaultSample, people: 300 })].length;
  assert.ok(twice > once * 1.6 && twice < once * 3, `${once} at scale 1, ${twice} at scale 3`);
});

test('all five systems speak, each in its own words', () => {
  const words: Readonly<Record<SampleSource, readonly string[]>> = {
    shop: [
      'Product Viewed',
      'Product Added',
      'Cart Viewed',
      'Checkout Started',
      'Order Completed',
      'Order Delivered',
      'Order Refunded',
      'Consent Given',
      'Consent Withdrawn',
    ],
    crm: [
      'Account Opened',
      'Card Issued',
      'Loan Applied',
      'Loan Approved',
      'Payment Made',
      'SMS Delivered',
      'Consent Given',
      'Consent Withdrawn',
    ],
    till: ['Order Completed', 'Order Refunded'],
    desk: ['Ticket Created', 'Ticket Replied', 'Ticket Resolved', 'Complaint Filed'],
    newsletter: ['Email Delivered', 'Email Opened', 'Email Link Clicked', 'Consent Given', 'Consent Withdrawn'],
  };
  for (const { name } of sampleSources) {
    const said = new Set(events.filter(({ source }) => source === name).map(({ event }) => event.name ?? event.kind));
    for (const word of [...words[name], 'identify']) assert.ok(said.has(word), `${name} never says ${word}`);
  }
  assert.ok(
    events.some(({ event }) => event.kind === 'alias'),
    'no alias',
  );
});

/** What the node would refuse, for any seed and size. */
function assertSound(found: readonly SampleEvent[]): void {
  let last = 0;
  for (const { source, event } of found) {
    const bytes = Buffer.byteLength(JSON.stringify(event));
    assert.ok(bytes <= eventLimits.eventBytes / 4, `${bytes} bytes`);
    assert.ok(eventKinds.includes(event.kind));
    assert.ok(event.userId !== undefined || event.anonymousId !== undefined, 'an event of nobody');
    for (const id of [event.userId, event.anonymousId, event.messageId])
      assert.ok(id === undefined || (id.length > 0 && id.length <= eventLimits.idLength));
    assert.ok(Number.isSafeInteger(event.occurredAtMs) && Number.isSafeInteger(event.receivedAtMs));
    assert.ok(event.occurredAtMs >= sampleStartMs && event.receivedAtMs < sampleEndMs, `${source} outside the history`);
    assert.ok(event.receivedAtMs >= event.occurredAtMs, 'received before it happened');
    assert.ok(event.receivedAtMs >= last, 'out of order of arrival');
    last = event.receivedAtMs;
    if (event.kind === 'track') assert.ok(event.name !== undefined && event.properties !== undefined);
    if (event.kind === 'identify') assert.ok(event.traits !== undefined && Object.keys(event.traits).length > 0);
    if (event.kind === 'alias') assert.ok(event.previousId !== undefined);
  }
}

test('every event is sound, for any seed', () => {
  assertSound(events);
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.1, max: 4, noNaN: true }),
      (seed, people, scale) => {
        assertSound([...sampleEvents({ seed, people, scale })]);
      },
    ),
    { numRuns: 40 },
  );
});

test('a message id is used once, but for what was sent again unchanged', () => {
  const first = new Map<string, { source: SampleSource; event: Event }>();
  let again = 0;
  for (const { source, event } of events) {
    const known = first.get(event.messageId);
    if (!known) {
      first.set(event.messageId, { source, event });
      continue;
    }
    again += 1;
    assert.deepEqual({ ...event, receivedAtMs: known.event.receivedAtMs }, known.event);
    assert.equal(source, known.source);
  }
  const share = again / events.length;
  assert.ok(Math.abs(share - arrivalRates.resent) < 0.0015, `${again} of ${events.length} sent again`);
});

test('some arrive late, tills at closing time', () => {
  const delays = (source: SampleSource) =>
    events.filter((found) => found.source === source).map(({ event }) => event.receivedAtMs - event.occurredAtMs);
  const shop = delays('shop');
  const late = shop.filter((ms) => ms > hourMs).length / shop.length;
  assert.ok(late > 0.01 && late < 0.06, `${late} of the shop’s events come more than an hour late`);
  assert.ok(
    shop.some((ms) => ms > dayMs),
    'none a day late',
  );
  const till = events
    .filter(({ source, event }) => source === 'till' && event.kind === 'track')
    .map(({ event }) => event.receivedAtMs - event.occurredAtMs);
  assert.ok(till.filter((ms) => ms > 10 * 60_000).length / till.length > 0.95);
});

test('every record has its truth, and one person only, shared tablets apart', () => {
  const people = new Map<string, Set<string>>();
  for (const { source, recordKey, personId } of truth) {
    const key = `${source} ${recordKey.kind} ${recordKey.value}`;
    people.set(key, (people.get(key) ?? new Set()).add(personId));
  }
  const used = new Set<string>();
  for (const { source, event } of events) {
    if (event.userId !== undefined) used.add(`${source} user_id ${event.userId}`);
    if (event.anonymousId !== undefined) used.add(`${source} anonymous_id ${event.anonymousId}`);
  }
  assert.deepEqual([...used].sort(), [...people.keys()].sort());
  const tablets = new Set(
    peopleOf(defaultSample.seed, defaultSample.people).flatMap(({ household }) => household.tablet?.anonymousId ?? []),
  );
  const several = [...people].filter(([, who]) => who.size > 1);
  for (const [key] of several) assert.ok(tablets.has(key.split(' ')[2]!), `${key} is several people’s`);
  assert.ok(several.length >= 5, `${several.length} tablets seen with several people`);
  const known = new Set(truth.map((row) => row.personId).filter((id) => id.startsWith('P')));
  assert.equal(known.size, defaultSample.people, 'all the people are seen');
});

test('anonymous visits are joined to an account later, or never', () => {
  const accounts = new Map<string, { anonymousAtMs: number; signedInAtMs: number }>();
  for (const { source, event } of events) {
    if (source !== 'shop' || event.anonymousId === undefined) continue;
    const device = accounts.get(event.anonymousId) ?? { anonymousAtMs: Infinity, signedInAtMs: Infinity };
    if (event.userId === undefined) device.anonymousAtMs = Math.min(device.anonymousAtMs, event.occurredAtMs);
    else device.signedInAtMs = Math.min(device.signedInAtMs, event.occurredAtMs);
    accounts.set(event.anonymousId, device);
  }
  const all = [...accounts.values()];
  const joined = all.filter((device) => device.anonymousAtMs < device.signedInAtMs && device.signedInAtMs < Infinity).length;
  const never = all.filter((device) => device.signedInAtMs === Infinity).length;
  assert.ok(joined >= 300, `${joined} devices sign in after anonymous visits`);
  assert.ok(never >= 200, `${never} devices never sign in`);
  const strangers = truth.filter((row) => row.personId.startsWith('V'));
  assert.ok(
    strangers.length >= 200 && strangers.every((row) => row.recordKey.kind === 'anonymous_id'),
    `${strangers.length} strangers`,
  );
});

test('orders add up, refunds and deliveries belong to orders, tickets end after they began', () => {
  const orders = new Map<string, number>();
  const seenBefore = new Set<string>();
  for (const { event } of named('Order Completed')) {
    const { order_id, products, channel, currency, ...amounts } = event.properties ?? {};
    const lines = products as { price: number; quantity: number }[];
    const [subtotal, discount, shipping, total] = ['subtotal', 'discount', 'shipping', 'total'].map((name) =>
      Number(amounts[name] ?? 0),
    ) as [number, number, number, number];
    assert.equal(currency, 'CNY');
    assert.ok(
      lines.length > 0 && Math.abs(lines.reduce((sum, line) => sum + line.price * line.quantity, 0) - subtotal) < 0.005,
      String(order_id),
    );
    assert.ok(total > 0 && Math.abs(subtotal - discount + shipping - total) < 0.015, String(order_id));
    assert.ok(channel === 'store' || channel === 'web' || channel === 'app');
    assert.equal(
      orders.has(String(order_id)),
      orders.has(String(order_id)) && seenBefore.has(event.messageId),
      'one number for two orders',
    );
    seenBefore.add(event.messageId);
    orders.set(String(order_id), total);
  }
  for (const name of ['Order Delivered', 'Order Refunded']) {
    for (const { event } of named(name)) assert.ok(orders.has(String(event.properties?.order_id)), `${name} without an order`);
  }
  for (const { event } of named('Order Refunded'))
    assert.ok(Number(event.properties?.total) <= orders.get(String(event.properties?.order_id))! + 0.005);
  const openedAtMs = new Map(named('Ticket Created').map(({ event }) => [event.properties?.ticket_id, event.occurredAtMs]));
  for (const name of ['Ticket Replied', 'Ticket Resolved', 'Complaint Filed']) {
    for (const { event } of named(name))
      assert.ok(openedAtMs.get(event.properties?.ticket_id)! <= event.occurredAtMs, `${name} before its ticket`);
  }
  const late =
    named('Order Delivered').filter(({ event }) => event.properties?.late === true).length / named('Order Delivered').length;
  assert.ok(late > 0.15 && late < 0.4, `${late} delivered late`);
});

test('nobody is mailed without a consent in force', () => {
  const inForce = new Map<string, [atMs: number, given: boolean][]>();
  for (const { source, event } of events) {
    if (event.name !== 'Consent Given' && event.name !== 'Consent Withdrawn') continue;
    if (!String(event.properties?.purpose).startsWith('marketing')) continue;
    const key = `${source} ${event.userId}`;
    inForce.set(key, [...(inForce.get(key) ?? []), [event.occurredAtMs, event.name === 'Consent Given']]);
  }
  const truthOf = new Map(truth.map(({ source, recordKey, personId }) => [`${source} ${recordKey.value}`, personId]));
  const ofPerson = new Map<string, [number, boolean][]>();
  for (const [key, words] of inForce) {
    const person = `${key.split(' ')[0]} ${truthOf.get(key)}`;
    ofPerson.set(person, [...(ofPerson.get(person) ?? []), ...words]);
  }
  for (const [name, source] of [
    ['Email Delivered', 'newsletter'],
    ['SMS Delivered', 'crm'],
  ] as const) {
    for (const { event } of named(name)) {
      const words = ofPerson.get(`${source} ${truthOf.get(`${source} ${event.userId}`)}`) ?? [];
      const before = words.filter(([atMs]) => atMs <= event.occurredAtMs).sort(([a], [b]) => a - b);
      assert.equal(before.at(-1)?.[1], true, `${name} to ${event.userId} without consent`);
    }
  }
});

test('the seasons show: November and June sell more online than August', () => {
  const perDay = (from: string, to: string) => {
    const [fromMs, toMs] = [Date.parse(`${from}T00:00:00+08:00`), Date.parse(`${to}T00:00:00+08:00`)];
    const sold = named('Order Completed').filter(
      ({ source, event }) => source === 'shop' && event.occurredAtMs >= fromMs && event.occurredAtMs < toMs,
    );
    return sold.length / ((toMs - fromMs) / dayMs);
  };
  const august = perDay('2025-08-01', '2025-09-01');
  assert.ok(perDay('2025-11-01', '2025-11-14') > 1.5 * august);
  assert.ok(perDay('2025-06-01', '2025-06-21') > 1.2 * august);
});

test('options outside the limits are refused', () => {
  for (const options of [
    { seed: 1.5, people: 10 },
    { seed: 1, people: 0 },
    { seed: 1, people: sampleLimits.people + 1 },
    { seed: 1, people: 10, scale: 0 },
    { seed: 1, people: 10, scale: NaN },
  ]) {
    assert.throws(() => sampleEvents(options)[Symbol.iterator]().next(), RangeError, JSON.stringify(options));
  }
});

test('the suggested configuration is plain JSON that names what occurs', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(sampleConfig)), sampleConfig);
  const names = new Set(events.map(({ event }) => event.name));
  for (const trait of sampleConfig.computedTraits) assert.ok(names.has(trait.event), `${trait.name} asks for ${trait.event}`);
  const traits = new Set(events.flatMap(({ event }) => Object.keys(event.traits ?? {})));
  for (const trait of Object.keys(sampleConfig.survivorship)) assert.ok(traits.has(trait), trait);
  assert.doesNotThrow(() => identifierKinds(sampleConfig.identifierPolicies));
  assert.deepEqual(sampleSources.map((source) => source.survivorshipPriority).sort(), [1, 2, 3, 4, 5]);
});
