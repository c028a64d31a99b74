// How far probabilities are to be believed: log-loss, Brier score, and calibration by bins. All weighted; an answer without any weight is NaN.

import { ascending } from '../numerics/order.ts';
import { checkScored, type Scored } from './scored.ts';

/** Probabilities are brought into [clip, 1 - clip] first, so that one row that was called certain and was not costs 34.5, not infinity. */
export const logLossClip = 1e-15;

/**
 * Mean of -log of the probability that was given to what came true, in nats.
 * @throws {RangeError} for a score outside [0, 1], and as `checkScored`
 */
export function logLoss(probabilities: Scored, clip: number = logLossClip): number {
  return meanOver(probabilities, (probability, label) => {
    const given = label === 1 ? probability : 1 - probability;
    return -Math.log(Math.min(Math.max(given, clip), 1 - clip));
  });
}

/** Mean squared distance between probability and label (Brier 1950). @throws {RangeError} as `logLoss` */
export function brierScore(probabilities: Scored): number {
  return meanOver(probabilities, (probability, label) => (probability - label) ** 2);
}

function meanOver(scored: Scored, loss: (probability: number, label: number) => number): number {
  checkProbabilities(scored);
  const { scores, labels, weights } = scored;
  let sum = 0;
  let total = 0;
  for (let row = 0; row < scores.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    sum += weight * loss(scores[row]!, labels[row]!);
    total += weight;
  }
  return sum / total;
}

function checkProbabilities(scored: Scored): void {
  checkScored(scored);
  const { scores } = scored;
  for (let row = 0; row < scores.length; row += 1) {
    if (!(scores[row]! >= 0 && scores[row]! <= 1))
      throw new RangeError(`scores: expected probabilities from 0 to 1, got ${scores[row]} in row ${row}`);
  }
}

/** `width`: bins of equal width over [0, 1]. `mass`: of equal weight; equal probabilities never part, so bins may be fewer and uneven. */
export type Binning = 'width' | 'mass';

/** One bin with any weight in it. */
export type CalibrationBin = {
  readonly lowest: number;
  readonly highest: number;
  readonly meanProbability: number;
  /** Share of label 1, by weight. */
  readonly observedRate: number;
  readonly weight: number;
  readonly rows: number;
};

/**
 * What was said against what came true, by bins of rising probability. Bins of equal width hold [i/n, (i+1)/n), the last one 1 too.
 * @throws {RangeError} for fewer than one bin, and as `logLoss`
 */
export function calibrationCurve(probabilities: Scored, bins = 10, binning: Binning = 'width'): CalibrationBin[] {
  if (!(Number.isSafeInteger(bins) && bins > 0)) throw new RangeError(`bins: expected a whole number above 0, got ${bins}`);
  checkProbabilities(probabilities);
  const binOf = binning === 'width' ? widthBins(probabilities, bins) : massBins(probabilities, bins);
  const { scores, labels, weights } = probabilities;
  const sums = Array.from({ length: bins }, () => ({ lowest: 1, highest: 0, said: 0, true: 0, weight: 0, rows: 0 }));
  for (let row = 0; row < scores.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    const score = scores[row]!;
    const bin = sums[binOf[row]!]!;
    bin.lowest = Math.min(bin.lowest, score);
    bin.highest = Math.max(bin.highest, score);
    bin.said += weight * score;
    bin.true += weight * labels[row]!;
    bin.weight += weight;
    bin.rows += 1;
  }
  return sums
    .filter(({ weight }) => weight > 0)
    .map((bin) => ({
      lowest: bin.lowest,
      highest: bin.highest,
      meanProbability: bin.said / bin.weight,
      observedRate: bin.true / bin.weight,
      weight: bin.weight,
      rows: bin.rows,
    }));
}

/** Mean distance between said and observed over the bins, by their weight (Naeini, Cooper and Hauskrecht 2015). Same arguments as the curve. */
export function expectedCalibrationError(probabilities: Scored, bins = 10, binning: Binning = 'width'): number {
  let sum = 0;
  let total = 0;
  for (const { meanProbability, observedRate, weight } of calibrationCurve(probabilities, bins, binning)) {
    sum += weight * Math.abs(meanProbability - observedRate);
    total += weight;
  }
  return sum / total;
}

function widthBins({ scores }: Scored, bins: number): Uint32Array {
  const binOf = new Uint32Array(scores.length);
  for (let row = 0; row < scores.length; row += 1) binOf[row] = Math.min(bins - 1, Math.floor(scores[row]! * bins));
  return binOf;
}

/** A run of equal probabilities goes where its middle lies. */
function massBins({ scores, weights }: Scored, bins: number): Uint32Array {
  const order = ascending(scores);
  const binOf = new Uint32Array(scores.length);
  let total = 0;
  for (let row = 0; row < scores.length; row += 1) total += weights ? weights[row]! : 1;
  let passed = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    let weight = 0;
    for (to = from; to < order.length && scores[order[to]!] === scores[order[from]!]; to += 1)
      weight += weights ? weights[order[to]!]! : 1;
    const bin = Math.min(bins - 1, Math.floor(((passed + weight / 2) / total) * bins) || 0);
    for (let place = from; place < to; place += 1) binOf[order[place]!] = bin;
    passed += weight;
  }
  return binOf;
}
