// The ledger: never overspent, never forgetful, the same after a journey through JSON, and readable.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epsilonOf, epsilonOfRho } from './convert.ts';
import { type Cost, charge, type Entry, type Ledger, left, newLedger, opened, readLedger, refund, spent } from './ledger.ts';
import { entryText, ledgerText, refusalText } from './ledger-texts.ts';
import { composed, gaussianRho, orders, repeated, sampledGaussianCurve, zcdpCurve } from './rdp.ts';
import { near } from './testing.ts';

const fixed = { seed: 20_170_207, numRuns: 60 };
const budget = { epsilon: 3, delta: 1e-6, count: 5 };
const empty = () => newLedger({ dataset: 'customers', partner: 'North Bank', budget });
const entry = (id: string, cost: Cost, what: Entry['what'] = 'round') => ({ what, id, cost, atMs: 1_700_000_000_000 });
const round = sampledGaussianCurve({ noiseMultiplier: 1.2, sampling: 0.05 });

function charged(ledger: Ledger, id: string, cost: Cost, what?: Entry['what']): Ledger {
  const result = charge(ledger, entry(id, cost, what));
  assert.ok(result.charged);
  return result.ledger;
}

test('a new ledger has all of its budget', () => {
  assert.deepEqual(spent(empty()), { epsilon: 0, delta: 1e-6, count: 0, entries: { match: 0, statistic: 0, round: 0 } });
  const rest = left(empty());
  assert.equal(rest.epsilon, 3);
  assert.equal(rest.count, 5);
  near(epsilonOf(zcdpCurve(rest.rho), 1e-6), 3, 1e-8);
});

test('costs of all kinds are added as divergences: less than the sum of their epsilons', () => {
  const ledger = charged(
    charged(charged(empty(), 'a', { rdp: [...repeated(round, 20)] }), 'b', { rho: 0.05 }, 'statistic'),
    'c',
    { count: 2 },
    'match',
  );
  const now = spent(ledger);
  assert.equal(now.epsilon, epsilonOf(composed([repeated(round, 20), zcdpCurve(0.05)]), 1e-6));
  assert.ok(now.epsilon < epsilonOf(repeated(round, 20), 1e-6) + epsilonOfRho(0.05, 1e-6));
  assert.equal(now.count, 2);
  assert.deepEqual(now.entries, { match: 1, statistic: 1, round: 1 });
});

test('what would overspend is refused, and what is left is exactly what may still be charged', () => {
  const ledger = charged(empty(), 'a', { rho: gaussianRho(5) });
  const rest = left(ledger).rho;
  assert.ok(charge(ledger, entry('b', { rho: rest })).charged);
  const refused = charge(ledger, entry('b', { rho: rest * 1.0001 }));
  assert.ok(!refused.charged && refused.why === 'epsilon' && refused.would.epsilon > 3);
  assert.equal(refused.ledger, ledger);
  const many = charge(ledger, entry('b', { count: 6 }, 'match'));
  assert.ok(!many.charged && many.why === 'count' && many.would.count === 6);
  assert.ok(charge(ledger, entry('b', { count: 5 }, 'match')).charged);
});

type Step = { do: 'charge' | 'opened' | 'refund'; id: string; cost: Cost };
const steps = fc.array(
  fc.record<Step>({
    do: fc.constantFrom('charge', 'charge', 'opened', 'refund'),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    cost: fc.oneof(
      fc.record({ rho: fc.double({ min: 0, max: 0.3, noNaN: true }) }),
      fc.record({ count: fc.integer({ min: 1, max: 3 }) }),
      fc.integer({ min: 0, max: 60 }).map((times) => ({ rdp: [...repeated(round, times)] })),
    ),
  }),
  { maxLength: 25 },
);

test('whatever is done in whatever order: within budget, opened entries stay, and JSON gives back the same', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let ledger = empty();
      const kept = new Map<string, string>();
      for (const step of all) {
        const before = JSON.stringify(ledger);
        const old = ledger;
        try {
          if (step.do === 'charge') ledger = charge(ledger, entry(step.id, step.cost)).ledger;
          else ledger = (step.do === 'opened' ? opened : refund)(ledger, step.id);
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
        assert.equal(JSON.stringify(old), before, 'the old ledger is as it was');
        const now = spent(ledger);
        assert.ok(now.epsilon <= budget.epsilon && now.count <= budget.count);
        for (const one of ledger.entries) if (one.state === 'opened') kept.set(one.id, JSON.stringify(one));
        for (const text of kept.values()) assert.ok(JSON.stringify(ledger).includes(text));
        assert.deepEqual(readLedger(JSON.parse(JSON.stringify(ledger))), ledger);
      }
    }),
    fixed,
  );
});

