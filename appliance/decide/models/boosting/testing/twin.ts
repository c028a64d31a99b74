// The slow twin of the kernels: the same trees from the same bins in plain TypeScript, by loops that can be read in one go. Tests compare bytes
// with it; the benchmark measures against it where there is no XGBoost.

import type { Tree, Trees } from '../../../../core/model/scoring.ts';
import { leastHessianOf, scalesOf } from '../fixed-point.ts';
import { type BinnedTable, leastGain, type Settings } from '../settings.ts';
import { childBounds, largest, leafGain, mix, rowSeed, sampleBelow, sampleColumns, TreeBuilder, weightOf } from '../tree.ts';

type Fixed = { gradientStep: number; hessianStep: number; least: number };
type Split = { column: number; bin: number; side: 0 | 1; gain: number; gradient: number; hessian: number };
type Node = {
  id: number;
  depth: number;
  rows: number[];
  gradient: number;
  hessian: number;
  lower: number;
  upper: number;
  split: Split | undefined;
};

function exponential(x: number): number {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let p = 1 / 40320;
  for (const factorial of [5040, 720, 120, 24, 6]) p = 1 / factorial + r * p;
  p = 0.5 + r * p;
  p = 1 + r * p;
  p = 1 + r * p;
  return p * 2 ** k;
}

/** Sums of one node, column by column: [gradient, hessian] of each bin, in steps. */
function histogramOf(
  table: BinnedTable,
  rows: readonly number[],
  column: number,
  g: Float64Array,
  h: Float64Array,
): Float64Array {
  const sums = new Float64Array((table.edges[column]!.length + 2) * 2);
  for (const row of rows) {
    const bin = table.bins[row * table.stride + column]!;
    sums[2 * bin]! += g[row]!;
    sums[2 * bin + 1]! += h[row]!;
  }
  return sums;
}

/** Trains on all rows of a table. @param labels by row @param weights by row, 1 when left out */
export function trainTwin(
  table: BinnedTable,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  settings: Settings,
): Trees {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < table.rows; row += 1) {
    const weight = weights ? weights[row]! : 1;
    sum += labels[row]! * weight;
    total += weight;
  }
  const mean = sum / total;
  const base = settings.objective === 'logistic' ? Math.log(mean / (1 - mean)) : mean;
  const margins = new Float64Array(table.rows).fill(base);
  const trees: Tree[] = [];
  while (trees.length < settings.trees) trees.push(new Twin(table, settings, trees.length).grow(labels, weights, margins));
  return { kind: 'trees', base, trees };
}

class Twin {
  readonly #table: BinnedTable;
  readonly #settings: Settings;
  readonly #seed: number;
  readonly #mask: Uint8Array;
  readonly #g: Float64Array;
  readonly #h: Float64Array;
  readonly #tree = new TreeBuilder();
  #fixed: Fixed = { gradientStep: 0, hessianStep: 0, least: 1 };

  constructor(table: BinnedTable, settings: Settings, tree: number) {
    this.#table = table;
    this.#settings = settings;
    this.#seed = rowSeed(settings.seed, tree);
    this.#mask = sampleColumns(table.edges.length, settings.columnSample, settings.seed, tree);
    this.#g = new Float64Array(table.rows);
    this.#h = new Float64Array(table.rows);
  }

