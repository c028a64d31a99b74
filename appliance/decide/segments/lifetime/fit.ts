// Fits BG/NBD and Gamma-Gamma by maximum likelihood on worker threads, with standard errors by the inverse of the observed information, and
// scores customers by a fit. The main thread only steers the search.

import { Fault } from '../../../core/errors.ts';
import { type ThreadOptions, withPool } from '../../../core/pool/pool.ts';
import { type BgNbd, bgNbdNames, bgNbdOf, type Groups, groupsPerBlock } from './bgnbd.ts';
import { checkPurchases, type FitWarning, type Purchases } from './check.ts';
import { expectedSpend, type GammaGamma, gammaGammaNames, gammaGammaOf } from './gammagamma.ts';
import type * as tasks from './lifetime.task.ts';
import { type Bounds, invertPositive, type Minimum, minimise, type Objective } from './minimise.ts';

const taskFile = new URL('./lifetime.task.ts', import.meta.url);

export type Fit<Model> = {
  readonly model: Model;
  /** Sum over all customers, constants that the papers leave in included. */
  readonly logLikelihood: number;
  /** By the delta method from the logarithms; null where the data do not tell the parameter. */
  readonly standardErrors: { readonly [name in keyof Model]: number | null };
  readonly customers: number;
  /** Different rows among them: the terms of the likelihood. */
  readonly groups: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly converged: boolean;
  readonly warnings: readonly FitWarning[];
};

export type FitOptions = ThreadOptions & {
  /**
   * Rounds recency and age to whole periods (recency at least one where somebody came back) before grouping: fewer groups, faster, and
   * parameters that differ a little. Default false.
   */
  readonly quantise?: boolean;
  /** Hears of each evaluation of the likelihood. */
  readonly onProgress?: (evaluations: number) => void;
};

/** Of the largest derivative of the mean log-likelihood by the logarithm of a parameter. */
const tolerance = 1e-8;

/**
 * Fits the BG/NBD.
 * @param purchases one row for each customer; the order of rows does not matter
 * @throws {Fault} as `checkPurchases` does; the reason of the signal when it aborts
 */
export async function fitBgNbd(purchases: Purchases, options: FitOptions = {}): Promise<Fit<BgNbd>> {
  checkPurchases(purchases);
  const columns = columnsOf(purchases, options.quantise ?? false);
  return withPool<typeof tasks, Fit<BgNbd>>(taskFile, options, async (pool) => {
    const { groups } = await pool.run('group', { columns });
    const customers = sum(groups.weight);
    const objective = objectiveOf(customers, 5, options, (logs) => {
      const model = bgNbdOf(logs);
      return pool.stretches('likelihood', blocksOf(groups), ({ from, to }) => ({ groups, from, to, model }));
    });
    const scale = Math.log(sum(groups.age, groups.weight) / customers);
    // Wide enough for any customers, narrow enough that a ridge ends somewhere: alpha counts in mean ages.
    const bounds = { lower: [-9, scale - 12, -9, -9], upper: [9, scale + 12, 9, 9] };
    const starts = [-1.5, 0, 1].flatMap((lnR) =>
      [-1, 0.5].flatMap((lnA) => [0, 1.5].map((lnB) => [lnR, scale + lnR - 0.5, lnA, lnB])),
    );
    const found = await minimise(objective, await best(objective, starts), bounds, tolerance);
    return fitOf<BgNbd>(found, bgNbdOf(found.at), bgNbdNames, bounds, customers, groups.weight.length);
  });
}

/** Amounts of customers: one length, a row for each. */
export type Spending = {
  /** Repeat purchases. */
  readonly frequency: ArrayLike<number>;
  /** Mean amount of the repeat purchases, in units of a currency. */
  readonly meanAmount: ArrayLike<number>;
};

export type SpendFit = Fit<GammaGamma> & {
  /** Customers without a repeat purchase, or whose mean is not above 0: they are left out of the fit. */
  readonly leftOut: number;
  /** Pearson's, between frequency and mean amount, of those in the fit. */
  readonly correlation: number;
};

/**
 * Fits the Gamma-Gamma to customers with a repeat purchase and a mean amount above 0.
 * @throws {Fault} `not_identifiable` where fewer than two such customers differ
 */
