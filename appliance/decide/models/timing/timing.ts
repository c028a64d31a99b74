// When a customer will buy next. Two forecasts are made at a day in the past and held against what came after: a boosted hazard in discrete time, and
// a baseline that is passed in (the BG/NBD). The one that the evidence is for is then learned from everything and asked about the future.

import { Fault } from '../../../core/errors.ts';
import { openFitter } from '../training/fitter.ts';
import type { Budget } from '../training/plan.ts';
import type { Member } from '../training/report.ts';
import { type Curve, probabilityWithin, quantileDays, restrictedMeanDays } from './curve.ts';
import { evaluateTiming, type TimingEvaluation } from './evaluation.ts';
import { fitHazard, type Hazard, hazardCurves } from './hazard.ts';
import { type Customer, checkHistories, customersAt, daysUntilNext, type Histories, upTo, week } from './histories.ts';

export type { Curve } from './curve.ts';
export type { Customer, Histories } from './histories.ts';

/** A lifetime model, fitted to customers: the probability that one buys within so many weeks from now. */
export type Baseline = (customers: readonly Customer[]) => Promise<(customer: Customer, weeks: number) => number>;

export type TimingRequest = {
  readonly name: string;
  readonly histories: Histories;
  readonly baseline: Baseline;
  /** Of the evaluation: the day forecasts are made at, and the last day that is known. Default: three quarters of the time observed, and its end. */
  readonly originDay?: number;
  readonly untilDay?: number;
  /** Weeks that forecasts reach. */
  readonly weeks?: number;
  readonly budget?: Budget;
  readonly seed?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
};

export type TimingReport = {
  readonly format: 1;
  readonly kind: 'timing';
  readonly data: {
    readonly name: string;
    readonly customers: number;
    readonly purchases: number;
    /** Days since 1970. */
    readonly firstDay: number;
    readonly originDay: number;
    readonly untilDay: number;
  };
  readonly evaluation: TimingEvaluation & { readonly weeks: number; readonly hazardRows: number };
  readonly model: { readonly kind: 'hazard' | 'baseline'; readonly members: readonly Member[]; readonly weeks: number };
};

export type NextPurchase = {
  /** By days: the probability of a purchase within so many. */
  within(days: number): number;
  /** Days until it has come with this probability; undefined beyond the weeks that are forecast. */
  quantile(probability: number): number | undefined;
  /** Expected days, at most those that are forecast. */
  readonly restrictedMeanDays: number;
};

export type TrainedTiming = {
  readonly report: TimingReport;
  /** The hazard learned from everything; undefined where the baseline is the champion. */
  readonly hazard: Hazard | undefined;
  readonly customers: readonly { readonly id: string; readonly next: NextPurchase }[];
};

export const timingLimits = {
  customers: 100,
  /** Purchases after the origin, of customers who had bought before. */
  laterPurchases: 50,
  weeksAhead: 104,
} as const;

/** @throws {Fault} `bad_request` for days or histories that do not fit; `cannot_train` for too little; what the baseline throws; `cancelled` */
export async function trainTiming(request: TimingRequest): Promise<TrainedTiming> {
  const { histories, baseline, weeks = 52, budget = 'small', seed = 7, signal } = request;
  if (!(Number.isInteger(weeks) && weeks >= 1 && weeks <= timingLimits.weeksAhead))
    throw new Fault('bad_request', `weeks: expected 1 to ${timingLimits.weeksAhead}, got ${weeks}`);
  checkHistories(histories);
  const { firstDay, originDay, untilDay } = daysOf(request);
  const waited = Math.floor((untilDay - originDay) / week);
  const past = upTo(histories, originDay);
  const known = upTo(histories, untilDay);
  const waits = Array.from(past.from, (customer) => daysUntilNext(histories, customer, originDay)).map((days) =>
    days <= waited * week ? days : Number.POSITIVE_INFINITY,
  );
  checkEnough(past.ids.length, waits.filter(Number.isFinite).length);
  const fitter = openFitter(request.threads, signal);
  try {
    const curvesOf = async (of: Histories, day: number, ahead: number) => {
      const customers = customersAt(of, day);
      const probability = await baseline(customers);
      return customers.map((customer): Curve => Float64Array.from({ length: ahead + 1 }, (_, at) => probability(customer, at)));
    };
    const early = await fitHazard(past, originDay, fitter, { budget, seed });
    const evaluation = evaluateTiming(
      hazardCurves(early, past, originDay, waited),
      await curvesOf(past, originDay, waited),
      waits,
      waited,
    );
    const hazard = evaluation.champion === 'hazard' ? await fitHazard(known, untilDay, fitter, { budget, seed }) : undefined;
    const curves = hazard ? hazardCurves(hazard, known, untilDay, weeks) : await curvesOf(known, untilDay, weeks);
    return {
      report: {
        format: 1,
        kind: 'timing',
        data: {
          name: request.name,
          customers: known.ids.length,
          purchases: known.days.length,
          firstDay,
          originDay,
          untilDay,
        },
        evaluation: { ...evaluation, weeks: waited, hazardRows: early.rows },
        model: { kind: evaluation.champion, members: hazard?.members ?? [], weeks },
      },
      hazard,
      customers: known.ids.map((id, at) => ({ id, next: nextOf(curves[at]!) })),
    };
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'training');
    throw error;
  } finally {
    await fitter.close();
  }
}

export function nextOf(curve: Curve): NextPurchase {
  return {
    within: (days) => probabilityWithin(curve, days),
    quantile: (probability) => quantileDays(curve, probability),
    restrictedMeanDays: restrictedMeanDays(curve),
  };
}

function daysOf({ histories, originDay, untilDay }: TimingRequest) {
  if (histories.days.length === 0) throw new Fault('cannot_train', 'there are no purchases');
  const firstDay = histories.days.reduce((least, day) => Math.min(least, day));
  const until = untilDay ?? histories.days.reduce((most, day) => Math.max(most, day));
  const origin = originDay ?? until - Math.floor((until - firstDay) / 4);
  if (!(origin > firstDay && until - origin >= week))
    throw new Fault(
      'bad_request',
      `the day of the forecast must lie after the first purchase and a week before the last day; the days are ${firstDay}, ${origin}, ${until}`,
    );
  return { firstDay, originDay: origin, untilDay: until };
}

function checkEnough(customers: number, bought: number): void {
  const { customers: most, laterPurchases } = timingLimits;
  if (customers < most)
    throw new Fault('cannot_train', `${customers} customers had bought by the day of the forecast; at least ${most} are needed`);
  if (bought < laterPurchases)
    throw new Fault(
      'cannot_train',
      `${bought} of ${customers} customers bought again after the day of the forecast; at least ${laterPurchases} are needed`,
    );
}
