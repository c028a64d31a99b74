import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event, Json } from '../../../core/model/event.ts';
import { anyEvent, eventNames, numbered, rounds } from '../testing.ts';
import { type ComputedState, type ComputedTrait, computed, computedLimits, type Operation, readComputed } from './computed.ts';
import { stampOf } from './stamp.ts';

const dayMs = 86_400_000;

function fold(events: readonly Event[], traits: readonly ComputedTrait[], source = 1): ComputedState {
  const state = computed.empty();
  for (const event of events) computed.fold(state, event, stampOf(source, event), traits);
  return state;
}
const numeric = (value: Json): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= 1e15 ? number : undefined;
};

/** The slow twin: looks at every event again whenever it is asked. */
function twin(events: readonly Event[], trait: ComputedTrait, nowMs: number): Json | undefined {
  const today = Math.floor(nowMs / dayMs);
  const mine = events.filter((event) => {
    if (event.kind === 'track' ? trait.event !== '*' && trait.event !== event.name : trait.event !== event.kind) return false;
    for (const [name, wanted] of Object.entries(trait.where ?? {}))
      if (JSON.stringify(event.properties?.[name]) !== JSON.stringify(wanted)) return false;
    const day = Math.floor(Math.min(event.occurredAtMs, event.receivedAtMs) / dayMs);
    return trait.windowDays === undefined || (day <= today && day > today - trait.windowDays);
  });
  if (trait.operation === 'count') return mine.length;
  const inOrder = [...mine].sort((a, b) => a.occurredAtMs - b.occurredAtMs || (a.messageId < b.messageId ? -1 : 1));
  const holds = (event: Event) => Object.hasOwn(event.properties ?? {}, trait.property!);
  const all: Json[] = inOrder.filter(holds).map((event) => event.properties![trait.property!]!);
  const given = all.filter((value) => value !== null);
  const numbers = given.map(numeric).filter((value) => value !== undefined);
  const micros = numbers.map(
    (number) => BigInt(Math.trunc(number)) * 1_000_000n + BigInt(Math.round((number - Math.trunc(number)) * 1e6)),
  );
  const sum = Number(micros.reduce((a, b) => a + b, 0n)) / 1e6;
  const texts = new Map<string, number>();
  for (const value of given) texts.set(JSON.stringify(value), (texts.get(JSON.stringify(value)) ?? 0) + 1);
  switch (trait.operation) {
    case 'sum':
      return sum;
    case 'average':
      return numbers.length === 0 ? undefined : sum / numbers.length;
    case 'min':
      return numbers.length === 0 ? undefined : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? undefined : Math.max(...numbers);
    case 'first':
      return given[0];
    case 'last':
      return given.at(-1);
    case 'distinct':
      return texts.size;
    case 'mostFrequent': {
      const [best] = [...texts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      return best && (JSON.parse(best[0]) as Json);
    }
  }
}

const operations: Operation[] = ['count', 'sum', 'average', 'min', 'max', 'first', 'last', 'mostFrequent', 'distinct'];
const trait: fc.Arbitrary<ComputedTrait> = fc
  .record({
    operation: fc.constantFrom(...operations),
    event: fc.constantFrom('*', 'page', 'alias', 'constructor', ...eventNames.slice(0, 8)),
    property: fc.constantFrom('total', 'order_id', 'price', 'name', 'constructor'),
    windowDays: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    where: fc.option(fc.constantFrom({ channel: 'shop' }, { product_id: '__proto__' }), { nil: undefined }),
  })
  .map(({ windowDays, where, ...rest }) => ({
    name: 'toString',
    ...rest,
    ...(windowDays !== undefined && { windowDays }),
    ...(where !== undefined && { where }),
  }));
const same = (a: Json | undefined, b: Json | undefined): void => assert.equal(JSON.stringify(a), JSON.stringify(b));

test('a computed trait says what a look at every event would say, whenever it is asked', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 60, size: 'max' }).map(numbered),
      trait,
      fc.nat(20),
      (events, declared, later) => {
        const lastMs = Math.max(0, ...events.map((event) => Math.max(event.occurredAtMs, event.receivedAtMs)));
        const state = fold(events, [declared]);
        for (const nowMs of [lastMs, lastMs + later * dayMs])
          same(readComputed(state, declared, nowMs)?.value, twin(events, declared, nowMs));
      },
    ),
    { numRuns: rounds(3000) },
  );
});

test('over several records it says what one look at all their events would say', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60, size: 'max' }).map(numbered), trait, (events, declared) => {
      const lastMs = Math.max(0, ...events.map((event) => Math.max(event.occurredAtMs, event.receivedAtMs)));
      const halves = [0, 1].map((half) =>
        fold(
          events.filter((_, at) => at % 2 === half),
          [declared],
        ),
      );
      same(readComputed(computed.combine(halves[0]!, halves[1]!), declared, lastMs)?.value, twin(events, declared, lastMs));
    }),
    { numRuns: rounds(500) },
  );
});

const event = (atMs: number, total: Json, rest: Partial<Event> = {}): Event => ({
  kind: 'track',
  messageId: `${atMs} ${JSON.stringify(total)}`,
  userId: 'u',
  name: 'Order Completed',
  properties: { total },
  occurredAtMs: atMs,
  receivedAtMs: atMs,
  ...rest,
});
const declare = (operation: Operation, windowDays?: number): ComputedTrait => ({
  name: 'x',
  event: 'Order Completed',
  operation,
  property: 'total',
  ...(windowDays !== undefined && { windowDays }),
});

test('sums are exact in any order, and a window lets values go by itself', () => {
  const cents = Array.from({ length: 1000 }, (_, at) => event(at * 1000, 0.1));
  assert.equal(readComputed(fold(cents, [declare('sum')]), declare('sum'), dayMs)?.value, 100);
  const state = fold([event(0, 1), event(dayMs, 2), event(2 * dayMs, 4)], [declare('sum', 2)]);
  const at = (day: number) => readComputed(state, declare('sum', 2), day * dayMs)?.value;
  assert.deepEqual([at(2), at(3), at(4)], [6, 4, 0]);
});

test('a clock gone wrong does not push the real days out of a window', () => {
  const odd = event(8.64e15, 1, { receivedAtMs: 3 * dayMs });
  const state = fold([event(3 * dayMs, 2), odd], [declare('sum', 7)]);
  assert.equal(readComputed(state, declare('sum', 7), 3 * dayMs)?.value, 3);
});

test('beyond the limit of distinct values it says "at least", in any order the same', () => {
  const events = Array.from({ length: computedLimits.distinctValues + 500 }, (_, at) => event(at, `v${at % 1400}`));
  const forward = fold(events, [declare('distinct')]);
  const backward = fold([...events].reverse(), [declare('distinct')]);
  const read = readComputed(forward, declare('distinct'), dayMs);
  assert.deepEqual(read, { value: computedLimits.distinctValues, atLeast: true });
  assert.deepEqual(readComputed(backward, declare('distinct'), dayMs), read);
  const long = fold([event(1, 'x'.repeat(5000)), event(2, 'y')], [declare('mostFrequent')]);
  assert.deepEqual(readComputed(long, declare('mostFrequent'), dayMs), { value: 'y', atLeast: true });
});