export async function fitGammaGamma(spending: Spending, options: FitOptions = {}): Promise<SpendFit> {
  const rows = spending.frequency.length;
  if (spending.meanAmount.length !== rows) throw new Fault('bad_request', 'frequency and meanAmount differ in length');
  const frequency = sharedNumbers(
    Float64Array.from({ length: rows }, (_, row) => (spends(spending, row) ? spending.frequency[row]! : Number.NaN)),
  );
  const columns = [frequency, sharedNumbers(spending.meanAmount), sharedNumbers(new Float64Array(rows))] as const;
  return withPool<typeof tasks, SpendFit>(taskFile, options, async (pool) => {
    const { groups } = await pool.run('group', { columns });
    const customers = sum(groups.weight);
    if (groups.weight.length < 2)
      throw new Fault('not_identifiable', 'amounts: fewer than two customers with repeat purchases differ in them');
    const objective = objectiveOf(customers, 4, options, (logs) => {
      const model = gammaGammaOf(logs);
      return pool.stretches('spendLikelihood', blocksOf(groups), ({ from, to }) => ({ groups, from, to, model }));
    });
    const scale = Math.log(sum(groups.recency, groups.weight) / customers);
    const bounds = { lower: [-9, -9, scale - 12], upper: [9, 9, scale + 12] };
    const starts = [0, 2].flatMap((lnP) => [0.7, 1.4, 3].map((lnQ) => [lnP, lnQ, scale + lnQ - lnP]));
    const found = await minimise(objective, await best(objective, starts), bounds, tolerance);
    const model = gammaGammaOf(found.at);
    const fit = fitOf<GammaGamma>(found, model, gammaGammaNames, bounds, customers, groups.weight.length);
    const correlation = correlationOf(groups);
    const warnings = [...fit.warnings];
    if (model.q <= 1) warnings.push('no_mean');
    if (Math.abs(correlation) > 0.3) warnings.push('related');
    return { ...fit, warnings, leftOut: rows - customers, correlation };
  });
}

const spends = ({ frequency, meanAmount }: Spending, row: number): boolean =>
  frequency[row]! > 0 && meanAmount[row]! > 0 && Number.isFinite(meanAmount[row]!) && Number.isFinite(frequency[row]!);

export type ScoreOptions = ThreadOptions & {
  /** The horizon. */
  readonly periods: number;
  /** Continuous, per period. Default 0. */
  readonly discount?: number;
};
export type CustomerScores = {
  readonly alive: Float64Array;
  /** Purchases in the horizon. */
  readonly expected: Float64Array;
  /** The same, each discounted to now. */
  readonly discounted: Float64Array;
};

/** @throws {Fault} as `checkPurchases` does, but for what identifies a fit */
export async function scoreCustomers(purchases: Purchases, model: BgNbd, options: ScoreOptions): Promise<CustomerScores> {
  const { periods, discount = 0 } = options;
  const columns = columnsOf(purchases, false);
  return withPool<typeof tasks, CustomerScores>(taskFile, options, async (pool) => {
    const { groups, groupOf } = await pool.run('group', { columns });
    const shared = () => new Float64Array(new SharedArrayBuffer(groups.weight.length * 8));
    const scores = { alive: shared(), expected: shared(), discounted: shared() };
    // One block each: between them the signal is heard.
    const blocks = blocksOf(groups);
    await Promise.all(
      Array.from({ length: blocks }, (_, block) =>
        pool.run('score', { groups, from: block, to: block + 1, model, periods, discount, scores }),
      ),
    );
    const spread = (values: Float64Array) => Float64Array.from(groupOf, (group) => values[group]!);
    return { alive: spread(scores.alive), expected: spread(scores.expected), discounted: spread(scores.discounted) };
  });
}

/** Lifetime value: discounted purchases times the expected mean amount times the margin. NaN where no mean exists. */
export function lifetimeValues(scores: CustomerScores, spending: Spending, model: GammaGamma, margin = 1) {
  const rows = scores.discounted.length;
  const amount = Float64Array.from({ length: rows }, (_, row) =>
    expectedSpend(model, spends(spending, row) ? spending.frequency[row]! : 0, spending.meanAmount[row]!),
  );
  return { expectedAmount: amount, value: amount.map((mean, row) => mean * scores.discounted[row]! * margin) };
}

