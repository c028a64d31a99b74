import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../core/errors.ts';
import type { Json } from '../../core/model/event.ts';
import { type Candidate, type Criterion, defaultRule, type Rule, survive } from './survivorship.ts';
import { canonical, rounds, seeded } from './testing.ts';

const sources = ['crm', 'shop', 'desk'];
const criteria: Criterion[] = ['setByHand', 'sourcePriority', 'mostRecent', 'mostFrequent', 'mostComplete'];
const candidate = (value: Json, rest: Partial<Candidate> = {}): Candidate => ({
  value,
  recordId: 1,
  sourceId: 1,
  source: 'crm',
  observedAtMs: 0,
  by: 'm',
  firstAtMs: 0,
  count: 1,
  setByHand: false,
  ...rest,
});
const anyCandidates = fc
  .array(
    fc.record({
      value: fc.constantFrom<Json>('a', 'ab', 'abc', '', 1, true, { a: 1 }, { a: 1, b: 'x' }, ['x']),
      source: fc.constantFrom(...sources),
      observedAtMs: fc.nat(3),
      count: fc.integer({ min: 1, max: 4 }),
      setByHand: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => list.map((one, at) => candidate(one.value, { ...one, recordId: at, by: `${at % 3} m${at}` })));
const anyRule: fc.Arbitrary<Rule> = fc.record({
  criteria: fc.shuffledSubarray(criteria),
  sources: fc.shuffledSubarray([...sources, 'unheard of']),
});

test('the same candidates in any order give the same winner, losers and reasons', () => {
  fc.assert(
    fc.property(anyRule, anyCandidates, fc.nat(), (rule, candidates, seed) => {
      assert.equal(canonical(survive(rule, seeded(seed).shuffle(candidates))), canonical(survive(rule, candidates)));
    }),
    { numRuns: rounds(1000) },
  );
});

test('the winner is among the best by the first criterion that tells them apart, and nobody is lost', () => {
  fc.assert(
    fc.property(anyRule, anyCandidates, (rule, candidates) => {
      const { winner, losers } = survive(rule, candidates);
      assert.equal(losers.length, candidates.length - 1);
      assert.deepEqual(new Set([winner, ...losers.map((loser) => loser.candidate)]), new Set(candidates));
      // The slow way: one criterion after the other leaves only its best.
      let left = [...candidates];
      for (const by of rule.criteria) {
        const best = Math.max(...left.map((one) => merit(by, one, rule, candidates)));
        left = left.filter((one) => merit(by, one, rule, candidates) === best);
      }
      const latest = Math.max(...left.map((one) => one.observedAtMs));
      left = left.filter((one) => one.observedAtMs === latest);
      assert.ok(left.includes(winner));
    }),
    { numRuns: rounds(1000) },
  );
});

function merit(by: Criterion, one: Candidate, rule: Rule, all: readonly Candidate[]): number {
  const same = (other: Candidate) => JSON.stringify(other.value) === JSON.stringify(one.value);
  switch (by) {
    case 'setByHand':
      return one.setByHand ? 1 : 0;
    case 'sourcePriority':
      return -((rule.sources ?? []).includes(one.source) ? rule.sources!.indexOf(one.source) : 99);
    case 'mostRecent':
      return one.observedAtMs;
    case 'mostFrequent':
      return all.filter(same).reduce((sum, other) => sum + other.count, 0);
    case 'mostComplete':
      return filled(one.value);
  }
}
function filled(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.map(filled).reduce((a, b) => a + b, 0);
  if (typeof value === 'object' && value !== null)
    return Object.values(value)
      .map((inner) => 1 + filled(inner))
      .reduce((a, b) => a + b, 0);
  return 1;
}

test('each criterion by example', () => {
  const byShop = candidate('Wang', { source: 'shop', observedAtMs: 9, recordId: 2, by: 'z' });
  const byCrm = candidate('Wang Xiaoming', { observedAtMs: 5, count: 3 });
  const byHand = candidate('王小明', { source: 'desk', observedAtMs: 1, setByHand: true, recordId: 3 });
  const table: [Criterion[], Candidate[], Candidate, Criterion][] = [
    [['mostRecent'], [byCrm, byShop], byShop, 'mostRecent'],
    [['mostFrequent'], [byCrm, byShop], byCrm, 'mostFrequent'],
    [['mostComplete'], [byCrm, byShop, byHand], byCrm, 'mostComplete'],
    [['sourcePriority'], [byShop, byCrm, byHand], byHand, 'sourcePriority'],
    [['setByHand', 'mostRecent'], [byCrm, byShop, byHand], byHand, 'setByHand'],
    [['setByHand', 'mostRecent'], [byCrm, byShop], byShop, 'mostRecent'],
    [[], [byCrm, byShop], byShop, 'mostRecent'],
  ];
  for (const [by, candidates, expected, reason] of table) {
    const survival = survive({ criteria: by, sources: ['desk', 'crm'] }, candidates);
    assert.equal(survival.winner, expected, by.join());
    assert.equal(survival.decidedBy, reason, by.join());
    assert.ok(survival.losers.every((loser) => loser.lostBy === reason));
  }
  assert.equal(survive(defaultRule, [byCrm]).decidedBy, 'onlyOne');
  assert.throws(
    () => survive(defaultRule, []),
    (error) => error instanceof Fault && error.code === 'bad_request',
  );
});

test('the same value from two sources is counted together', () => {
  const twice = [
    candidate('a', { source: 'crm' }),
    candidate('a', { source: 'shop', by: 'n' }),
    candidate('b', { observedAtMs: 7 }),
  ];
  assert.equal(survive({ criteria: ['mostFrequent'] }, twice).winner.value, 'a');
});
