// What the record's tests share: rounds, canonical text, and arbitrary events with the names and values that break things.

import fc from 'fast-check';
import type { Event, EventKind, Json, JsonObject } from '../../core/model/event.ts';

/** More rounds with HOLDFAST_LONG=1. */
export function rounds(few: number): number {
  return process.env.HOLDFAST_LONG === '1' ? few * 20 : few;
}

/** One text for equal values, whatever the order of keys and however often they went through JSON. */
export function canonical(value: unknown): string {
  return JSON.stringify(JSON.parse(JSON.stringify(value)), (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A small generator of its own (mulberry32), for rounds that print their seed. */
export function seeded(seed: number): { next(below: number): number; shuffle<T>(items: readonly T[]): T[] } {
  let state = seed >>> 0;
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  return {
    next,
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i -= 1) {
        const j = next(i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
  };
}

export const oddTexts = ['constructor', '__proto__', 'toString', 'hasOwnProperty', '', '\ud800', '王小明', 'a', 'b', '"', '0'];
const odd = fc.constantFrom(...oddTexts);
const number = fc.oneof(
  fc.integer({ min: -3, max: 30 }),
  fc.constantFrom(0, 0.1, 19.99, -0, 1e15, 1.7e308, -1e300, 5e-324, 2 ** 53, Number.MAX_SAFE_INTEGER),
);
const value: fc.Arbitrary<Json> = fc.oneof(
  odd,
  number,
  fc.boolean(),
  fc.constant(null),
  number.map(String),
  fc.array(odd, { maxLength: 2 }),
  odd.map((name) => entry(name, 'x')),
);

/** Also for `__proto__`, as parsed JSON would have it. */
function entry(name: string, inner: Json): JsonObject {
  return Object.fromEntries([[name, inner]]) as JsonObject;
}

const product = fc.record({ product_id: odd, name: value, price: value, quantity: value }, { requiredKeys: [] });
const properties = fc.record(
  {
    order_id: fc.constantFrom('o1', 'o2', 'constructor', '__proto__'),
    ticket_id: fc.constantFrom('t1', 't2', 'toString', '__proto__'),
    product_id: fc.constantFrom('p1', 'p2', '__proto__'),
    total: value,
    currency: odd,
    channel: fc.constantFrom('store', 'shop', 'email'),
    products: fc.oneof(fc.array(fc.oneof(product, value), { maxLength: 3 }), value) as fc.Arbitrary<Json>,
    quantity: value,
    price: value,
    name: value,
    purpose: fc.constantFrom('marketing', 'constructor', '__proto__'),
    policyVersion: odd,
    expiresAt: fc.oneof(value, fc.constantFrom('2026-05-01', '2026-13-45', 'soon', 1_790_000_000_000)),
    separate: value,
    guardian: value,
    subject: odd,
    priority: odd,
    path: odd,
    title: odd,
    amount: value,
    nested: value,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
const traits = fc
  .array(fc.tuple(fc.oneof(odd, fc.constantFrom('email', 'name', 'city')), fc.oneof(value, fc.constantFrom('x', 'y', 'z'))), {
    maxLength: 4,
  })
  .chain((pairs) =>
    fc
      .option(fc.constantFrom<Json>(true, false, 'withdrawn', 'given', { status: 'denied', channel: 'sms' }), { nil: undefined })
      .map(
        (consent) =>
          Object.fromEntries([
            ...pairs,
            ...(consent === undefined ? [] : [['consents', { marketing: consent } as Json]]),
          ]) as JsonObject,
      ),
  );
export const eventNames = [
  'Order Completed',
  'Order Updated',
  'Order Cancelled',
  'Order Refunded',
  'Product Added',
  'Product Removed',
  'Product Viewed',
  'Cart Cleared',
  'Ticket Created',
  'Ticket Replied',
  'Ticket Updated',
  'Ticket Resolved',
  'Ticket Reopened',
  'Complaint Filed',
  'Consent Given',
  'Consent Denied',
  'Consent Withdrawn',
  'Consent Expired',
  'Unsubscribed',
  'Email Opened',
  'SMS Delivered',
  'constructor',
  '__proto__',
  'toString',
];
const dayMs = 86_400_000;

/** Any event of any kind; times come from a few days so that they meet. Message ids are given by `numbered`. */
export const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    kind: fc.constantFrom<EventKind>('track', 'track', 'track', 'identify', 'page', 'screen', 'group', 'alias'),
    name: fc.constantFrom(...eventNames),
    atMs: fc.oneof(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 40 }).map((day) => day * dayMs),
      fc.nat(50 * dayMs),
    ),
    late: fc.nat(2 * dayMs),
    properties,
    traits,
    inContext: fc.option(traits, { nil: undefined }),
  })
  .map(({ kind, name, atMs, late, properties: given, traits: said, inContext }) => ({
    kind,
    messageId: '',
    userId: 'u',
    name,
    properties: given,
    ...(kind === 'identify' && { traits: said }),
    ...(inContext && { context: { traits: inContext } }),
    occurredAtMs: atMs,
    receivedAtMs: atMs + late,
  }));

/** Each event with a message id of its own, as a source guarantees. */
export function numbered(events: readonly Event[]): Event[] {
  return events.map((event, at) => ({ ...event, messageId: `m${at}` }));
}
