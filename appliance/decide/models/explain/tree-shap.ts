// Path-dependent TreeSHAP: Shapley values of one row through one tree after another, by Lundberg et al., "From local explanations to global
// understanding with explainable AI for trees", Nature Machine Intelligence 2 (2020), algorithm 2. A feature that is not known is averaged
// over both branches, weighed by their cover; one whose value is missing goes the way that the tree has for it.

import type { Tree, Trees } from '../../../core/model/scoring.ts';

/** Trees one after another in arrays over shared memory; children count from the first node of all. Plain data. */
export type ShapTrees = {
  readonly kind: 'trees';
  /** What the trees give on the average, base included: no feature known. */
  readonly expected: number;
  readonly roots: Int32Array<SharedArrayBuffer>;
  readonly feature: Int32Array<SharedArrayBuffer>;
  readonly threshold: Float32Array<SharedArrayBuffer>;
  readonly missingLeft: Uint8Array<SharedArrayBuffer>;
  readonly left: Int32Array<SharedArrayBuffer>;
  readonly right: Int32Array<SharedArrayBuffer>;
  readonly value: Float32Array<SharedArrayBuffer>;
  /** Of each node: its share of its parent's cover; 1 for a root. */
  readonly share: Float64Array<SharedArrayBuffer>;
  readonly depth: number;
};

export function flattenForShap(of: Trees): ShapTrees {
  const nodes = of.trees.reduce((sum, { feature }) => sum + feature.length, 0);
  const bytes = (size: number) => new SharedArrayBuffer(Math.max(1, nodes) * size);
  const flat = {
    roots: new Int32Array(new SharedArrayBuffer(of.trees.length * 4)),
    feature: new Int32Array(bytes(4)),
    threshold: new Float32Array(bytes(4)),
    missingLeft: new Uint8Array(bytes(1)),
    left: new Int32Array(bytes(4)),
    right: new Int32Array(bytes(4)),
    value: new Float32Array(bytes(4)),
    share: new Float64Array(bytes(8)),
  };
  let first = 0;
  let depth = 0;
  let expected = of.base;
  of.trees.forEach((tree, at) => {
    flat.roots[at] = first;
    flat.feature.set(tree.feature, first);
    flat.threshold.set(tree.threshold, first);
    flat.missingLeft.set(tree.missingLeft, first);
    flat.value.set(tree.value, first);
    flat.share[first] = 1;
    for (let node = 0; node < tree.feature.length; node += 1) {
      if (tree.feature[node]! < 0) continue;
      for (const key of ['left', 'right'] as const) {
        const child = tree[key][node]!;
        flat[key][first + node] = first + child;
        flat.share[first + child] = tree.cover[child]! / tree.cover[node]!;
      }
    }
    const average = averageOf(tree, 0);
    expected += average.value;
    depth = Math.max(depth, average.depth);
    first += tree.feature.length;
  });
  return { kind: 'trees', expected, depth, ...flat };
}

function averageOf(tree: Tree, node: number): { value: number; depth: number } {
  if (tree.feature[node]! < 0) return { value: Math.fround(tree.value[node]!), depth: 0 };
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  const [a, b] = [averageOf(tree, left), averageOf(tree, right)];
  const value = (tree.cover[left]! * a.value + tree.cover[right]! * b.value) / tree.cover[node]!;
  return { value, depth: 1 + Math.max(a.depth, b.depth) };
}

/** Adds the Shapley values of a row, times `weight`, to `into`. */
export type TreeShap = (features: Float32Array, weight: number, into: Float64Array) => void;

/**
 * The walk keeps the path of unique features from the root: of each the share of rows that go on without knowing it (`zero`), whether this
 * row goes on knowing it (`one`, 0 or 1), and `weight`, for each size of subset the sum of its subsets' weights. A level of the walk has a path
 * of its own, one behind the other in the arrays.
 */
