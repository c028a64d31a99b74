// When a soak is good: pure functions over what was sampled and counted. A line is judged after a warm-up by the median of the slopes of all pairs of
// samples (Theil and Sen), which a training's peak, a backup or a pause of the machine cannot bend; and a rise counts where the medians of equal windows rise too.

import { quantile } from '../bench.ts';

/** One figure over time; times in seconds since the load began. */
export type Series = readonly { readonly atS: number; readonly value: number }[];

/** The share of a run that caches have to fill themselves, and the windows that the rest is cut into. */
export const warmUpShare = 1 / 3;
export const windowCount = 15;
/** Below this a run says nothing of an hour: its windows are shorter than a training or a backup. */
export const leastMinutes = 10;

export type Trend = {
  /** Of the windows: where the level begins and ends, and all of them. */
  readonly from: number;
  readonly to: number;
  readonly windows: readonly number[];
  readonly perHour: number;
  /** Chance of a rise like this where there is none (Mann and Kendall, one-sided). */
  readonly chance: number;
};

/** @returns undefined where fewer than five windows have a sample */
export function trendOf(series: Series, untilS: number): Trend | undefined {
  const fromS = untilS * warmUpShare;
  const judged = series.filter(({ atS }) => atS >= fromS && atS <= untilS);
  const widthS = (untilS - fromS) / windowCount;
  const windows = Array.from({ length: windowCount }, (_, at) =>
    judged.filter(({ atS }) => Math.min(windowCount - 1, Math.floor((atS - fromS) / widthS)) === at).map(({ value }) => value),
  )
    .filter((inside) => inside.length > 0)
    .map(middle);
  if (windows.length < 5) return undefined;
  const slope = middle(slopesOf(judged));
  const level = middle(judged.map(({ value }) => value)) - slope * middle(judged.map(({ atS }) => atS));
  const rises = pairs(windows, (earlier, later) => Math.sign(later - earlier)).reduce((sum, rise) => sum + rise, 0);
  return {
    from: level + slope * fromS,
    to: level + slope * untilS,
    windows,
    perHour: slope * 3600,
    chance: chanceOf(rises, windows.length),
  };
}

function pairs<T>(items: readonly T[], of: (earlier: T, later: T) => number): number[] {
  return items.flatMap((later, at) => items.slice(0, at).map((earlier) => of(earlier, later)));
}

function slopesOf(series: Series): number[] {
  return pairs(series, (earlier, later) => (later.value - earlier.value) / (later.atS - earlier.atS));
}

/** The true median: of an even count the mean of the two in the middle. */
function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!;
}

/** Kendall's S of so many values as a chance, by the normal distribution with its correction for steps of one. */
function chanceOf(rises: number, count: number): number {
  if (rises <= 0) return 1;
  const z = (rises - 1) / Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  return (1 - errorFunction(z / Math.SQRT2)) / 2;
}

/** Abramowitz and Stegun 7.1.26, to 1.5e-7. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - sum * Math.exp(-x * x);
}

export type Verdict = { readonly what: string; readonly ok: boolean; readonly found: string; readonly bound: string };

/** What a figure may grow by in an hour, and why that much. */
export type FlatBound = { readonly name: string; readonly unit: string; readonly perHour: number; readonly why: string };

/** A rise above the bound counts when it is no chance; where the windows jump about, a large rise is no proof of one. */
const chanceLimit = 0.05;

export function judgeFlat(series: Series, untilS: number, bound: FlatBound): Verdict {
  const what = `${bound.name} flat`;
  const most = `at most +${bound.perHour} ${bound.unit} an hour: ${bound.why}`;
  if (untilS < leastMinutes * 60) return { what, ok: true, found: `not judged below ${leastMinutes} minutes`, bound: most };
  const trend = trendOf(series, untilS);
  if (!trend) return { what, ok: false, found: 'too few samples', bound: most };
  const { from, to, perHour, chance } = trend;
  const found = `${signed(perHour)} ${bound.unit} an hour (${from.toFixed(0)} to ${to.toFixed(0)}, chance ${chance.toPrecision(1)})`;
  return { what, ok: !(perHour > bound.perHour && chance < chanceLimit), found, bound: most };
}

const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`;

export function judgeMost(what: string, unit: string, values: readonly number[], most: number): Verdict {
  const highest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  // Nothing sampled is no proof.
  return {
    what,
    ok: values.length > 0 && highest <= most,
    found: `${Math.round(highest)} ${unit}`,
    bound: `at most ${most} ${unit}`,
  };
}

export function judgeNone(what: string, count: number, example = ''): Verdict {
  return { what, ok: count === 0, found: `${count}${example && ` (${example})`}`, bound: 'none' };
}

/** What came of one kind of work: latencies in ms, answers by status. */
export type Counted = {
  readonly kind: string;
  readonly tookMs: readonly number[];
  readonly refused: number;
  readonly p99Ms: number;
  readonly why: string;
};

/** Refusals for want of room (429) are no errors, but only so many: a hundredth of what was asked. */
const refusedShare = 0.01;

export function judgeKind({ kind, tookMs, refused, p99Ms, why }: Counted): Verdict[] {
  const p99 = quantile(tookMs, 0.99);
  const timed: Verdict = {
    what: `p99 of ${kind}`,
    ok: tookMs.length > 0 && p99 <= p99Ms,
    found: tookMs.length === 0 ? 'never done' : `${p99.toFixed(0)} ms of ${tookMs.length}`,
    bound: `at most ${p99Ms} ms: ${why}`,
  };
  const most = Math.floor((tookMs.length + refused) * refusedShare);
  if (refused <= most) return [timed];
  return [timed, { what: `${kind} turned away (429)`, ok: false, found: `${refused}`, bound: `at most ${most}` }];
}
