// Two forecasts of the next purchase beside each other, made at one day and held against what came after it: the champion by evidence.

import { concordance, concordanceLimits } from '../metrics/concordance.ts';
import { logLosses, type PairedLoss, pairedLoss } from '../metrics/paired-loss.ts';
import { brierScore, logLoss } from '../metrics/probability.ts';
import { type Curve, probabilityWithin } from './curve.ts';
import { week } from './histories.ts';

export type ForecastFigures = {
  readonly logLoss: number;
  readonly brier: number;
  /** What was forecast for the mean customer; beside the share that bought. */
  readonly meanProbability: number;
};
export type Horizon = {
  readonly weeks: number;
  readonly boughtShare: number;
  readonly hazard: ForecastFigures;
  readonly baseline: ForecastFigures;
  /** The same share for everybody, known only afterwards. */
  readonly shareLogLoss: number;
};

export type TimingEvaluation = {
  readonly customers: number;
  readonly horizons: readonly Horizon[];
  readonly concordance: { readonly hazard: number; readonly baseline: number };
  /** Log-loss of the hazard less that of the baseline, each customer's mean over the horizons. */
  readonly difference: PairedLoss;
  readonly champion: 'hazard' | 'baseline';
  /** Why: better beyond chance, worse beyond chance, or neither, in which case the simpler one stays. */
  readonly verdict: 'better' | 'worse' | 'same';
};

/** A week, four, a quarter of a year, half a year, as far as was waited, and all of it. */
export function horizonsOf(weeks: number): number[] {
  return [...new Set([1, 4, 13, 26, weeks].filter((each) => each <= weeks))];
}

/** @param waits days until each customer's next purchase; Infinity where none was seen @param weeks waited */
export function evaluateTiming(
  hazard: readonly Curve[],
  baseline: readonly Curve[],
  waits: readonly number[],
  weeks: number,
): TimingEvaluation {
  const horizons = horizonsOf(weeks);
  const losses = { hazard: new Float64Array(waits.length), baseline: new Float64Array(waits.length) };
  const figures = horizons.map((own): Horizon => {
    const labels = waits.map((days) => (days <= own * week ? 1 : 0));
    const boughtShare = labels.reduce<number>((sum, each) => sum + each, 0) / labels.length;
    const figuresOf = (name: 'hazard' | 'baseline', curves: readonly Curve[]): ForecastFigures => {
      const scores = curves.map((curve) => probabilityWithin(curve, own * week));
      logLosses(scores, labels).forEach((loss, at) => {
        losses[name][at]! += loss / horizons.length;
      });
      const scored = { scores, labels };
      const meanProbability = scores.reduce((sum, each) => sum + each, 0) / scores.length;
      return { logLoss: logLoss(scored), brier: brierScore(scored), meanProbability };
    };
    return {
      weeks: own,
      boughtShare,
      hazard: figuresOf('hazard', hazard),
      baseline: figuresOf('baseline', baseline),
      shareLogLoss: logLoss({ scores: labels.map(() => boughtShare), labels }),
    };
  });
  const difference = pairedLoss(losses.hazard, losses.baseline);
  const verdict = difference.high < 0 ? 'better' : difference.low > 0 ? 'worse' : 'same';
  const some = Math.min(waits.length, concordanceLimits.rows);
  const concordanceOf = (curves: readonly Curve[]) =>
    concordance(
      curves.slice(0, some).map((curve) => probabilityWithin(curve, weeks * week)),
      waits.slice(0, some).map((days) => Math.min(days, weeks * week)),
      waits.slice(0, some).map((days) => (days <= weeks * week ? 1 : 0)),
    );
  return {
    customers: waits.length,
    horizons: figures,
    concordance: { hazard: concordanceOf(hazard), baseline: concordanceOf(baseline) },
    difference,
    champion: verdict === 'better' ? 'hazard' : 'baseline',
    verdict,
  };
}
