// A scoring model flattened into typed arrays over shared memory, so that worker threads read it without a copy and the loop over trees has
// no branch to mispredict. Thresholds of a feature are numbered in their order: a row's value becomes the number of thresholds below it, once,
// and every node then compares two small integers. The outcome of each comparison stays exactly that of the single-precision values.

import type { Calibration, Linear, ScoringModel, Tree, Trees } from '../../../core/model/scoring.ts';

/** Rows that the kernel takes at a time: features and ranks of a block stay in the processor's cache. A divisor of `rowsPerChunk`. */
export const blockRows = 256;
/** Integers of a node, a power of two; children and roots are counted in these. */
export const nodeEntries = 4;
/** Above every rank, with room below and above so that no difference of two ranks leaves 32 bits. */
const aboveRanks = 0x3fffffff;

/**
 * Of all features that trees ask about: their distinct thresholds, rising, one feature after another. A value's rank is how many of them lie
 * below it, so value <= threshold j exactly where rank <= j.
 */
export type Ranking = {
  /** Of each rank column: the feature it is made of. */
  readonly feature: Int32Array<SharedArrayBuffer>;
  /** Of each rank column: what stands for a missing value, above every rank (goes right) or below (goes left). */
  readonly missing: Int32Array<SharedArrayBuffer>;
  /** Of each feature: where its thresholds begin; one more entry closes the last. */
  readonly starts: Int32Array<SharedArrayBuffer>;
  /** By `orderedBits`. One more entry, so that a search of no threshold reads inside. */
  readonly thresholds: Int32Array<SharedArrayBuffer>;
};

/** A child to the right stands next to its sister on the left. A leaf leads to itself, so that every row takes `depth` steps. */
export type FlatTrees = {
  readonly kind: 'trees';
  readonly base: number;
  readonly roots: Int32Array<SharedArrayBuffer>;
  readonly depths: Int32Array<SharedArrayBuffer>;
  /** `nodeEntries` for a node: offset of its rank column in a block, number of its threshold, entry of its left child, nothing. */
  readonly nodes: Int32Array<SharedArrayBuffer>;
  readonly values: Float32Array<SharedArrayBuffer>;
};
export type FlatLinear = {
  readonly kind: 'linear';
  readonly base: number;
  readonly weights: Float64Array<SharedArrayBuffer>;
  readonly centers: Float64Array<SharedArrayBuffer>;
  readonly scales: Float64Array<SharedArrayBuffer>;
};

/** Plain data: it may be posted to a thread. */
export type Compiled = {
  readonly features: number;
  readonly ranking: Ranking;
  readonly parts: readonly { readonly weight: number; readonly of: FlatTrees | FlatLinear }[];
  /** Without a blend the margin is that of the only part, not weighted. */
  readonly blended: boolean;
  readonly calibration: Calibration;
};

/** @param model as `parseScoringModel` lets through; what breaks its rules gives wrong scores, not errors */
export function compileModel(model: ScoringModel): Compiled {
  const { margin } = model;
  const parts = margin.kind === 'blend' ? margin.parts : [{ weight: 1, of: margin }];
  const forests = parts.flatMap(({ of }) => (of.kind === 'trees' ? of.trees : []));
  const ranks = rankColumns(forests, model.features.length);
  return {
    features: model.features.length,
    ranking: ranks.ranking,
    parts: parts.map(({ weight, of }) => ({ weight, of: of.kind === 'trees' ? flattenTrees(of, ranks) : flattenLinear(of) })),
    blended: margin.kind === 'blend',
    calibration: model.calibration,
  };
}

type Ranks = {
  ranking: Ranking;
  columnOf(feature: number, missingLeft: 0 | 1): number;
  rankOf(feature: number, at: number): number;
};

