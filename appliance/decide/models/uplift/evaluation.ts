// What a ranking by uplift is worth, with how sure that is: Qini and gain over all rows, each scored by models that have not seen it, and their
// deviations by the bootstrap, the same draws for every ranking so that differences are paired.

import { upliftMeasures } from '../metrics/uplift.ts';
import { below, drawsOf } from '../numerics/chance.ts';

export const evaluationLimits = {
  draws: 200,
  /** Rows times draws: a few seconds for each ranking. */
  work: 12_000_000,
  leastDraws: 50,
  /** Steps of the share of customers who are addressed. */
  steps: 20,
} as const;

export type Outcomes = { readonly outcomes: Uint8Array; readonly treated: Uint8Array };
export type Estimate = { readonly value: number; readonly deviation: number; readonly low: number; readonly high: number };

export type RankingFigures = {
  /** Area between the Qini curve and random targeting, for each treated row of the trial. */
  readonly qini: Estimate;
  readonly auuc: Estimate;
  readonly auucOverRandom: Estimate;
  /** By share addressed, from 1 / steps to 1: responses gained for each customer of all. */
  readonly gains: readonly Estimate[];
};

export type Rankings<Name extends string> = { readonly [name in Name]: Float64Array };
export type Evaluation<Name extends string> = {
  readonly figures: { readonly [name in Name]: RankingFigures };
  /** Qini of the one less that of the other. */
  qiniDifference(one: Name, other: Name): Estimate;
  /** Gain of a ranking when a share is addressed, less that of everybody. */
  gainOverEverybody(name: Name, step: number): Estimate;
};

type Measured = { qini: number; auuc: number; over: number; gains: number[] };

export function evaluate<Name extends string>(rankings: Rankings<Name>, trial: Outcomes, seed: number): Evaluation<Name> {
  const names = Object.keys(rankings) as Name[];
  const rows = trial.treated.length;
  const whole = measureAll(names, rankings, trial, undefined);
  const count = Math.max(evaluationLimits.leastDraws, Math.min(evaluationLimits.draws, Math.floor(evaluationLimits.work / rows)));
  const draw = drawsOf(seed, 'uplift bootstrap');
  const draws = Array.from({ length: count }, () => {
    const weights = new Float64Array(rows);
    for (let at = 0; at < rows; at += 1) weights[below(draw, rows)]! += 1;
    return measureAll(names, rankings, trial, weights);
  });
  const estimate = (of: (measured: { [name in Name]: Measured }) => number) => estimateOf(of(whole), draws.map(of));
  return {
    figures: Object.fromEntries(
      names.map((name): [Name, RankingFigures] => [
        name,
        {
          qini: estimate((all) => all[name].qini),
          auuc: estimate((all) => all[name].auuc),
          auucOverRandom: estimate((all) => all[name].over),
          gains: Array.from({ length: evaluationLimits.steps }, (_, step) => estimate((all) => all[name].gains[step]!)),
        },
      ]),
    ) as { [name in Name]: RankingFigures },
    qiniDifference: (one, other) => estimate((all) => all[one].qini - all[other].qini),
    gainOverEverybody: (name, step) => estimate((all) => all[name].gains[step]! - all[name].gains.at(-1)!),
  };
}

function measureAll<Name extends string>(
  names: readonly Name[],
  rankings: Rankings<Name>,
  { outcomes, treated }: Outcomes,
  weights: Float64Array | undefined,
): { [name in Name]: Measured } {
  return Object.fromEntries(
    names.map((name) => {
      const measures = upliftMeasures({ scores: rankings[name], outcomes, treated, ...(weights && { weights }) });
      const { share, gain } = measures.curve;
      const gains = Array.from({ length: evaluationLimits.steps }, (_, step) =>
        valueAt(share, gain, (step + 1) / evaluationLimits.steps),
      );
      return [name, { qini: measures.qiniCoefficient, auuc: measures.auuc, over: measures.auucOverRandom, gains }];
    }),
  ) as { [name in Name]: Measured };
}

/** Of a curve with rising x, by straight lines between its points: customers of equal scores are addressed in any order. */
export function valueAt(x: ArrayLike<number>, y: ArrayLike<number>, at: number): number {
  let [low, high] = [0, x.length - 1];
  if (at >= x[high]!) return y[high]!;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  const width = x[high]! - x[low]!;
  return width > 0 ? y[low]! + ((at - x[low]!) / width) * (y[high]! - y[low]!) : y[high]!;
}

/** The interval is 1.96 deviations to both sides. */
function estimateOf(value: number, draws: readonly number[]): Estimate {
  const mean = draws.reduce((sum, each) => sum + each, 0) / draws.length;
  const deviation = Math.sqrt(draws.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (draws.length - 1));
  return { value, deviation, low: value - 1.96 * deviation, high: value + 1.96 * deviation };
}
