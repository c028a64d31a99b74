import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event, JsonObject } from '../../core/model/event.ts';
import type { Held } from './cache.ts';
import { goldenLimits, goldenRecord } from './golden.ts';
import { emptyState, foldEvent } from './state/state.ts';
import { traitLimits } from './state/traits.ts';
import type { Rule } from './survivorship.ts';
import { anyEvent, canonical, numbered, rounds, seeded } from './testing.ts';

const sources = {
  nameOf: (id: number): string => ['', 'shop', 'crm', 'desk'][id] ?? 'other',
  isByHand: (id: number): boolean => id === 3,
};
const golden = (records: readonly Held[], rules: { [trait: string]: Rule } = {}) => goldenRecord(records, rules, sources);

/** A record as the golden record sees it: its number, its source and its state. */
function record(recordId: number, sourceId: number, events: readonly Event[]): Held {
  const state = emptyState('f');
  for (const event of events) foldEvent(state, sourceId, event, [], { computed: [], fingerprint: 'f' });
  return { recordId, personId: 1, sourceId, known: true, createdAtMs: 0, state } as Held;
}
const said = (...values: [atMs: number, traits: JsonObject][]): Event[] =>
  values.map(([atMs, traits], at) => ({
    kind: 'identify',
    messageId: `m${at}`,
    userId: 'u',
    traits,
    occurredAtMs: atMs,
    receivedAtMs: atMs,
  }));

test('the golden record does not depend on the order of records or of their events', () => {
  const rules: { [trait: string]: Rule } = {
    email: { criteria: ['mostFrequent'] },
    '*': { criteria: ['sourcePriority', 'mostComplete'], sources: ['crm'] },
  };
  fc.assert(
    fc.property(fc.array(fc.array(anyEvent, { maxLength: 12 }), { maxLength: 4 }), fc.nat(), (lists, seed) => {
      const random = seeded(seed);
      const told = lists.map((list) => numbered(list));
      const one = golden(
        told.map((events, at) => record(at, at + 1, events)),
        rules,
      );
      const other = golden(random.shuffle(told.map((events, at) => record(at, at + 1, random.shuffle(events)))), rules);
      assert.equal(canonical(other), canonical(one));
    }),
    { numRuns: rounds(300) },
  );
});

test('lineage says who won, when and why, and what lost', () => {
  const shop = record(
    1,
    1,
    said([10, { name: '小明', email: 'old@x.cn' }], [30, { email: 'new@x.cn' }], [40, { email: 'new@x.cn' }]),
  );
  const crm = record(2, 2, said([20, { name: '王小明' }]));
  const traits = golden([shop, crm], { name: { criteria: ['mostComplete'] } });
  assert.deepEqual(traits.name, {
    value: '王小明',
    source: 'crm',
    recordId: 2,
    observedAtMs: 20,
    decidedBy: 'mostComplete',
    others: [{ value: '小明', source: 'shop', recordId: 1, observedAtMs: 10, times: 1, lostBy: 'mostComplete' }],
  });
  assert.equal(traits.email?.value, 'new@x.cn');
  assert.equal(traits.email?.decidedBy, 'mostRecent');
  const desk = record(3, 3, said([5, { email: 'byhand@x.cn' }]));
  assert.equal(golden([shop, crm, desk]).email?.value, 'byhand@x.cn', 'what a person set stays');
  assert.equal(golden([shop, crm, desk]).email?.decidedBy, 'setByHand');
});

test('null takes back what the same source said before, and nothing else', () => {
  const shop = record(1, 1, said([10, { phone: '1' }], [20, { phone: null }]));
  const crm = record(2, 2, said([5, { phone: '2' }]));
  assert.equal(golden([shop]).phone, undefined);
  assert.equal(golden([shop, crm]).phone?.value, '2', 'another source still says so');
  assert.equal(golden([record(1, 1, said([10, { phone: '1' }], [20, { phone: '' }], [30, { phone: '3' }]))]).phone?.value, '3');
  assert.equal(golden([record(1, 1, said([30, { phone: '1' }], [20, { phone: null }]))]).phone?.value, '1', 'said again after');
});

test('a null among very many values still takes them back', () => {
  const many: [number, JsonObject][] = Array.from({ length: 100 }, (_, at) => [at, { points: at }]);
  assert.equal(golden([record(1, 1, said(...many, [200, { points: null }]))]).points, undefined);
  const traits = golden([record(1, 1, said(...many))]);
  assert.equal(traits.points?.value, 99);
  assert.equal(traits.points?.others.length, Math.min(goldenLimits.others, traitLimits.valuesPerTrait - 1));
});

test('traits named like parts of objects, and consents', () => {
  const traits = golden([record(1, 1, said([1, JSON.parse('{"__proto__":"a","constructor":"b","consents":{"x":true}}')]))]);
  assert.deepEqual(Object.keys(traits).sort(), ['__proto__', 'constructor']);
  assert.equal(traits['constructor' as string]?.value, 'b');
});
