// What a shared training makes, and the small sums about it: settings, trees as plain data, weights of leaves, columns of a tree. Written apart from
// the trainer, operation for operation the same, so that whoever has only the sums can check a model without any code of a node.

/** One tree by arrays over its nodes; node 0 is the root, a leaf has feature -1. A row goes left when its feature is at most the threshold. */
export type Tree = {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly missingLeft: readonly (0 | 1)[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
  readonly cover: readonly number[];
};

/** The margin, in log-odds, is `base` and the leaves of all trees, added in their order in double precision. */
export type Trees = { readonly kind: 'trees'; readonly base: number; readonly trees: readonly Tree[] };

/** All settings of a training that organisations do together. */
export type TreeSettings = {
  readonly objective: 'logistic';
  readonly trees: number;
  readonly learningRate: number;
  readonly growth: 'depth' | 'leaf';
  readonly maxDepth: number;
  readonly maxLeaves: number;
  readonly minChildHessian: number;
  readonly lambda: number;
  readonly alpha: number;
  readonly gamma: number;
  readonly rowSample: 1;
  readonly columnSample: number;
  readonly seed: number;
  readonly monotone: readonly (-1 | 0 | 1)[] | undefined;
  readonly earlyStoppingTrees: number;
};

/** No sum of gradients or hessians in steps of the fixed point is larger. */
export const cellLimit = 2_147_000_000;

/** Sums of gradients and hessians, in double precision or in steps of the fixed point. */
export type Total = { readonly gradient: number; readonly hessian: number };
export type Bounds = { readonly lower: number; readonly upper: number };

/** -G / (H + lambda), shrunk by L1, held in the bounds of monotone ancestors. */
export function weightOf({ gradient, hessian }: Total, { alpha, lambda }: TreeSettings, { lower, upper }: Bounds): number {
  const weight = hessian + lambda > 0 ? -shrunk(gradient, alpha) / (hessian + lambda) : 0;
  return Math.min(Math.max(weight, lower), upper);
}

export function shrunk(gradient: number, alpha: number): number {
  return gradient > alpha ? gradient - alpha : gradient < -alpha ? gradient + alpha : 0;
}

/** What a node gains as a leaf of this weight. @param hessian lambda included */
export function gainOf(gradient: number, hessian: number, weight: number, alpha: number): number {
  return -(2 * gradient * weight + hessian * weight * weight + 2 * alpha * Math.abs(weight));
}

/** Bounds of both children: after a split of a constrained column neither passes the middle of their weights. */
export function childBounds(way: number, leftWeight: number, rightWeight: number, { lower, upper }: Bounds): [Bounds, Bounds] {
  const middle = (leftWeight + rightWeight) / 2;
  const below = { lower, upper: middle };
  const above = { lower: middle, upper };
  if (way > 0) return [below, above];
  if (way < 0) return [above, below];
  return [
    { lower, upper },
    { lower, upper },
  ];
}

/** MurmurHash3's finaliser. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Columns that a tree may use, rising: the share of them, to the nearest column and at least one, that have the least hashes. */
export function columnsOf(columns: number, { columnSample, seed }: TreeSettings, tree: number): number[] {
  const all = Array.from({ length: columns }, (_, column) => column);
  if (columnSample >= 1) return all;
  const base = mix(mix(seed ^ 0x27d4eb2f) + Math.imul(tree + 1, 0x85ebca6b));
  const hashes = all.map((column) => mix(base + Math.imul(column, 0x9e3779b1)));
  const byHash = all.sort((a, b) => hashes[a]! - hashes[b]! || a - b);
  return byHash.slice(0, Math.max(1, Math.round(columns * columnSample))).sort((a, b) => a - b);
}

/** Above every finite number in single precision: the threshold of a split that parts only what is missing. */
const largest = 3.4028234663852886e38;

/** Arrays of a tree that grows by splits. */
export class Growing {
  readonly tree = {
    feature: [] as number[],
    threshold: [] as number[],
    missingLeft: [] as (0 | 1)[],
    left: [] as number[],
    right: [] as number[],
    value: [] as number[],
    cover: [] as number[],
  };
  leaves = 0;

  /** @returns the node's number */
  leaf(value: number, cover: number): number {
    const { feature, threshold, missingLeft, left, right, value: values, cover: covers } = this.tree;
    feature.push(-1);
    threshold.push(0);
    missingLeft.push(0);
    left.push(-1);
    right.push(-1);
    values.push(Math.fround(value));
    covers.push(cover);
    this.leaves += 1;
    return feature.length - 1;
  }

  /** Makes a leaf an inner node; its children are added next, left first. */
  split(node: number, feature: number, threshold: number | undefined, missingLeft: 0 | 1): void {
    const { tree } = this;
    tree.left[node] = tree.feature.length;
    tree.right[node] = tree.feature.length + 1;
    tree.feature[node] = feature;
    tree.threshold[node] = threshold ?? largest;
    tree.missingLeft[node] = missingLeft;
    tree.value[node] = 0;
    this.leaves -= 1;
  }
}
