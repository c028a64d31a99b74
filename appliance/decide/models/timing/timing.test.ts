// Next purchase: curves and what is read off them, rows that know nothing of the future, concordance and paired losses against slow ways, buyers with a
// rhythm that a memoryless baseline cannot see, memoryless buyers of whom there is no more to learn, and faults. CDNOW is in cli/next-purchase.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../core/errors.ts';
import { cellOf, columnOf, isMissing } from '../../../core/matrix/matrix.ts';
import { near } from '../fixtures/testing.ts';
import { concordance } from '../metrics/concordance.ts';
import { logLosses, pairedLoss } from '../metrics/paired-loss.ts';
import { drawsOf } from '../numerics/chance.ts';
import { curveOfHazards, probabilityWithin, quantileDays, restrictedMeanDays } from './curve.ts';
import { evaluateTiming } from './evaluation.ts';
import { customersAt, daysUntilNext, type Histories, upTo } from './histories.ts';
import { personPeriods, weeksAhead } from './periods.ts';
import { type Baseline, trainTiming } from './timing.ts';

const historiesOf = (all: readonly (readonly number[])[]): Histories => {
  const starts = [0];
  for (const days of all) starts.push(starts.at(-1)! + days.length);
  const days = Int32Array.from(all.flat());
  return {
    ids: all.map((_, at) => `c${at}`),
    starts: Int32Array.from(starts),
    days,
    amounts: Float64Array.from(days, (day) => 10 + (day % 7)),
  };
};

const someDays = fc
  .array(fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 })
  .map((all) => all.map((days) => [...new Set(days)].sort((a, b) => a - b)));

test('a curve rises from 0, its quantiles undo its probabilities, and its mean is its area', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 0.9, noNaN: true }), { minLength: 1, maxLength: 30 }), (hazards) => {
      const curve = curveOfHazards(hazards);
      assert.equal(curve[0], 0);
      curve.forEach((each, at) => void assert.ok(at === 0 || (each >= curve[at - 1]! && each <= 1)));
      for (const probability of [0.05, 0.5, 0.9]) {
        const days = quantileDays(curve, probability);
        if (days === undefined) assert.ok(curve.at(-1)! < probability);
        else near(probabilityWithin(curve, days), probability, 1e-9, 'undone');
      }
      const steps = 200 * hazards.length;
      const width = (7 * hazards.length) / steps;
      const area = Array.from({ length: steps }, (_, at) => (1 - probabilityWithin(curve, (at + 0.5) * width)) * width);
      near(
        restrictedMeanDays(curve),
        area.reduce((sum, each) => sum + each, 0),
        1e-9,
        'mean',
      );
    }),
  );
  const even = curveOfHazards([0.5, 0.5]);
  assert.deepEqual([...even], [0, 0.5, 0.75]);
  assert.equal(quantileDays(even, 0.5), 7);
  assert.equal(quantileDays(even, 0.8), undefined);
});

test('a week’s row says whether it had a purchase, and nothing of it changes with what comes after', () => {
  fc.assert(
    fc.property(someDays, fc.integer({ min: 20, max: 100 }), (all, day) => {
      const whole = historiesOf(all);
      const past = upTo(whole, day);
      const { matrix, answers } = personPeriods(past, day);
      const expected = [...past.from].flatMap((customer) => {
        const days = all[customer]!.filter((each) => each <= day);
        const weeks = Math.floor((day - days[0]!) / 7);
        return Array.from({ length: weeks }, (_, at) => {
          const now = day - (weeks - at) * 7;
          const before = days.filter((each) => each <= now);
          return {
            bought: days.some((each) => each > now && each <= now + 7) ? 1 : 0,
            since: (now - before.at(-1)!) / 7,
            purchases: before.length,
          };
        });
      });
      assert.deepEqual(
        [...answers],
        expected.map(({ bought }) => bought),
      );
      expected.forEach(({ since, purchases }, row) => {
        near(cellOf(columnOf(matrix, 'weeks since last')!, row), since, 1e-12, 'since');
        assert.equal(cellOf(columnOf(matrix, 'purchases')!, row), purchases);
      });
      // Asked at the day, the first week ahead is what a row of that day is.
      const later = personPeriods(upTo(whole, day + 7), day + 7).matrix;
      const ahead = weeksAhead(past, { from: 0, to: past.ids.length }, day, 1);
      let row = -1;
      past.ids.forEach((_, customer) => {
        row += Math.floor((day + 7 - past.days[past.starts[customer]!]!) / 7);
        for (const column of ahead.columns.filter(({ kind }) => kind === 'number')) {
          const other = columnOf(later, column.name)!;
          const [one, two] = [cellOf(column, customer), cellOf(other, row)];
          assert.ok(Object.is(one, two) || (isMissing(column, one) && isMissing(other, two)), `${column.name} ${one} ${two}`);
        }
      });
    }),
    { numRuns: 60 },
  );
});

