// The likelihood and what follows from it, against the slow twin by integration, finite differences, and figures of the papers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addLikelihood, type BgNbd, bgNbdOf, type Groups } from './bgnbd.ts';
import {
  byCount,
  type Customer,
  discountedPurchases,
  expectedOfNew,
  expectedPurchases,
  probabilityAlive,
  probabilityOfPurchase,
  purchasesIfAlive,
  rateIfAlive,
} from './expect.ts';
import { addSpendLikelihood, expectedSpend, gammaGammaOf } from './gammagamma.ts';
import { groupEqual } from './groups.ts';
import { simulate, twin } from './testing.ts';

const published: BgNbd = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

const parameter = fc.double({ min: Math.log(0.05), max: Math.log(20), noNaN: true });
const models = fc.tuple(parameter, parameter, parameter, parameter);
const customers: fc.Arbitrary<Customer> = fc
  .record({
    frequency: fc.nat(40),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    age: fc.double({ min: 0.1, max: 200, noNaN: true }),
  })
  .map(({ frequency, share, age }) => ({ frequency, recency: frequency === 0 ? 0 : share * age, age }));

const groupsOf = (rows: readonly Customer[]): Groups =>
  groupEqual([
    Float64Array.from(rows, ({ frequency }) => frequency),
    Float64Array.from(rows, ({ recency }) => recency),
    Float64Array.from(rows, ({ age }) => age),
  ]).groups;

function likelihood(groups: Groups, logs: readonly number[]): Float64Array {
  const out = new Float64Array(5);
  addLikelihood(groups, 0, groups.weight.length, bgNbdOf(logs), out, 0);
  return out;
}

const near = (actual: number, expected: number, within: number, what = '') =>
  assert.ok(
    Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)),
    `${what} expected ${expected}, got ${actual}`,
  );

test('likelihood, probability alive and expectation are what integration over all rates and chances gives', () => {
  const cases: [BgNbd, Customer, number][] = [
    [published, { frequency: 2, recency: 30.43, age: 38.86 }, 39],
    [published, { frequency: 0, recency: 0, age: 38.86 }, 39],
    [published, { frequency: 26, recency: 31, age: 31 }, 100],
    [{ r: 1.3, alpha: 2, a: 1, b: 0.8 }, { frequency: 5, recency: 3, age: 9 }, 20],
    [{ r: 2.5, alpha: 11, a: 4, b: 1.5 }, { frequency: 1, recency: 8, age: 30 }, 500],
  ];
  for (const [model, customer, periods] of cases) {
    const slow = twin(model, customer, periods);
    const logs = [model.r, model.alpha, model.a, model.b].map(Math.log);
    near(likelihood(groupsOf([customer]), logs)[0]!, slow.logLikelihood, 1e-7, 'likelihood');
    near(probabilityAlive(model, customer), slow.alive, 1e-7, 'alive');
    near(expectedPurchases(model, customer, periods), slow.expected, 1e-6, 'expected');
  }
});

test('the gradient is what finite differences give', () => {
  fc.assert(
    fc.property(models, fc.array(customers, { minLength: 1, maxLength: 12 }), (logs, rows) => {
      const groups = groupsOf(rows);
      const found = likelihood(groups, logs);
      for (let at = 0; at < 4; at += 1) {
        const moved = (by: number) =>
          likelihood(
            groups,
            logs.map((log, index) => (index === at ? log + by : log)),
          )[0]!;
        const difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        near(found[at + 1]!, difference, 1e-5 + 1e-9 * Math.abs(found[0]!), `derivative ${at}`);
      }
    }),
  );
});

test('rows in another order are the same groups and the same sums, to the bit', () => {
  fc.assert(
    fc.property(models, fc.array(customers, { minLength: 2, maxLength: 30 }), fc.integer(), (logs, rows, seed) => {
      const doubled = [...rows, ...rows.slice(0, 5)];
      const shuffled = doubled.map((row, at) => ({ row, key: Math.imul(at + 1, seed | 1) })).sort((a, b) => a.key - b.key);
      assert.deepEqual(likelihood(groupsOf(shuffled.map(({ row }) => row)), logs), likelihood(groupsOf(doubled), logs));
    }),
  );
});

