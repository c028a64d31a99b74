// Whole fits on worker threads: parameters that are known come back, order and threads change nothing, what cannot be told is said. CDNOW runs
// when HOLDFAST_DATA names the folder of real sets.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCustomerFile } from '../files/input.ts';
import { seededNumbers } from '../seeded.ts';
import type { Purchases } from './check.ts';
import { fitBgNbd, fitGammaGamma, lifetimeValues, scoreCustomers } from './fit.ts';
import { compareHoldout } from './holdout.ts';
import { gammaVariate, simulate } from './testing.ts';

const data = process.env.HOLDFAST_DATA;
const needsData = data === undefined ? 'HOLDFAST_DATA names no folder of real sets' : false;
const truth = { r: 0.6, alpha: 6, a: 0.9, b: 3 };

const permuted = (columns: Purchases, seed: number): Purchases => {
  const random = seededNumbers(seed);
  const order = Array.from(columns.frequency, (_, row) => row).sort(() => random() - 0.5);
  const move = (values: ArrayLike<number>) => order.map((row) => values[row]!);
  return { frequency: move(columns.frequency), recency: move(columns.recency), age: move(columns.age) };
};

test('BG/NBD: simulated customers give their parameters back within three standard errors, and the holdout is met', async () => {
  const customers = simulate(truth, 20_000, 11, { ahead: 26 });
  const fit = await fitBgNbd(customers, { threads: 2 });
  assert.ok(fit.converged);
  assert.deepEqual(fit.warnings, []);
  for (const name of ['r', 'alpha', 'a', 'b'] as const) {
    const error = fit.standardErrors[name]!;
    assert.ok(Math.abs(fit.model[name] - truth[name]) < 3 * error, `${name}: ${fit.model[name]} +- ${error}, seed 11`);
  }
  const scores = await scoreCustomers(customers, fit.model, { threads: 2, periods: 26 });
  const holdout = compareHoldout(customers.frequency, scores.expected, customers.later);
  assert.ok(Math.abs(holdout.predicted / holdout.actual - 1) < 0.05, `${holdout.predicted} of ${holdout.actual}`);
  for (const row of holdout.rows) assert.ok(Math.abs(row.predicted - row.actual) < 0.2 * (row.actual + 0.5), JSON.stringify(row));
});

test('neither the order of rows nor the number of threads changes a bit of a fit', async () => {
  const customers = simulate(truth, 9000, 12, { roundTo: 1 / 7 });
  const one = await fitBgNbd(customers, { threads: 1 });
  for (const threads of [2, 3]) {
    const other = await fitBgNbd(permuted(customers, threads), { threads });
    assert.deepEqual(other, one);
  }
  const scores = await scoreCustomers(customers, one.model, { threads: 1, periods: 10, discount: 0.001 });
  assert.deepEqual(await scoreCustomers(customers, one.model, { threads: 3, periods: 10, discount: 0.001 }), scores);
});

test('whole weeks where the caller agrees: fewer groups, parameters close by', async () => {
  const customers = simulate(truth, 20_000, 13, { roundTo: 1 / 7 });
  const exact = await fitBgNbd(customers, { threads: 2 });
  const quick = await fitBgNbd(customers, { threads: 2, quantise: true });
  assert.ok(quick.groups * 3 < exact.groups, `${quick.groups} of ${exact.groups}`);
  assert.ok(Math.abs(quick.model.r / exact.model.r - 1) < 0.1);
});

test('the main thread goes on while others fit', async () => {
  const customers = simulate(truth, 60_000, 14);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  await fitBgNbd(customers, { threads: 1 });
  clearInterval(timer);
  assert.ok(ticks > 3, `${ticks} ticks`);
});

test('what cannot be fitted is said in words', async () => {
  const column = (value: number) => Float64Array.from({ length: 50 }, () => value);
  const vary = Float64Array.from({ length: 50 }, (_, row) => 10 + row);
  const cases: [Purchases, RegExp][] = [
    [{ frequency: column(0), recency: column(0), age: vary }, /no customer ever bought again/],
    [{ frequency: column(2), recency: column(5), age: column(9) }, /all customers are the same/],
    [{ frequency: column(0), recency: column(0), age: column(0) }, /all ages are 0/],
    [{ frequency: [], recency: [], age: [] }, /no customers/],
    [{ frequency: [1, 2], recency: [3, 9], age: [5, 8] }, /row 1: recency/],
    [{ frequency: [1.5], recency: [3], age: [5] }, /row 0: frequency/],
    [{ frequency: [1], recency: [3, 4], age: [5] }, /length/],
  ];
  for (const [purchases, told] of cases) await assert.rejects(fitBgNbd(purchases, { threads: 1 }), told);
  await assert.rejects(fitGammaGamma({ frequency: [1, 0], meanAmount: [3, 3] }, { threads: 1 }), /fewer than two/);
});