test('what a baseline sees of a customer, and how long the next purchase was waited for', () => {
  const histories = historiesOf([[0, 14, 30], [21]]);
  assert.deepEqual(customersAt(upTo(histories, 28), 28), [
    { frequency: 1, recency: 2, age: 4 },
    { frequency: 0, recency: 0, age: 1 },
  ]);
  assert.deepEqual(
    [0, 1].map((customer) => daysUntilNext(histories, customer, 28)),
    [2, Number.POSITIVE_INFINITY],
  );
});

test('concordance: all right, all wrong, ties half, censored only against what was seen before', () => {
  assert.equal(concordance([3, 2, 1], [1, 2, 3], [1, 1, 1]), 1);
  assert.equal(concordance([1, 2, 3], [1, 2, 3], [1, 1, 1]), 0);
  assert.equal(concordance([1, 1, 1], [1, 2, 3], [1, 1, 1]), 0.5);
  assert.equal(concordance([1, 3, 2], [5, 2, 2], [0, 1, 0]), 1);
  assert.ok(Number.isNaN(concordance([1, 2], [1, 2], [0, 0])));
  assert.throws(() => concordance([1], [1, 2], [1]), RangeError);
});

test('paired losses: the paired t statistic is SciPy’s, signs, and the same twice is no difference', () => {
  // scipy.stats.ttest_rel of SciPy 1.10.1.
  const [a, b] = [
    [0.1, 0.4, 0.3, 0.2, 0.5, 0.1, 0.2],
    [0.2, 0.4, 0.5, 0.2, 0.6, 0.3, 0.2],
  ];
  const found = pairedLoss(a!, b!);
  near(found.value / found.standardError, -2.5205041512504174, 1e-12, 't');
  assert.deepEqual([found.better, found.worse], [4, 0]);
  const none = pairedLoss(a!, a!);
  assert.deepEqual([none.value, none.pValue, none.signPValue], [0, 1, 1]);
  near(logLosses([0.8, 0.8], [1, 0])[1]!, -Math.log(0.2), 1e-12, 'loss');
  assert.throws(() => pairedLoss([1], [1]), RangeError);
});

test('the champion needs evidence: a forecast against itself is none', () => {
  const curves = Array.from({ length: 60 }, (_, at) => curveOfHazards(new Float64Array(8).fill(0.02 + at / 200)));
  const waits = curves.map((_, at) => (at % 3 === 0 ? 10 + at / 2 : Number.POSITIVE_INFINITY));
  const { champion, verdict, horizons } = evaluateTiming(curves, curves, waits, 8);
  assert.deepEqual([champion, verdict], ['baseline', 'same']);
  assert.deepEqual(
    horizons.map(({ weeks }) => weeks),
    [1, 4, 8],
  );
});

/** Everybody buys at the rate of their own past, without memory. */
const memoryless: Baseline =
  async () =>
  ({ frequency, age }, weeks) =>
    -Math.expm1((-weeks * (frequency + 0.5)) / (age + 4));

