// When the next purchase comes, as a curve over weeks: the probability that it came by then. All that is told of a customer is read off it.

import { week } from './histories.ts';

/** Entry w: probability of a purchase within w weeks. Begins at 0, never falls, at most 1. */
export type Curve = Float64Array;

/** By straight lines within a week; beyond the end, the end. @param days 0 or more */
export function probabilityWithin(curve: Curve, days: number): number {
  const at = Math.min(days / week, curve.length - 1);
  const low = Math.floor(at);
  const next = curve[Math.min(low + 1, curve.length - 1)]!;
  return curve[low]! + (at - low) * (next - curve[low]!);
}

/** Days until the purchase has come with this probability; undefined where that is beyond the curve. */
export function quantileDays(curve: Curve, probability: number): number | undefined {
  const after = curve.findIndex((each) => each >= probability);
  if (after < 0) return undefined;
  if (after === 0) return 0;
  const before = curve[after - 1]!;
  return (after - 1 + (probability - before) / (curve[after]! - before)) * week;
}

/** Expected days until the purchase, or until the end of the curve where that comes first: a mean without an end need not exist. */
export function restrictedMeanDays(curve: Curve): number {
  let sum = 0;
  for (let at = 1; at < curve.length; at += 1) sum += 1 - (curve[at - 1]! + curve[at]!) / 2;
  return sum * week;
}

/** @param hazards of week after week: probabilities of a purchase in it for who has not bought before */
export function curveOfHazards(hazards: ArrayLike<number>): Curve {
  const curve = new Float64Array(hazards.length + 1);
  let left = 1;
  for (let at = 0; at < hazards.length; at += 1) {
    left *= 1 - hazards[at]!;
    curve[at + 1] = 1 - left;
  }
  return curve;
}
