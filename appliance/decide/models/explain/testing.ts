// The slow twin of the explanations: Shapley's formula over all subsets of the features, with the same conditional expectation.

import type { Linear, ScoringModel, Trees } from '../../../core/model/scoring.ts';

/** What a part gives when only the features of the subset (a bit each) are known. */
function expectation(
  of: Trees | Linear,
  features: ArrayLike<number>,
  subset: number,
  means: readonly number[] | undefined,
): number {
  const knows = (feature: number) => (subset & (1 << feature)) !== 0;
  if (of.kind === 'linear') {
    return of.weights.reduce((sum, weight, at) => {
      const value = knows(at) ? features[at]! : (means?.[at] ?? of.centers[at]!);
      return Number.isNaN(value) ? sum : sum + (weight * (value - of.centers[at]!)) / of.scales[at]!;
    }, of.base);
  }
  return of.trees.reduce((sum, tree) => {
    const follow = (node: number): number => {
      const feature = tree.feature[node]!;
      if (feature < 0) return Math.fround(tree.value[node]!);
      const [left, right] = [tree.left[node]!, tree.right[node]!];
      if (!knows(feature)) return (follow(left) * tree.cover[left]! + follow(right) * tree.cover[right]!) / tree.cover[node]!;
      const value = features[feature]!;
      const goesLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= Math.fround(tree.threshold[node]!);
      return follow(goesLeft ? left : right);
    };
    return sum + follow(0);
  }, of.base);
}

/** The worth of every subset of the features. @param features at most 12 */
function worths(model: ScoringModel, features: ArrayLike<number>, means?: readonly number[]): number[] {
  const parts = model.margin.kind === 'blend' ? model.margin.parts : [{ weight: 1, of: model.margin }];
  return Array.from({ length: 2 ** model.features.length }, (_, subset) =>
    parts.reduce((sum, { weight, of }) => sum + weight * expectation(of, features, subset, means), 0),
  );
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const sizeOf = (subset: number) => subset.toString(2).replaceAll('0', '').length;

export function bruteShapley(
  model: ScoringModel,
  features: ArrayLike<number>,
  means?: readonly number[],
): { baseValue: number; values: number[] } {
  const count = model.features.length;
  const worth = worths(model, features, means);
  const values = Array.from({ length: count }, (_, feature) => {
    let value = 0;
    for (let subset = 0; subset < worth.length; subset += 1) {
      if (subset & (1 << feature)) continue;
      const size = sizeOf(subset);
      value +=
        ((factorial(size) * factorial(count - size - 1)) / factorial(count)) * (worth[subset | (1 << feature)]! - worth[subset]!);
    }
    return value;
  });
  return { baseValue: worth[0]!, values };
}

/** Of two different features: half of what they add together, over all subsets of the others. */
export function bruteInteraction(model: ScoringModel, features: ArrayLike<number>, one: number, other: number): number {
  const count = model.features.length;
  const worth = worths(model, features);
  const [a, b] = [1 << one, 1 << other];
  let value = 0;
  for (let subset = 0; subset < worth.length; subset += 1) {
    if (subset & (a | b)) continue;
    const size = sizeOf(subset);
    const together = worth[subset | a | b]! - worth[subset | a]! - worth[subset | b]! + worth[subset]!;
    value += ((factorial(size) * factorial(count - size - 2)) / (2 * factorial(count - 1))) * together;
  }
  return value;
}
