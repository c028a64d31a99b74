// Platt scaling: one slope and one intercept from margins to probabilities. Two numbers are soon learned, so it is what small data gets.

import { checkScored, type Scored } from '../metrics/scored.ts';

export type PlattScaling = { readonly kind: 'platt'; readonly a: number; readonly b: number };

/** Newton steps, and halvings of one; with the checks below neither is reached but by margins of absurd size. */
const limits = { steps: 100, halvings: 40 } as const;

/** What each row is fitted to instead of 0 and 1: as if one more row of each class had been seen (Platt 1999, section 2.2). */
export function plattTargets(positives: number, negatives: number): { readonly low: number; readonly high: number } {
  return { low: 1 / (negatives + 2), high: (positives + 1) / (positives + 2) };
}

/**
 * Maximum likelihood with smoothed targets by Newton's method with backtracking, as Lin, Lin and Weng 2007, with weights.
 * Margins are brought to mean 0 and deviation 1 inside, so that the steps do not depend on their unit.
 * Ends when the gradient is below 1e-10 of the weight, or a step promises less than 1e-11 of the loss (it is taken). One class only, or equal margins, give a = 0 and the smoothed rate.
 * @param scored margins, not probabilities, of rows the model was not trained on
 * @throws {RangeError} for margins that are not finite, rows without weight, and as `checkScored`
 */
export function plattScaling(scored: Scored): PlattScaling {
  const { positives, negatives, mean, deviation } = summary(scored);
  const targets = plattTargets(positives, negatives);
  const oneClass = positives === 0 || negatives === 0 || deviation === 0;
  let a = 0;
  let b = Math.log((positives + 1) / (negatives + 1));
  let here = likelihood(scored, targets, mean, deviation, a, b);
  for (let step = 0; step < limits.steps; step += 1) {
    if (Math.max(Math.abs(here.ga), Math.abs(here.gb)) <= 1e-10 * (positives + negatives)) break;
    const ridge = 1e-12 * (here.haa + here.hbb);
    const [haa, hbb] = [here.haa + ridge, here.hbb + ridge];
    const determinant = haa * hbb - here.hab * here.hab;
    const da = oneClass ? 0 : -(hbb * here.ga - here.hab * here.gb) / determinant;
    const db = oneClass ? -here.gb / hbb : -(haa * here.gb - here.hab * here.ga) / determinant;
    const slope = here.ga * da + here.gb * db;
    // So near that adding up the loss loses more than there is to gain: the step itself is still right, so take it, and end.
    if (-slope <= 1e-11 * here.loss) {
      a += da;
      b += db;
      break;
    }
    let size = 1;
    let next = likelihood(scored, targets, mean, deviation, a + da, b + db);
    for (let halving = 0; next.loss > here.loss + 1e-4 * size * slope && halving < limits.halvings; halving += 1) {
      size /= 2;
      next = likelihood(scored, targets, mean, deviation, a + size * da, b + size * db);
    }
    if (!(next.loss < here.loss)) break;
    a += size * da;
    b += size * db;
    here = next;
  }
  return oneClass ? { kind: 'platt', a: 0, b } : { kind: 'platt', a: a / deviation, b: b - (a * mean) / deviation };
}

type Targets = ReturnType<typeof plattTargets>;
type Likelihood = { loss: number; ga: number; gb: number; haa: number; hab: number; hbb: number };

/** Cross-entropy with its first and second derivatives by the slope and intercept of the standardised margin. */
function likelihood(scored: Scored, targets: Targets, mean: number, deviation: number, a: number, b: number): Likelihood {
  const { scores, labels, weights } = scored;
  let [loss, ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0, 0];
  const unit = deviation > 0 ? 1 / deviation : 1;
  for (let row = 0; row < scores.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    const x = (scores[row]! - mean) * unit;
    const target = labels[row] === 1 ? targets.high : targets.low;
    const z = a * x + b;
    const small = Math.exp(-Math.abs(z));
    const p = z >= 0 ? 1 / (1 + small) : small / (1 + small);
    loss += weight * ((z >= 0 ? (1 - target) * z : -target * z) + Math.log(1 + small));
    const residual = weight * (p - target);
    const curve = weight * (small / (1 + small) ** 2);
    ga += residual * x;
    gb += residual;
    haa += curve * x * x;
    hab += curve * x;
    hbb += curve;
  }
  return { loss, ga, gb, haa, hab, hbb };
}

function summary(scored: Scored): { positives: number; negatives: number; mean: number; deviation: number } {
  checkScored(scored);
  const { scores, labels, weights } = scored;
  let [positives, negatives, sum] = [0, 0, 0];
  for (let row = 0; row < scores.length; row += 1) {
    const weight = weights ? weights[row]! : 1;
    if (!Number.isFinite(scores[row]!))
      throw new RangeError(`margins: expected finite numbers, got ${scores[row]} in row ${row}`);
    if (labels[row] === 1) positives += weight;
    else negatives += weight;
    sum += weight * scores[row]!;
  }
  const total = positives + negatives;
  if (!(total > 0)) throw new RangeError('rows: expected some with weight');
  const mean = sum / total;
  let squares = 0;
  for (let row = 0; row < scores.length; row += 1) squares += (weights ? weights[row]! : 1) * (scores[row]! - mean) ** 2;
  const deviation = Math.sqrt(squares / total);
  // Equal margins leave a deviation of rounding, which is no scale to divide by.
  return { positives, negatives, mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 };
}