type Columns = readonly [Float64Array<SharedArrayBuffer>, Float64Array<SharedArrayBuffer>, Float64Array<SharedArrayBuffer>];

function columnsOf({ frequency, recency, age }: Purchases, quantise: boolean): Columns {
  if (!quantise) return [sharedNumbers(frequency), sharedNumbers(recency), sharedNumbers(age)];
  const last = Float64Array.from({ length: recency.length }, (_, row) =>
    frequency[row]! > 0 ? Math.max(1, Math.round(recency[row]!)) : 0,
  );
  return [
    sharedNumbers(frequency),
    sharedNumbers(last),
    sharedNumbers(Float64Array.from({ length: age.length }, (_, row) => Math.max(last[row]!, Math.round(age[row]!)))),
  ];
}

const blocksOf = (groups: Groups): number => Math.ceil(groups.weight.length / groupsPerBlock);

/**
 * Minus the mean log-likelihood: of one size for a hundred customers and for millions.
 * @param ask sums of all blocks in their order, `sums` for each
 */
function objectiveOf(
  customers: number,
  sums: number,
  options: FitOptions,
  ask: (logs: Float64Array) => Promise<Float64Array[]>,
): Objective {
  let evaluations = 0;
  return async (logs) => {
    const total = new Float64Array(sums);
    for (const answer of await ask(logs)) for (let at = 0; at < answer.length; at += 1) total[at % sums]! += answer[at]!;
    evaluations += 1;
    options.onProgress?.(evaluations);
    const mean = total.map((value) => -value / customers);
    return { value: mean[0]!, gradient: mean.subarray(1) };
  };
}

async function best(objective: Objective, starts: readonly (readonly number[])[]): Promise<Float64Array> {
  let [least, chosen] = [Number.POSITIVE_INFINITY, starts[0]!];
  for (const start of starts) {
    const { value } = await objective(Float64Array.from(start));
    if (value < least) [least, chosen] = [value, start];
  }
  return Float64Array.from(chosen);
}

function fitOf<Model extends { readonly [name in keyof Model]: number }>(
  found: Minimum,
  model: Model,
  names: readonly (keyof Model & string)[],
  { lower, upper }: Bounds,
  customers: number,
  groups: number,
): Fit<Model> {
  const n = names.length;
  const inside = [...found.at].map((value, index) => value > lower[index]! && value < upper[index]!);
  const information = found.hessian.map((second) => second * customers);
  const covariance = invertPositive(information, n, inside);
  const errors = names.map((name, index) => {
    const variance = covariance?.[index * n + index] ?? 0;
    return [name, inside[index] && variance > 0 ? model[name] * Math.sqrt(variance) : null];
  });
  const warnings: FitWarning[] = [];
  if (!found.converged) warnings.push('not_converged');
  if (inside.includes(false)) warnings.push('at_bound');
  if (!covariance) warnings.push('flat');
  return {
    model,
    logLikelihood: -found.value * customers,
    standardErrors: Object.fromEntries(errors) as { [name in keyof Model]: number | null },
    customers,
    groups,
    iterations: found.iterations,
    evaluations: found.evaluations,
    converged: found.converged,
    warnings,
  };
}

function sum(values: Float64Array, weights?: Float64Array): number {
  let total = 0;
  for (let at = 0; at < values.length; at += 1) total += values[at]! * (weights ? weights[at]! : 1);
  return total;
}

function correlationOf({ frequency, recency: amount, weight }: Groups): number {
  const n = sum(weight);
  const [meanX, meanY] = [sum(frequency, weight) / n, sum(amount, weight) / n];
  let [xy, xx, yy] = [0, 0, 0];
  for (let at = 0; at < weight.length; at += 1) {
    const [dx, dy] = [frequency[at]! - meanX, amount[at]! - meanY];
    xy += weight[at]! * dx * dy;
    xx += weight[at]! * dx * dx;
    yy += weight[at]! * dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** A shared copy of numbers, or the same array where it is shared already. */
function sharedNumbers(values: ArrayLike<number>): Float64Array<SharedArrayBuffer> {
  if (values instanceof Float64Array && values.buffer instanceof SharedArrayBuffer) {
    return values as Float64Array<SharedArrayBuffer>;
  }
  const shared = new Float64Array(new SharedArrayBuffer(values.length * 8));
  shared.set(values);
  return shared;
}
