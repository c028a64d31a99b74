// Whom to address: how many of those who are moved most, by what a response is worth and what an offer costs.

import type { Estimate } from './evaluation.ts';

export type Prices = { readonly valuePerResponse: number; readonly costPerOffer: number };

export type TargetRow = {
  /** Of the customers, those with the highest scores. */
  readonly share: number;
  /** Among them: responses with the offer less without, as a share of them. */
  readonly uplift: Estimate;
  /** Responses gained for each customer of all. */
  readonly gain: Estimate;
  /** For each customer of all, what comes in less what goes out. */
  readonly profit?: number;
};

export type Best = {
  readonly share: number;
  readonly profit: number;
  /** Of addressing everybody, and nobody: 0. */
  readonly profitOfEverybody: number;
  /** Profit over the better of the two, and whether it is beyond 1.96 of its deviations. */
  readonly more: number;
  readonly sure: boolean;
};

/** @param gains by equal steps of the share up to 1 */
export function targetRows(gains: readonly Estimate[], prices: Prices | undefined): TargetRow[] {
  return gains.map((gain, step): TargetRow => {
    const share = (step + 1) / gains.length;
    const over = (value: number) => value / share;
    const uplift = {
      value: over(gain.value),
      deviation: over(gain.deviation),
      low: over(gain.low),
      high: over(gain.high),
    };
    return { share, uplift, gain, ...(prices && { profit: profitOf(gain.value, share, prices) }) };
  });
}

export const profitOf = (gain: number, share: number, { valuePerResponse, costPerOffer }: Prices): number =>
  valuePerResponse * gain - costPerOffer * share;

/**
 * The share with the most profit, 0 for nobody.
 * @param overEverybody the gain at a step less that of everybody, paired
 */
export function bestShare(rows: readonly TargetRow[], prices: Prices, overEverybody: (step: number) => Estimate): Best {
  const profits = rows.map(({ profit }) => profit!);
  const everybody = profits.at(-1)!;
  let best = -1;
  profits.forEach((profit, step) => {
    if (profit > Math.max(0, best < 0 ? 0 : profits[best]!)) best = step;
  });
  if (best < 0) return { share: 0, profit: 0, profitOfEverybody: everybody, more: -Math.max(0, everybody), sure: false };
  const { share, gain } = rows[best]!;
  const profit = profits[best]!;
  const deviation = prices.valuePerResponse * (everybody > 0 ? overEverybody(best).deviation : gain.deviation);
  const more = profit - Math.max(0, everybody);
  return { share, profit, profitOfEverybody: everybody, more, sure: more > 1.96 * deviation && more > 0 };
}