test('charging again is no second charge; another cost or a refunded id is refused', () => {
  const ledger = charged(empty(), 'a', { rho: 0.1 });
  const again = charge(ledger, entry('a', { rho: 0.1 }));
  assert.ok(again.charged && again.ledger === ledger);
  const other = charge(ledger, entry('a', { rho: 0.2 }));
  assert.ok(!other.charged && other.why === 'known');
  const back = refund(ledger, 'a');
  assert.equal(spent(back).epsilon, 0);
  assert.equal(back.entries.length, 1, 'a refund leaves its trace');
  const reused = charge(back, entry('a', { rho: 0.1 }));
  assert.ok(!reused.charged && reused.why === 'known');
});

test('refunds are for what never opened', () => {
  const ledger = charged(empty(), 'a', { rho: 0.1 });
  assert.throws(() => refund(opened(ledger, 'a'), 'a'), /may be refunded, got a, which is opened/);
  assert.throws(() => opened(refund(ledger, 'a'), 'a'), /may be opened, got a, which is refunded/);
  assert.throws(() => refund(ledger, 'b'), /expected an entry of this ledger, got b/);
  assert.deepEqual(opened(opened(ledger, 'a'), 'a'), opened(ledger, 'a'));
  assert.deepEqual(refund(refund(ledger, 'a'), 'a'), refund(ledger, 'a'));
});

test('a ledger that was tampered with or damaged is refused', () => {
  const good = JSON.parse(JSON.stringify(charged(empty(), 'a', { rho: 0.1 })));
  const one = good.entries[0];
  for (const wrong of [
    null,
    {},
    { ...good, version: 2 },
    { ...good, dataset: '' },
    { ...good, budget: { ...budget, delta: 0 } },
    { ...good, budget: { ...budget, epsilon: null } },
    { ...good, entries: [one, one] },
    { ...good, entries: [{ ...one, cost: { rho: -1 } }] },
    { ...good, entries: [{ ...one, cost: { rho: 0.1, count: 1 } }] },
    { ...good, entries: [{ ...one, cost: { rdp: [1, 2] } }] },
    { ...good, entries: [{ ...one, cost: { rdp: orders.map(() => null) } }] },
    { ...good, entries: [{ ...one, cost: { count: 0 } }] },
    { ...good, entries: [{ ...one, what: 'other' }] },
    { ...good, entries: [{ ...one, state: 'lost' }] },
    { ...good, entries: [{ ...one, atMs: 0.5 }] },
  ]) {
    assert.throws(() => readLedger(wrong), RangeError, JSON.stringify(wrong));
  }
  assert.throws(
    () => charge(empty(), entry('a', { rdp: orders.map(() => Number.POSITIVE_INFINITY) })),
    /expected a finite number/,
  );
});

test('in words, in both languages', () => {
  const ledger = charged(charged(empty(), 'r-7', { rho: 0.02 }), 'm-1', { count: 1 }, 'match');
  const [first, second] = ledger.entries;
  assert.deepEqual(entryText(first!, 1e-6), {
    en: 'Training round r-7 (2023-11-14T22:13:20.000Z): by itself within ε = 0.9 at δ = 0.000001; charged, not opened yet.',
    zh: '训练轮次 r-7（2023-11-14T22:13:20.000Z）：单独计算不超过 ε = 0.9（δ = 0.000001）；已计入预算，尚未开始。',
  });
  assert.match(entryText(second!, 1e-6).en, /^Match m-1 .*: 1 exact answer, without noise: no epsilon covers it; charged/);
  assert.match(
    ledgerText(ledger).en,
    /^North Bank has been told about customers: ε 0\.\d+ of 3 at δ = 0.000001, and 1 of 5 exact answers; more may be told with noise\.$/,
  );
  assert.match(ledgerText(ledger).zh, /^已就 customers 向 North Bank 披露/);
  for (const [cost, id, expected] of [
    [{ rho: 9 }, 'x', /^Refused: everything told to North Bank would come to ε = \d+\.?\d*, and the budget is 3\.$/],
    [{ count: 9 }, 'x', /^Refused: that would be 10 exact answers, and the budget is 5\.$/],
    [{ rho: 1 }, 'r-7', /^Refused: an entry of this number/],
  ] as const) {
    const refused = charge(ledger, entry(id, cost));
    assert.ok(!refused.charged);
    assert.match(refusalText(refused).en, expected);
    assert.match(refusalText(refused).zh, /^已拒绝/);
  }
});