test('probability alive lies in 0 to 1, is 1 without a repeat, and falls while nothing is bought', () => {
  fc.assert(
    fc.property(models, customers, (logs, customer) => {
      const model = bgNbdOf(logs);
      const alive = probabilityAlive(model, customer);
      assert.ok(alive >= 0 && alive <= 1);
      if (customer.frequency === 0) assert.equal(alive, 1);
      assert.ok(probabilityAlive(model, { ...customer, age: customer.age + 10 }) <= alive);
    }),
  );
});

test('expected purchases: two forms agree, grow with time, and integrate their rate', () => {
  fc.assert(
    fc.property(models, customers, fc.double({ min: 0.01, max: 300, noNaN: true }), (logs, customer, periods) => {
      const model = bgNbdOf(logs);
      const rate = model.alpha + customer.age;
      const { r, a, b } = model;
      const expected = purchasesIfAlive(model, customer, periods);
      const counted = byCount(
        r + customer.frequency,
        a,
        b + customer.frequency,
        periods / (rate + periods),
        -Math.log1p(periods / rate),
      ).made;
      near(expected, counted, 1e-9, `${JSON.stringify([model, customer, periods])}`);
      assert.ok(purchasesIfAlive(model, customer, periods * 1.1) >= expected * (1 - 1e-12));
      near(rateIfAlive(model, customer, 0), (r + customer.frequency) / rate, 1e-12);
      near(discountedPurchases(model, customer, periods, 0), expectedPurchases(model, customer, periods), 1e-7);
      const discounted = discountedPurchases(model, customer, periods, 0.002);
      assert.ok(discounted < expectedPurchases(model, customer, periods) * (1 + 1e-6));
    }),
    { numRuns: 200 },
  );
});

test('customers who are all alike, hardly drop out, or buy all day: still numbers that agree', () => {
  const extremes: [BgNbd, Customer, number][] = [
    [{ r: 8100, alpha: 137, a: 4.9, b: 1.4 }, { frequency: 3, recency: 0.3, age: 30 }, 520],
    [{ r: 289, alpha: 331, a: 32, b: 32 }, { frequency: 1, recency: 1.1, age: 29 }, 520],
    [{ r: 8103, alpha: 10367, a: 0.88, b: 0.005 }, { frequency: 0, recency: 0, age: 34 }, 520],
    [{ r: 2000, alpha: 2000, a: 8000, b: 8000 }, { frequency: 9, recency: 30, age: 31 }, 520],
    [{ r: 0.3, alpha: 5, a: 1e-4, b: 8000 }, { frequency: 9, recency: 30, age: 31 }, 520],
    [{ r: 0.3, alpha: 5, a: 0.8, b: 2 }, { frequency: 2, recency: 30, age: 31 }, 1e-7],
  ];
  for (const [model, customer, periods] of extremes) {
    const expected = expectedPurchases(model, customer, periods);
    assert.ok(
      expected >= 0 && expected <= ((model.r + customer.frequency) * periods) / (model.alpha + customer.age),
      `${expected}`,
    );
    near(discountedPurchases(model, customer, periods, 0), expected, 1e-6);
  }
});

test('poles of the closed form are none of the expectation', () => {
  const customer = { frequency: 2, recency: 30, age: 38 };
  for (const away of [0, 1e-12, 1e-7, 0.9e-5, 1.1e-5, 1e-4]) {
    near(
      expectedPurchases({ ...published, a: 1 + away }, customer, 39),
      expectedPurchases({ ...published, a: 1 }, customer, 39),
      1e-3 * (1e-4 + away * 1e3),
    );
    const sum = { r: 0.3, alpha: 5, a: 0.4, b: 0.6 + away };
    assert.ok(Math.abs(expectedOfNew(sum, 10) - expectedOfNew({ ...sum, b: 0.6 }, 10)) <= away * 2 + 1e-9);
  }
});

