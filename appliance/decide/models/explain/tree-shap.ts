// Path-dependent TreeSHAP: Shapley values of one row through one tree after another, by Lundberg et al., "From local explanations to global
// understanding with explainable AI for trees", Nature Machine Intelligence 2 (2020), algorithm 2. A feature that is not known is averaged
// over both branches, weighed by their cover; one whose value is missing goes the way that the tree has for it.

import type { Tree, Trees } from '../../../core/model/scoring.ts';
import { copyPath, createPath, extend, sumWithout, unwind } from './shap-path.ts';

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

/**
 * Adds the Shapley values of a row, times `weight`, to `into`.
 * @param given a feature that is left out of the game: known in every subset, or in none. Its own value is not touched.
 */
export type TreeShap = (features: Float32Array, weight: number, into: Float64Array, given?: Given) => void;
export type Given = { readonly feature: number; readonly known: boolean };

export function createTreeShap(trees: ShapTrees): TreeShap {
  const { roots, feature, threshold, missingLeft, left, right, value, share } = trees;
  const width = trees.depth + 2;
  const path = createPath(width * width);
  let row: Float32Array = new Float32Array(0);
  let out: Float64Array = new Float64Array(0);
  let given = -1;
  let givenKnown = false;

  const atLeaf = (leaf: number, at: number, last: number) => {
    for (let i = 1; i <= last; i += 1) {
      out[path.feature[at + i]!]! += sumWithout(path, at, last, i) * (path.one[at + i]! - path.zero[at + i]!) * leaf;
    }
  };

  const hotOf = (node: number): number => {
    const cell = row[feature[node]!]!;
    const goesLeft = Number.isNaN(cell) ? missingLeft[node] === 1 : cell <= threshold[node]!;
    return goesLeft ? left[node]! : right[node]!;
  };

  /** Goes on to a node by a feature that joins the path. @param above where the path of the level above begins, of that length */
  const walk = (
    node: number,
    level: number,
    above: number,
    length: number,
    zero: number,
    one: number,
    by: number,
    scale: number,
  ) => {
    const at = level * width;
    copyPath(path, above, at, length);
    extend(path, at, length, zero, one, by);
    visit(node, level, at, length, scale);
  };

  /** Goes on to a node by the feature that is given: the path stays as it is, on a level of its own because visits change it. */
  const pass = (node: number, level: number, above: number, last: number, scale: number) => {
    const at = level * width;
    copyPath(path, above, at, last + 1);
    visit(node, level, at, last, scale);
  };

  const visit = (node: number, level: number, at: number, pathLast: number, scale: number): void => {
    const asked = feature[node]!;
    if (asked < 0) {
      atLeaf(value[node]! * scale, at, pathLast);
      return;
    }
    const hot = hotOf(node);
    const cold = hot === left[node]! ? right[node]! : left[node]!;
    if (asked === given) {
      pass(hot, level + 1, at, pathLast, givenKnown ? scale : scale * share[hot]!);
      if (!givenKnown) pass(cold, level + 1, at, pathLast, scale * share[cold]!);
      return;
    }
    let last = pathLast;
    let zeroBefore = 1;
    let oneBefore = 1;
    for (let i = 1; i <= last; i += 1) {
      if (path.feature[at + i] !== asked) continue;
      zeroBefore = path.zero[at + i]!;
      oneBefore = path.one[at + i]!;
      unwind(path, at, last, i);
      last -= 1;
      break;
    }
    walk(hot, level + 1, at, last + 1, zeroBefore * share[hot]!, oneBefore, asked, scale);
    // A branch that training never took weighs nothing, and this row does not take it.
    const coldShare = zeroBefore * share[cold]!;
    if (coldShare > 0) walk(cold, level + 1, at, last + 1, coldShare, 0, asked, scale);
  };

  return (features, by, into, condition) => {
    row = features;
    out = into;
    given = condition?.feature ?? -1;
    givenKnown = condition?.known ?? false;
    for (let tree = 0; tree < roots.length; tree += 1) walk(roots[tree]!, 0, 0, 0, 1, 1, -1, by);
  };
}