export function createTreeShap(trees: ShapTrees): TreeShap {
  const { roots, feature, threshold, missingLeft, left, right, value, share } = trees;
  const width = trees.depth + 2;
  const pathFeature = new Int32Array(width * width);
  const zero = new Float64Array(width * width);
  const one = new Float64Array(width * width);
  const weight = new Float64Array(width * width);
  let row = new Float32Array(0);
  let scale = 1;
  let out = new Float64Array(0);

  const extend = (at: number, length: number, zeroShare: number, oneShare: number, by: number) => {
    const end = at + length;
    pathFeature[end] = by;
    zero[end] = zeroShare;
    one[end] = oneShare;
    weight[end] = length === 0 ? 1 : 0;
    const per = 1 / (length + 1);
    for (let i = length - 1; i >= 0; i -= 1) {
      const before = weight[at + i]!;
      weight[at + i + 1]! += oneShare * before * (i + 1) * per;
      weight[at + i] = zeroShare * before * (length - i) * per;
    }
  };

  /** Takes the feature at `index` out of a path that ends at `last`. */
  const unwind = (at: number, last: number, index: number) => {
    const oneShare = one[at + index]!;
    const zeroShare = zero[at + index]!;
    let next = weight[at + last]!;
    for (let i = last - 1; i >= 0; i -= 1) {
      if (oneShare !== 0) {
        const held = weight[at + i]!;
        weight[at + i] = (next * (last + 1)) / ((i + 1) * oneShare);
        next = held - (weight[at + i]! * zeroShare * (last - i)) / (last + 1);
      } else weight[at + i] = (weight[at + i]! * (last + 1)) / (zeroShare * (last - i));
    }
    for (let i = at + index; i < at + last; i += 1) {
      pathFeature[i] = pathFeature[i + 1]!;
      zero[i] = zero[i + 1]!;
      one[i] = one[i + 1]!;
    }
  };

  /** What the weights would sum to with the feature at `index` taken out. */
  const sumWithout = (at: number, last: number, index: number): number => {
    const zeroShare = zero[at + index]!;
    let sum = 0;
    if (one[at + index] === 0) {
      for (let i = last - 1; i >= 0; i -= 1) sum += weight[at + i]! / (last - i);
      return (sum * (last + 1)) / zeroShare;
    }
    let next = weight[at + last]!;
    for (let i = last - 1; i >= 0; i -= 1) {
      const part = next / (i + 1);
      sum += part;
      next = weight[at + i]! - part * zeroShare * (last - i);
    }
    return sum * (last + 1);
  };

  const walk = (node: number, level: number, above: number, length: number, zeroShare: number, oneShare: number, by: number) => {
    const at = level * width;
    for (let i = 0; i < length; i += 1) {
      pathFeature[at + i] = pathFeature[above + i]!;
      zero[at + i] = zero[above + i]!;
      one[at + i] = one[above + i]!;
      weight[at + i] = weight[above + i]!;
    }
    extend(at, length, zeroShare, oneShare, by);
    let last = length;
    const asked = feature[node]!;
    if (asked < 0) {
      const leaf = value[node]! * scale;
      for (let i = 1; i <= last; i += 1) {
        out[pathFeature[at + i]!]! += sumWithout(at, last, i) * (one[at + i]! - zero[at + i]!) * leaf;
      }
      return;
    }
    let zeroBefore = 1;
    let oneBefore = 1;
    for (let i = 1; i <= last; i += 1) {
      if (pathFeature[at + i] !== asked) continue;
      zeroBefore = zero[at + i]!;
      oneBefore = one[at + i]!;
      unwind(at, last, i);
      last -= 1;
      break;
    }
    const cell = row[asked]!;
    const goesLeft = Number.isNaN(cell) ? missingLeft[node] === 1 : cell <= threshold[node]!;
    const hot = goesLeft ? left[node]! : right[node]!;
    const cold = goesLeft ? right[node]! : left[node]!;
    walk(hot, level + 1, at, last + 1, zeroBefore * share[hot]!, oneBefore, asked);
    // A branch that training never took weighs nothing, and this row does not take it.
    const coldShare = zeroBefore * share[cold]!;
    if (coldShare > 0) walk(cold, level + 1, at, last + 1, coldShare, 0, asked);
  };

  return (features, by, into) => {
    row = features as Float32Array<ArrayBuffer>;
    scale = by;
    out = into as Float64Array<ArrayBuffer>;
    for (let tree = 0; tree < roots.length; tree += 1) walk(roots[tree]!, 0, 0, 0, 1, 1, -1);
  };
}
