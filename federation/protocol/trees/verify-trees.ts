// A shared training done again from its sums alone, without a row of anybody: what an organisation or an auditor does to see that a model is the one
// that the sums give. Slow and plain; the same bytes as the trainer's.

import { type Split, Splitter } from './split.ts';
import { Sums } from './sums.ts';
import {
  type Bounds,
  childBounds,
  columnsOf,
  Growing,
  type Total,
  type Tree,
  type TreeSettings,
  type Trees,
  weightOf,
} from './tree.ts';

export type { Tree, TreeSettings, Trees } from './tree.ts';

export type SharedSums = {
  readonly settings: TreeSettings;
  /** Of the bins, by column, rising. */
  readonly edges: readonly Float32Array[];
  /**
   * Every sum over all organisations in its order: rows, rows labelled 1 and validation rows; then for each tree the sums of |gradient| and of
   * hessians in steps of 2^-24, three words of 24 bits each, the lowest first; histograms, of the root and then of the lighter children of each step
   * of growing, where either child may grow; and the sum of validation losses in steps of 2^-20, three words, where there are validation rows.
   */
  readonly sums: Iterable<Int32Array>;
  /** Of sums with noise: rows' worth of room that the fixed point has for it. They come without `scales` and losses. */
  readonly headroom?: number;
};

/** How many nodes of one level are split in one step, the last ones first. */
const nodesAtOnce = 64;

/**
 * Grows the trees that the sums give.
 * @throws {ProtocolFault} `malformed` for a sum that is wanting, is one too many, or cannot be; `where` has its number
 */
export function verifyShared({ settings, edges, sums: given, headroom }: SharedSums): Trees {
  const sums = new Sums(given, headroom);
  const { rows, positives, validationRows } = sums.base();
  const mean = positives / rows;
  const patience = validationRows > 0 ? settings.earlyStoppingTrees : 0;
  const trees: Tree[] = [];
  const losses: number[] = [];
  while (trees.length < settings.trees && !(patience > 0 && losses.length - bestOf(losses) >= patience)) {
    trees.push(grow(settings, edges, trees.length, rows, sums));
    if (validationRows > 0) losses.push(sums.loss(validationRows));
  }
  sums.end();
  const kept = patience > 0 ? bestOf(losses) : trees.length;
  return { kind: 'trees', base: Math.log(mean / (1 - mean)), trees: trees.slice(0, kept) };
}

/** Trees up to the least loss, the first of equals. */
function bestOf(losses: readonly number[]): number {
  return losses.length === 0 ? 0 : losses.indexOf(losses.reduce((least, loss) => Math.min(least, loss))) + 1;
}

type Node = {
  readonly id: number;
  readonly depth: number;
  readonly total: Total;
  readonly bounds: Bounds;
};
type Open = Node & { readonly cells: Int32Array; readonly split: Split };

function grow(settings: TreeSettings, edges: readonly Float32Array[], which: number, rows: number, sums: Sums): Tree {
  const { growth, maxDepth, maxLeaves, learningRate, monotone } = settings;
  const point = sums.scales(rows, settings.minChildHessian);
  const columns = columnsOf(edges.length, settings, which);
  const bins = columns.map((column) => edges[column]!.length + 2);
  const splitter = new Splitter(settings, point, columns, bins);
  const growing = new Growing();
  const weight = (total: Total, bounds: Bounds) => weightOf(splitter.sumsOf(total), settings, bounds);
  const leaf = (depth: number, total: Total, bounds: Bounds): Node => {
    const id = growing.leaf(learningRate * weight(total, bounds), splitter.sumsOf(total).hessian);
    return { id, depth, total, bounds };
  };
  const mayGrow = ({ depth, total }: Node) =>
    depth < maxDepth && total.hessian >= 2 * point.leastHessian && (growth === 'depth' || growing.leaves < maxLeaves);
  const opened = (node: Node, cells: Int32Array): Open[] => {
    const split = mayGrow(node) ? splitter.best({ ...node, cells }) : undefined;
    return split ? [{ ...node, cells, split }] : [];
  };
  const childrenOf = ({ id, depth, total, bounds, split }: Open): [Node, Node] => {
    const { column, bin, left } = split;
    const right = { gradient: total.gradient - left.gradient, hessian: total.hessian - left.hessian };
    const [low, high] = childBounds(monotone?.[column] ?? 0, weight(left, bounds), weight(right, bounds), bounds);
    growing.split(id, column, edges[column]![bin], split.missingLeft);
    return [leaf(depth + 1, left, low), leaf(depth + 1, right, high)];
  };

  const { cells, total } = sums.root(bins);
  const open = opened(leaf(0, total, { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }), cells);
  while (open.length > 0 && (growth === 'depth' || growing.leaves < maxLeaves)) {
    const parted = takeNext(open, growth).flatMap((node) => {
      const children = childrenOf(node);
      return children.some(mayGrow) ? [{ node, children }] : [];
    });
    if (parted.length === 0) continue;
    const lighter = parted.map(({ node, children: [left, right] }) => {
      const small = 2 * left.total.hessian <= node.total.hessian ? left : right;
      return { parent: node.cells, total: small.total, small };
    });
    for (const [at, [mine, rest]] of sums.children(lighter, bins).entries())
      for (const child of parted[at]!.children) open.push(...opened(child, child === lighter[at]!.small ? mine : rest));
  }
  return growing.tree;
}

/** The nodes to split next, taken out: up to 64 of the deepest level, the last ones; leaf-wise the one that gains most, the first of equals. */
function takeNext(open: Open[], growth: TreeSettings['growth']): Open[] {
  if (growth === 'leaf') {
    const best = open.reduce((most, node, at) => (node.split.gain > open[most]!.split.gain ? at : most), 0);
    return open.splice(best, 1);
  }
  const { depth } = open.at(-1)!;
  const first = open.findIndex((node) => node.depth === depth);
  return open.splice(Math.max(first, open.length - nodesAtOnce));
}