const buyers = (count: number, gapOf: (unit: () => number, customer: number) => number) => {
  const draw = drawsOf(31, 'buyers');
  const unit = () => draw() / 2 ** 32;
  return historiesOf(
    Array.from({ length: count }, (_, customer) => {
      const days = [Math.floor(unit() * 60)];
      for (;;) {
        const next = days.at(-1)! + Math.max(1, Math.round(gapOf(unit, customer)));
        if (next > 420) return days;
        days.push(next);
      }
    }),
  );
};

test('buyers with a rhythm: the hazard sees it, is the champion, and its quantiles hold', { timeout: 60_000 }, async () => {
  const histories = buyers(120, (unit, customer) => 35 + (customer % 2) * 28 + 10 * (unit() - 0.5));
  const request = { name: 'made', histories, baseline: memoryless, originDay: 300, untilDay: 420, weeks: 20 } as const;
  const { report, hazard, customers } = await trainTiming({ ...request, threads: 2 });
  assert.equal(report.evaluation.champion, 'hazard', JSON.stringify(report.evaluation.difference));
  assert.ok(report.evaluation.concordance.hazard > report.evaluation.concordance.baseline);
  assert.ok(hazard);
  // Who bought d days ago buys in gap - d days.
  let off = 0;
  customers.forEach(({ next }, at) => {
    const last = histories.days[histories.starts[at + 1]! - 1]!;
    off += Math.abs(last + 35 + (at % 2) * 28 - 420 - next.quantile(0.5)!) / customers.length;
  });
  assert.ok(off < 8, `medians are off by ${off} days on average`);
  const again = await trainTiming({ ...request, threads: 1 });
  assert.equal(JSON.stringify(again.report), JSON.stringify(report));
});

test('buyers without memory: the baseline stays', { timeout: 60_000 }, async () => {
  const histories = buyers(150, (unit, customer) => -Math.log(1 - unit()) * (20 + 4 * (customer % 10)));
  const { report, hazard, customers } = await trainTiming({ name: 'made', histories, baseline: memoryless, threads: 2 });
  assert.equal(report.evaluation.champion, 'baseline', JSON.stringify(report.evaluation.difference));
  assert.equal(hazard, undefined);
  assert.ok(customers.every(({ next }) => next.within(28) > 0 && next.within(28) < next.within(91)));
});

test('what cannot be forecast is refused with the reason', async () => {
  const base = { name: 'x', baseline: memoryless } as const;
  const everyMonth = Array.from({ length: 150 }, (_, at) => [at % 20, (at % 20) + 30, (at % 20) + 60]);
  for (const [request, code, words] of [
    [{ histories: historiesOf([]) }, 'cannot_train', /no purchases/],
    [{ histories: historiesOf([[3, 3]]) }, 'bad_request', /days that rise/],
    [{ histories: historiesOf(everyMonth.slice(0, 20)), originDay: 40 }, 'cannot_train', /20 customers had bought/],
    [
      { histories: historiesOf(everyMonth.map(([day]) => [day!])), originDay: 10, untilDay: 90 },
      'cannot_train',
      /0 of 83 customers|customers had bought/,
    ],
    [
      { histories: historiesOf(everyMonth.map(([day]) => [day!])), originDay: 25, untilDay: 90 },
      'cannot_train',
      /0 of 150 customers bought again/,
    ],
    [{ histories: historiesOf(everyMonth), originDay: 78 }, 'bad_request', /a week before the last day/],
    [{ histories: historiesOf(everyMonth), weeks: 500 }, 'bad_request', /weeks: expected 1 to 104/],
    // Everybody's first month only: nobody bought a second time by then.
    [{ histories: historiesOf(everyMonth), originDay: 28, untilDay: 60 }, 'cannot_train', /weeks of customers have a purchase/],
  ] as const)
    await assert.rejects(
      trainTiming({ ...base, ...request }),
      (error: Fault) => error instanceof Fault && error.code === code && words.test(error.message),
      words.source,
    );
});