test('customers who never drop out run to a bound, which is said, and the forecast stays sound', async () => {
  const customers = simulate({ r: 2, alpha: 4, a: 1e-9, b: 1000 }, 3000, 15, { ahead: 20 });
  const fit = await fitBgNbd(customers, { threads: 2 });
  assert.ok(fit.warnings.includes('at_bound') || fit.warnings.includes('flat'), JSON.stringify(fit));
  const scores = await scoreCustomers(customers, fit.model, { threads: 1, periods: 20 });
  const holdout = compareHoldout(customers.frequency, scores.expected, customers.later);
  assert.ok(Math.abs(holdout.predicted / holdout.actual - 1) < 0.05, `${holdout.predicted} of ${holdout.actual}`);
});

test('a signal ends a fit', async () => {
  const stop = new AbortController();
  const customers = simulate(truth, 20_000, 16);
  const fit = fitBgNbd(customers, { threads: 1, signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
  await assert.rejects(fit, /enough/);
});

test('Gamma-Gamma: simulated amounts give their parameters back; values are purchases times means', async () => {
  const random = seededNumbers(17);
  const spend = { p: 5, q: 4, gamma: 20 };
  const frequency = Float64Array.from({ length: 20_000 }, () => Math.floor(random() * 8));
  const meanAmount = frequency.map((x) =>
    x === 0 ? Number.NaN : gammaVariate(random, spend.p * x) / x / (gammaVariate(random, spend.q) / spend.gamma),
  );
  const fit = await fitGammaGamma({ frequency, meanAmount }, { threads: 2 });
  for (const name of ['p', 'q', 'gamma'] as const) {
    assert.ok(Math.abs(fit.model[name] - spend[name]) < 3 * fit.standardErrors[name]!, `${name}: ${fit.model[name]}, seed 17`);
  }
  assert.equal(fit.customers + fit.leftOut, 20_000);
  const discounted = frequency.map((x) => x / 2);
  const { expectedAmount, value } = lifetimeValues(
    { alive: discounted, expected: discounted, discounted },
    { frequency, meanAmount },
    fit.model,
    0.5,
  );
  value.forEach((one, row) => void assert.ok(Math.abs(one - expectedAmount[row]! * discounted[row]! * 0.5) < 1e-9));
});

const toThree = (values: { readonly [name: string]: number }) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.toFixed(3)]));
const table = { r: '0.243', alpha: '4.414', a: '0.793', b: '2.426' };

test('CDNOW, summary: the parameters and the likelihood that Fader, Hardie and Lee print', { skip: needsData }, async () => {
  const file = await readCustomerFile(join(data!, 'cdnow', 'cdnow_customers_summary.csv'), {
    roles: {},
    otherwise: ['frequency', 'recency', 'age'],
  });
  assert.equal(file.kind, 'summary');
  if (file.kind !== 'summary') return;
  const { frequency, recency, age } = file.values;
  const fit = await fitBgNbd({ frequency: frequency!, recency: recency!, age: age! }, { threads: 2 });
  assert.deepEqual(toThree(fit.model), table);
  assert.equal(fit.logLikelihood.toFixed(1), '-9582.4');
});

test('CDNOW, purchases: the same from the sample itself, the holdout, and Gamma-Gamma as Fader and Hardie print it', {
  skip: needsData,
}, async () => {
  const file = await readCustomerFile(join(data!, 'cdnow', 'CDNOW_sample.txt'), {
    roles: {},
    otherwise: ['frequency', 'recency', 'age'],
  });
  assert.equal(file.kind, 'purchases');
  if (file.kind !== 'purchases') return;
  const customers = file.log.customers(Date.parse('1997-09-30') / 86_400_000);
  const weeks = (days: Float64Array) => days.map((day) => day / 7);
  const purchases = { frequency: customers.repeats, recency: weeks(customers.recencyDays), age: weeks(customers.ageDays) };
  const fit = await fitBgNbd(purchases, { threads: 2 });
  assert.equal(fit.customers, 2357);
  assert.deepEqual(toThree(fit.model), table);
  assert.equal(fit.logLikelihood.toFixed(1), '-9582.4');
  const scores = await scoreCustomers(purchases, fit.model, { threads: 2, periods: 39 });
  const holdout = compareHoldout(purchases.frequency, scores.expected, customers.later);
  assert.equal(holdout.actual, 1882);
  assert.ok(Math.abs(holdout.predicted / holdout.actual - 1) < 0.15, `${holdout.predicted}`);
  const spend = await fitGammaGamma({ frequency: purchases.frequency, meanAmount: customers.meanRepeat }, { threads: 2 });
  assert.equal(spend.customers, 946);
  assert.equal(spend.model.p.toFixed(2), '6.25');
  assert.equal(spend.model.q.toFixed(2), '3.74');
  assert.equal(spend.model.gamma.toFixed(2), '15.44');
});