function rankColumns(trees: readonly Tree[], features: number): Ranks {
  const thresholds = Array.from({ length: features }, () => new Set<number>());
  const columns = new Map<number, number>();
  for (const tree of trees) {
    tree.feature.forEach((feature, node) => {
      if (feature < 0) return;
      // Zero has two bit patterns and one place in the order.
      thresholds[feature]!.add(Math.fround(tree.threshold[node]!) + 0);
      const key = feature * 2 + tree.missingLeft[node]!;
      if (!columns.has(key)) columns.set(key, columns.size);
    });
  }
  const sorted = thresholds.map((set) => Float32Array.from(set).sort());
  const starts = [0];
  for (const one of sorted) starts.push(starts.at(-1)! + one.length);
  const keys = [...columns.keys()];
  const places = sorted.map((one) => new Map(Array.from(one, (threshold, place) => [threshold, place])));
  return {
    ranking: {
      feature: sharedInts(keys.map((key) => key >> 1)),
      missing: sharedInts(keys.map((key) => (key & 1 ? -1 : aboveRanks))),
      starts: sharedInts(starts),
      thresholds: sharedInts([...sorted.flatMap((one) => Array.from(new Int32Array(one.buffer), orderedBits)), 0]),
    },
    columnOf: (feature, missingLeft) => columns.get(feature * 2 + missingLeft)!,
    rankOf: (feature, threshold) => places[feature]!.get(Math.fround(threshold) + 0)!,
  };
}

function flattenTrees(of: Trees, ranks: Ranks): FlatTrees {
  const nodes: number[] = [];
  const values: number[] = [];
  const roots: number[] = [];
  const depths: number[] = [];
  for (const tree of of.trees) {
    roots.push(values.length * nodeEntries);
    depths.push(flattenTree(tree, ranks, nodes, values));
  }
  return {
    kind: 'trees',
    base: of.base,
    roots: sharedInts(roots),
    depths: sharedInts(depths),
    nodes: sharedInts(nodes),
    values: sharedSingles(values),
  };
}

/** Adds one tree, level by level. @returns its depth */
function flattenTree(tree: Tree, ranks: Ranks, nodes: number[], values: number[]): number {
  const first = values.length;
  const order = [{ node: 0, depth: 0 }];
  for (let at = 0; at < order.length; at += 1) {
    const { node, depth } = order[at]!;
    const feature = tree.feature[node]!;
    if (feature < 0) {
      // No rank is above this threshold, so a row stays.
      nodes.push(0, aboveRanks, (first + at) * nodeEntries, 0);
      values.push(tree.value[node]!);
      continue;
    }
    const column = ranks.columnOf(feature, tree.missingLeft[node]!);
    nodes.push(column * blockRows, ranks.rankOf(feature, tree.threshold[node]!), (first + order.length) * nodeEntries, 0);
    values.push(0);
    order.push({ node: tree.left[node]!, depth: depth + 1 }, { node: tree.right[node]!, depth: depth + 1 });
  }
  return order.at(-1)!.depth;
}

function flattenLinear(of: Linear): FlatLinear {
  const { base, weights, centers, scales } = of;
  return {
    kind: 'linear',
    base,
    weights: sharedDoubles(weights),
    centers: sharedDoubles(centers),
    scales: sharedDoubles(scales),
  };
}

/** The bits of a single-precision number as an integer of the same order; zero below zero stands next to zero, with nothing between. */
export function orderedBits(bits: number): number {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

function sharedInts(values: readonly number[]): Int32Array<SharedArrayBuffer> {
  const shared = new Int32Array(new SharedArrayBuffer(values.length * 4));
  shared.set(values);
  return shared;
}

export function sharedSingles(values: ArrayLike<number>): Float32Array<SharedArrayBuffer> {
  const shared = new Float32Array(new SharedArrayBuffer(values.length * 4));
  shared.set(values);
  return shared;
}

export function sharedDoubles(values: ArrayLike<number>): Float64Array<SharedArrayBuffer> {
  const shared = new Float64Array(new SharedArrayBuffer(values.length * 8));
  shared.set(values);
  return shared;
}