test('figures of the papers: the first customer of CDNOW buys 1.226 in the next 39 weeks, spends 24.66', () => {
  near(expectedPurchases(published, { frequency: 2, recency: 30.43, age: 38.86 }, 39), 1.226, 5e-4);
  // Fader and Hardie 2013, with p 6.25, q 3.74, gamma 15.44.
  near(expectedSpend({ p: 6.25, q: 3.74, gamma: 15.44 }, 0, Number.NaN), (6.25 * 15.44) / 2.74, 1e-12);
  assert.ok(Number.isNaN(expectedSpend({ p: 6.25, q: 0.9, gamma: 15.44 }, 0, 0)));
});

test('Gamma-Gamma: the gradient is what finite differences give, and the density integrates to 1', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.01, max: 1e4, noNaN: true })), {
    minLength: 1,
    maxLength: 10,
  });
  const groupsFor = (pairs: readonly (readonly [number, number])[]) =>
    groupEqual([
      Float64Array.from(pairs, ([x]) => x),
      Float64Array.from(pairs, ([, mean]) => mean),
      new Float64Array(pairs.length),
    ]).groups;
  const sums = (groups: Groups, logs: readonly number[]) => {
    const out = new Float64Array(4);
    addSpendLikelihood(groups, 0, groups.weight.length, gammaGammaOf(logs), out, 0);
    return out;
  };
  fc.assert(
    fc.property(fc.tuple(parameter, parameter, parameter), rows, (logs, pairs) => {
      const groups = groupsFor(pairs);
      const found = sums(groups, logs);
      for (let at = 0; at < 3; at += 1) {
        const moved = (by: number) =>
          sums(
            groups,
            logs.map((log, index) => (index === at ? log + by : log)),
          )[0]!;
        near(found[at + 1]!, (moved(1e-5) - moved(-1e-5)) / 2e-5, 2e-5 + 1e-9 * Math.abs(found[0]!));
      }
    }),
  );
  const logs = [6.25, 3.74, 15.44].map(Math.log);
  let total = 0;
  for (let u = -8; u < 16; u += 0.01) total += Math.exp(sums(groupsFor([[3, Math.exp(u)]]), logs)[0]! + u) * 0.01;
  near(total, 1, 1e-6);
});

test('the chance of a purchase: 0 at once, rises to that of being alive, begins at the rate, never above what is expected', () => {
  fc.assert(
    fc.property(models, customers, fc.double({ min: 0.01, max: 60, noNaN: true }), (logs, customer, periods) => {
      const model = bgNbdOf(logs);
      const alive = probabilityAlive(model, customer);
      const within = (time: number) => probabilityOfPurchase(model, customer, time);
      assert.equal(within(0), 0);
      assert.ok(within(periods) <= Math.min(alive, expectedPurchases(model, customer, periods)) * (1 + 1e-9));
      assert.ok(within(2 * periods) >= within(periods));
      const rate = (model.r + customer.frequency) / (model.alpha + customer.age);
      const moment = 1e-6 / rate;
      assert.ok(Math.abs(within(moment) / moment / (alive * rate) - 1) < 1e-4 * (1 + model.r + customer.frequency));
    }),
  );
});

test('the chance of a purchase is the share of simulated customers that buy', () => {
  const made = simulate(published, 40_000, 5, { ahead: 13 });
  let [expected, bought] = [0, 0];
  made.frequency.forEach((frequency, at) => {
    expected += probabilityOfPurchase(published, { frequency, recency: made.recency[at]!, age: made.age[at]! }, 13);
    bought += made.later[at]! > 0 ? 1 : 0;
  });
  assert.ok(Math.abs(expected / bought - 1) < 0.03, `${expected} expected, ${bought} bought`);
});