  grow(labels: ArrayLike<number>, weights: ArrayLike<number> | undefined, margins: Float64Array): Tree {
    const rows = this.#quantise(labels, weights, margins);
    const { growth, maxLeaves } = this.#settings;
    const sum = (of: Float64Array) => rows.reduce((all, row) => all + of[row]!, 0);
    const root = this.#leaf(0, rows, sum(this.#g), sum(this.#h), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    let open = [root].filter((node) => node.split);
    while (open.length > 0 && (growth === 'depth' || this.#tree.leaves < maxLeaves)) {
      // Depth-wise batches: the kernel takes at most 64 of the deepest level, the last ones first.
      const deepest = open.at(-1)!.depth;
      const batch =
        growth === 'leaf'
          ? [open.reduce((best, node) => (node.split!.gain > best.split!.gain ? node : best))]
          : open.filter(({ depth }) => depth === deepest).slice(-64);
      open = open.filter((node) => !batch.includes(node));
      const children = batch.flatMap((node) => this.#split(node));
      open.push(...children.filter((node) => node.split));
    }
    const tree = this.#tree.done();
    for (let row = 0; row < margins.length; row += 1) margins[row]! += tree.value[this.#walk(tree, row)]!;
    return tree;
  }

  #quantise(labels: ArrayLike<number>, weights: ArrayLike<number> | undefined, margins: Float64Array): number[] {
    const below = sampleBelow(this.#settings.rowSample);
    const exact = this.#settings.objective === 'logistic' && !weights;
    const rows: number[] = [];
    let gradientSum = 0;
    let hessianSum = 0;
    for (let from = 0; from < margins.length; from += 8192) {
      let blockGradient = 0;
      let blockHessian = 0;
      for (let row = from; row < Math.min(from + 8192, margins.length); row += 1) {
        if (below !== 0xffffffff && mix(Math.imul(row, 0x9e3779b1) + this.#seed) >= below) continue;
        rows.push(row);
        const [gradient, hessian] = this.#gradient(margins[row]!, labels[row]!, weights ? weights[row]! : 1);
        this.#g[row] = gradient;
        this.#h[row] = hessian;
        blockGradient += exact ? Math.ceil(Math.abs(gradient) * 2 ** 24) / 2 ** 24 : Math.abs(gradient);
        blockHessian += exact ? Math.ceil(hessian * 2 ** 24) / 2 ** 24 : hessian;
      }
      gradientSum += blockGradient;
      hessianSum += blockHessian;
    }
    const { gradientScale, hessianScale } = scalesOf(rows.length, gradientSum, hessianSum);
    for (const row of rows) {
      this.#g[row] = Math.floor(this.#g[row]! * gradientScale + 0.5);
      this.#h[row] = Math.floor(this.#h[row]! * hessianScale + 0.5);
    }
    this.#fixed = {
      gradientStep: 1 / gradientScale,
      hessianStep: 1 / hessianScale,
      least: leastHessianOf(this.#settings.minChildHessian, hessianScale),
    };
    return rows;
  }

  #gradient(margin: number, label: number, weight: number): [number, number] {
    if (this.#settings.objective === 'squared') return [Math.fround((margin - label) * weight), Math.fround(weight)];
    const p = 1 / (1 + exponential(-Math.min(Math.max(margin, -60), 60)));
    return [Math.fround((p - label) * weight), Math.fround(Math.max(p * (1 - p), 1e-16) * weight)];
  }

  #leaf(depth: number, rows: number[], gradient: number, hessian: number, lower: number, upper: number): Node {
    const { gradientStep, hessianStep } = this.#fixed;
    const weight = weightOf(gradient * gradientStep, hessian * hessianStep, this.#settings, lower, upper);
    const id = this.#tree.leaf(this.#settings.learningRate * weight, hessian * hessianStep);
    const node: Node = { id, depth, rows, gradient, hessian, lower, upper, split: undefined };
    const full = depth >= this.#settings.maxDepth || hessian < 2 * this.#fixed.least;
    if (!full) node.split = this.#best(node, weight);
    return node;
  }

  #best(node: Node, weight: number): Split | undefined {
    let best: Split | undefined;
    for (let column = 0; column < this.#table.edges.length; column += 1) {
      if (this.#mask[column] === 0) continue;
      const sums = histogramOf(this.#table, node.rows, column, this.#g, this.#h);
      for (const split of this.#splits(node, column, sums)) if (!best || split.gain > best.gain) best = split;
    }
    if (!best) return undefined;
    const { gradientStep, hessianStep } = this.#fixed;
    const gain = best.gain - leafGain(node.gradient * gradientStep, node.hessian * hessianStep, weight, this.#settings);
    return gain > Math.max(this.#settings.gamma, leastGain) ? { ...best, gain } : undefined;
  }

  *#splits(node: Node, column: number, sums: Float64Array): Generator<Split> {
    const { least } = this.#fixed;
    const bins = this.#table.edges[column]!.length + 1;
    const missing = [sums[2 * bins]!, sums[2 * bins + 1]!] as const;
    const seen = missing[0] !== 0 || missing[1] !== 0;
    for (const side of seen ? ([0, 1] as const) : ([0] as const)) {
      let gradient = side === 1 ? missing[0] : 0;
      let hessian = side === 1 ? missing[1] : 0;
      for (let bin = 0; bin < (seen && side === 0 ? bins : bins - 1); bin += 1) {
        if (sums[2 * bin] === 0 && sums[2 * bin + 1] === 0) continue;
        gradient += sums[2 * bin]!;
        hessian += sums[2 * bin + 1]!;
        if (hessian < least) continue;
        if (node.hessian - hessian < least) break;
        const gain = this.#gain(node, column, gradient, hessian);
        const heavier = hessian * 2 >= node.hessian ? 1 : 0;
        if (gain !== undefined) yield { column, bin, side: seen ? side : heavier, gain, gradient, hessian };
      }
    }
  }

  #gain(node: Node, column: number, gradient: number, hessian: number): number | undefined {
    const { gradientStep, hessianStep } = this.#fixed;
    const { lambda, alpha, monotone } = this.#settings;
    const gl = gradient * gradientStep;
    const gr = (node.gradient - gradient) * gradientStep;
    const hl = hessian * hessianStep + lambda;
    const hr = (node.hessian - hessian) * hessianStep + lambda;
    if (alpha === 0 && !monotone?.some((way) => way !== 0)) return (gl * gl * hr + gr * gr * hl) / (hl * hr);
    const shrunk = (g: number) => (g > alpha ? g - alpha : g < -alpha ? g + alpha : 0);
    const wl = Math.min(Math.max(-shrunk(gl) / hl, node.lower), node.upper);
    const wr = Math.min(Math.max(-shrunk(gr) / hr, node.lower), node.upper);
    const way = monotone?.[column] ?? 0;
    if ((way > 0 && wl > wr) || (way < 0 && wl < wr)) return undefined;
    const gain = (g: number, h: number, w: number) => -(2 * g * w + h * w * w + 2 * alpha * Math.abs(w));
    return gain(gl, hl, wl) + gain(gr, hr, wr);
  }

  #split(node: Node): [Node, Node] {
    const { column, bin, side, gradient, hessian } = node.split!;
    const { gradientStep, hessianStep } = this.#fixed;
    const edges = this.#table.edges[column]!;
    const { lower, upper } = node;
    const weight = (g: number, h: number) => weightOf(g * gradientStep, h * hessianStep, this.#settings, lower, upper);
    const right = [node.gradient - gradient, node.hessian - hessian] as const;
    const way = this.#settings.monotone?.[column] ?? 0;
    const bounds = childBounds(way, weight(gradient, hessian), weight(...right), lower, upper);
    this.#tree.split(node.id, column, bin, bin < edges.length ? edges[bin]! : largest, side);
    const goesLeft = (row: number) => this.#goesLeft(row, column, bin, side);
    return [
      this.#leaf(node.depth + 1, node.rows.filter(goesLeft), gradient, hessian, ...bounds.left),
      this.#leaf(
        node.depth + 1,
        node.rows.filter((row) => !goesLeft(row)),
        ...right,
        ...bounds.right,
      ),
    ];
  }

  #goesLeft(row: number, column: number, split: number, missingLeft: 0 | 1): boolean {
    const bin = this.#table.bins[row * this.#table.stride + column]!;
    return bin <= split || (missingLeft === 1 && bin === this.#table.edges[column]!.length + 1);
  }

  #walk(tree: Tree, row: number): number {
    let node = 0;
    while (tree.feature[node]! >= 0) {
      const left = this.#goesLeft(row, tree.feature[node]!, this.#tree.bin[node]!, tree.missingLeft[node]!);
      node = left ? tree.left[node]! : tree.right[node]!;
    }
    return node;
  }
}
