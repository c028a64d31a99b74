// Lifetime value of all customers together: what they bought week by week, what they are expected to buy and be worth until the end of some weeks, tenth
// by tenth, and how well the same models would have foretold the last weeks.

import { Fault } from '../../../core/errors.ts';
import { type Pool, type ThreadOptions, withPool } from '../../../core/pool/pool.ts';
import { type Fit, fitBgNbd, fitGammaGamma, lifetimeValues, scoreCustomers } from '../lifetime/fit.ts';
import { compareHoldout } from '../lifetime/holdout.ts';
import type { Orders, Table } from './forecast.ts';
import type * as tasks from './value.task.ts';

const taskFile = new URL('./value.task.ts', import.meta.url);
const threads = 2;
const weeksOfYear = 365.25 / 7;
/** Points of the forecast; weeks of the past that are shown, and that are held back to check it. */
const shape = { points: 12, past: 52, heldBack: 13 } as const;

/** `discount`: a year. `margin`: the share of amounts that is earned. */
export type LifetimeAsked = { weeks: number; discount: number; margin: number };

export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** @throws {Fault} `not_identifiable` where nobody came back */
export function lifetimeOf(orders: Orders, today: number, asked: LifetimeAsked, signal: AbortSignal) {
  return withPool<typeof tasks, Awaited<ReturnType<typeof report>>>(taskFile, { threads: 1, signal }, (pool) =>
    report(pool, orders, today, asked, signal),
  );
}

async function report(pool: Pool<typeof tasks>, orders: Orders, today: number, asked: LifetimeAsked, signal: AbortSignal) {
  const { weeks, discount, margin } = asked;
  const options = { threads, signal };
  const table = await pool.run('tableOf', { orders, untilDay: today }, { signal });
  const purchases = purchasesOf(table);
  const fit = await fitBgNbd(purchases, { ...options, quantise: true });
  const amounts = { frequency: table.repeats, meanAmount: table.meanRepeat };
  const spend = await unlessUnknown(() => fitGammaGamma(amounts, options));
  const until = async (week: number) => {
    const weekly = Math.log1p(discount) / weeksOfYear;
    const scores = await scoreCustomers(purchases, fit.model, { ...options, periods: week, discount: weekly });
    const value = spend && lifetimeValues(scores, amounts, spend.model, margin).value;
    return { scores, value };
  };
  const forecast: { week: number; orders: number; value: number | null }[] = [];
  let last = await until(weeks);
  for (const week of forecastWeeks(weeks)) {
    last = await until(week);
    forecast.push({ week, orders: sum(last.scores.expected), value: last.value ? sum(last.value) : null });
  }
  const { alive, expected } = last.scores;
  const tenths = await pool.run('tenthsOf', { value: last.value ?? expected, alive, expected, total: table.total }, { signal });
  const past = await pool.run('weeksOf', { orders, lastDay: today, weeks: shape.past }, { signal });
  const early = await pool.run('tableOf', { orders, untilDay: today - shape.heldBack * 7 }, { signal });
  const holdout = await unlessUnknown(() => check(early, options));
  return {
    customers: table.repeats.length,
    repeating: table.repeats.filter((repeats) => repeats > 0).length,
    meanAlive: sum(alive) / table.repeats.length,
    purchases: told(fit),
    ...(spend && { spending: { ...told(spend), correlation: spend.correlation } }),
    forecast,
    tenths,
    past: past.map(({ day, ...week }) => ({ day: dayText(day), ...week })),
    ...(holdout && { holdout }),
  };
}

/** Fitted on what was known some weeks ago, asked about these. */
async function check(early: Table, options: ThreadOptions) {
  const before = purchasesOf(early);
  const { model } = await fitBgNbd(before, { ...options, quantise: true });
  const { expected } = await scoreCustomers(before, model, { ...options, periods: shape.heldBack });
  const { rows, predicted, actual, meanAbsoluteError } = compareHoldout(before.frequency, expected, early.later);
  return { weeks: shape.heldBack, rows, predicted, actual, meanAbsoluteError };
}

const purchasesOf = ({ repeats, recencyDays, ageDays }: Table) => ({
  frequency: repeats,
  recency: recencyDays.map((days) => days / 7),
  age: ageDays.map((days) => days / 7),
});

const forecastWeeks = (weeks: number): Set<number> =>
  new Set(Array.from({ length: shape.points }, (_, step) => Math.max(1, Math.round(((step + 1) * weeks) / shape.points))));

function told<Model>({ model, warnings, customers, converged }: Fit<Model>) {
  return { model, warnings, customers, converged };
}

/** What the data do not tell is left out. */
async function unlessUnknown<Found>(work: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_identifiable') return undefined;
    throw error;
  }
}

const sum = (values: Float64Array): number => values.reduce((so, one) => so + (Number.isFinite(one) ? one : 0), 0);
