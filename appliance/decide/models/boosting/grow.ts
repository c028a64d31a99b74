// How one tree grows: takes the nodes that are next, parts their rows, sums the histograms of the smaller children, takes these from their
// parents' for the larger ones, and finds the best split of each. All that is long happens in the kernel; this decides what is next.

import type { Tree } from '../../../core/model/scoring.ts';
import type { Crew } from './crew.ts';
import type { Exchange } from './exchange.ts';
import * as at from './kernel/layout.ts';
import { columnsPerScan, nodesAtOnce, type Plan, piecesPerThread, rowsPerStretch } from './memory.ts';
import { leastGain, type Settings } from './settings.ts';
import { SharedHistograms } from './shared-histograms.ts';
import { childBounds, largest, leafGain, TreeBuilder, weightOf } from './tree.ts';
import type { Parted, PartnerColumns } from './vertical/columns.ts';

type Split = { column: number; bin: number; missingLeft: 0 | 1; gain: number; leftGradient: number; leftHessian: number };

type Node = {
  id: number;
  depth: number;
  /** Rows lie at `begin` of one of the two indexes. */
  begin: number;
  rows: number;
  other: boolean;
  /** Sums in steps of the fixed point. */
  gradient: number;
  hessian: number;
  lower: number;
  upper: number;
  slot: number;
  split: Split | undefined;
};

/** What the fixed point of this tree means, and what a child must have at least. */
export type FixedPoint = { gradientStep: number; hessianStep: number; leastHessian: number };

/** Rows that are here, and sums over all of them; of a shared training the sums are found as the tree begins. */
export type Root = { rows: number; gradient: number; hessian: number };

/** A node whose children are both leaves: rows need not be parted, only given their leaf. */
type Final = { node: Node; split: Split; left: number; right: number };

export class Grower {
  readonly #crew: Crew;
  readonly #plan: Plan;
  readonly #settings: Settings;
  readonly #edges: readonly Float32Array[];
  readonly #leastGain: number;
  readonly #shared: SharedHistograms | undefined;
  readonly #partners: PartnerColumns | undefined;
  readonly #free: number[] = [];
  #point: FixedPoint = { gradientStep: 0, hessianStep: 0, leastHessian: 1 };
  #tree = new TreeBuilder();
  #open: Node[] = [];
  #leaves: Node[] = [];
  #finals: Final[] = [];

  constructor(
    crew: Crew,
    plan: Plan,
    settings: Settings,
    edges: readonly Float32Array[],
    exchange: Exchange | undefined,
    partners: PartnerColumns | undefined,
  ) {
    this.#crew = crew;
    this.#plan = plan;
    this.#settings = settings;
    this.#edges = edges;
    this.#leastGain = Math.max(settings.gamma, leastGain);
    this.#shared = exchange && new SharedHistograms(crew, plan, edges, exchange);
    this.#partners = partners;
  }

  /** Grows a tree over the rows in the first index, whose gradients are in fixed point, and adds its leaves to their margins. */
  grow(root: Root, point: FixedPoint): { tree: Tree; bins: readonly number[] } {
    this.#point = point;
    this.#tree = new TreeBuilder();
    this.#open = [];
    this.#leaves = [];
    this.#finals = [];
    this.#free.length = 0;
    for (let slot = this.#plan.slots - 1; slot >= 0; slot -= 1) this.#free.push(slot);
    this.#startRoot(root);
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) this.#expand(batch);
    this.#applyLeaves();
    return { tree: this.#tree.done(), bins: this.#tree.bin };
  }

  #startRoot({ rows, gradient, hessian }: Root): void {
    const node: Node = {
      ...{ id: 0, depth: 0, begin: 0, rows, other: false, gradient, hessian },
      ...{ lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, slot: -1, split: undefined },
    };
    node.slot = this.#takeSlot();
    if (this.#shared) {
      const total = this.#shared.sum([{ cells: this.#cells(node.slot) }], () => this.#histograms([node]));
      node.gradient = total.gradient;
      node.hessian = total.hessian;
    }
    this.#addLeaf(node);
    if (!this.#mayGrow(node, 1)) {
      this.#free.push(node.slot);
      this.#leaves.push(node);
      return;
    }
    if (!this.#shared) {
      this.#histograms([node]);
      this.#partners?.sum([{ node: node.id, cells: this.#cells(node.slot), total: node }]);
    }
    this.#scan([[node, undefined]]);
  }

  #sums(gradient: number, hessian: number): [number, number] {
    return [gradient * this.#point.gradientStep, hessian * this.#point.hessianStep];
  }

  #weight(gradient: number, hessian: number, lower: number, upper: number): number {
    return weightOf(...this.#sums(gradient, hessian), this.#settings, lower, upper);
  }

  #addLeaf(node: Node): void {
    const weight = this.#weight(node.gradient, node.hessian, node.lower, node.upper);
    node.id = this.#tree.leaf(this.#settings.learningRate * weight, node.hessian * this.#point.hessianStep);
  }

  /** Whether a node is worth looking at: not too deep, not too light, and leaves are left. */
  #mayGrow(node: Node, leaves: number): boolean {
    const { growth, maxDepth, maxLeaves } = this.#settings;
    return node.depth < maxDepth && node.hessian >= 2 * this.#point.leastHessian && (growth === 'depth' || leaves < maxLeaves);
  }

  /** The nodes to split next. Depth-wise: the deepest first, so that few histograms are alive. Leaf-wise: the one that gains most. */
  #next(): Node[] {
    const open = this.#open;
    if (open.length === 0) return [];
    if (this.#settings.growth === 'leaf') {
      if (this.#tree.leaves >= this.#settings.maxLeaves) {
        for (const node of open.splice(0)) this.#leaves.push(node);
        return [];
      }
      let best = 0;
      for (let one = 1; one < open.length; one += 1) if (open[one]!.split!.gain > open[best]!.split!.gain) best = one;
      return open.splice(best, 1);
    }
    // Deeper nodes are always behind.
    const { depth } = open.at(-1)!;
    let first = open.length;
    while (first > 0 && open[first - 1]!.depth === depth && open.length - first < nodesAtOnce) first -= 1;
    return open.splice(first);
  }

  #expand(batch: readonly Node[]): void {
    const parted: { node: Node; split: Split; left: Node; right: Node }[] = [];
    for (const node of batch) {
      const split = node.split!;
      const [left, right] = this.#children(node, split);
      if (this.#mayGrow(left, this.#tree.leaves) || this.#mayGrow(right, this.#tree.leaves)) {
        parted.push({ node, split, left, right });
      } else {
        this.#finals.push({ node, split, left: left.id, right: right.id });
        this.#free.push(node.slot);
      }
    }
    if (parted.length === 0) return;
    this.#partners?.part(
      parted.map(({ node, split }) => this.#splitOf(node, split)),
      parted.map(({ left, right }) => [left.id, right.id]),
    );
    this.#part(parted);
    const pairs: [Node, Node][] = [];
    for (const { node, left, right } of parted) {
      // Either gives the same; all organisations must ask for the same one, whatever rows they have.
      const leftIsSmall = this.#shared ? 2 * left.hessian <= node.hessian : left.rows <= right.rows;
      const [small, large] = leftIsSmall ? [left, right] : [right, left];
      const scanned = [small, large].map((child) => this.#mayGrow(child, this.#tree.leaves));
      for (const [which, child] of [small, large].entries()) if (!scanned[which]) this.#leaves.push(child);
      small.slot = this.#takeSlot();
      large.slot = node.slot;
      pairs.push([small, large]);
    }
    this.#sumSmaller(pairs);
    this.#scan(pairs);
  }

  /** Histograms of the first of each pair; the second one's place holds the parent's. */
  #sumSmaller(pairs: readonly (readonly [Node, Node])[]): void {
    const local = () => this.#histograms(pairs.map(([small]) => small));
    const parts = pairs.map(([small, large]) => ({
      node: small.id,
      cells: this.#cells(small.slot),
      parentCells: this.#cells(large.slot),
      total: { gradient: small.gradient, hessian: small.hessian },
    }));
    if (this.#shared) {
      this.#shared.sum(parts, local);
      return;
    }
    local();
    this.#partners?.sum(parts);
  }

  #children(node: Node, split: Split): [Node, Node] {
    const { column, bin, missingLeft, leftGradient, leftHessian } = split;
    const edges = this.#edges[column]!;
    const threshold = bin < edges.length ? edges[bin]! : largest;
    const rightGradient = node.gradient - leftGradient;
    const rightHessian = node.hessian - leftHessian;
    const { lower, upper } = node;
    const way = this.#settings.monotone?.[column] ?? 0;
    const bounds = childBounds(
      way,
      this.#weight(leftGradient, leftHessian, lower, upper),
      this.#weight(rightGradient, rightHessian, lower, upper),
      lower,
      upper,
    );
    this.#tree.split(node.id, column, bin, threshold, missingLeft);
    const child = (gradient: number, hessian: number, [low, high]: [number, number]): Node => ({
      ...{ id: 0, depth: node.depth + 1, begin: 0, rows: 0, other: !node.other },
      ...{ gradient, hessian, lower: low, upper: high, slot: -1, split: undefined },
    });
    const left = child(leftGradient, leftHessian, bounds.left);
    const right = child(rightGradient, rightHessian, bounds.right);
    this.#addLeaf(left);
    this.#addLeaf(right);
    return [left, right];
  }

  #indexOf(node: Node): number {
    return (node.other ? this.#plan.otherIndex : this.#plan.index) + node.begin * 4;
  }

  #splitOf(node: Node, split: Split): Parted {
    return { node: node.id, index: this.#indexOf(node), rows: node.rows, split };
  }

  #columnOf({ column }: Split): number {
    return this.#plan.columnBins + column * this.#plan.columnBytes;
  }

  /** Parts the rows of nodes between their children, each stretch by itself and then all in their order. */
  #part(parted: readonly { node: Node; split: Split; left: Node; right: Node }[]): void {
    const crew = this.#crew;
    const { u32 } = crew;
    crew.begin();
    const firsts: number[] = [];
    for (const { node, split } of parted) {
      const index = this.#indexOf(node);
      firsts.push(crew.tasks);
      for (let from = 0; from < node.rows; from += rowsPerStretch) {
        crew.task(
          index + from * 4,
          Math.min(rowsPerStretch, node.rows - from),
          this.#plan.spare + (node.begin + from) * 4,
          this.#columnOf(split),
          split.bin,
          this.#edges[split.column]!.length + 1,
          split.missingLeft,
        );
      }
    }
    firsts.push(crew.tasks);
    crew.run(at.phasePartition);
    const words = this.#plan.tasks / 4;
    for (const [which, { node, left, right }] of parted.entries()) {
      let rows = 0;
      for (let task = firsts[which]!; task < firsts[which + 1]!; task += 1) rows += u32[words + task * 16 + 7]!;
      left.begin = node.begin;
      left.rows = rows;
      right.begin = node.begin + rows;
      right.rows = node.rows - rows;
      let leftAt = this.#indexOf(left);
      let rightAt = this.#indexOf(right);
      for (let task = firsts[which]!; task < firsts[which + 1]!; task += 1) {
        const word = words + task * 16;
        u32[word + 8] = leftAt;
        u32[word + 9] = rightAt;
        leftAt += u32[word + 7]! * 4;
        rightAt += (u32[word + 1]! - u32[word + 7]!) * 4;
      }
    }
    crew.run(at.phaseScatter, firsts.at(-1)!);
  }

  #takeSlot(): number {
    const slot = this.#free.pop();
    if (slot === undefined) throw new Error(`histograms: planned ${this.#plan.slots}, wanted more`);
    return slot;
  }

  #cells(slot: number): number {
    return this.#plan.histograms + slot * this.#plan.slotBytes;
  }

  /** Sums the histograms of nodes. A node that is large beside the others is cut, so that all threads have work until the end. */
  #histograms(nodes: readonly Node[]): void {
    const crew = this.#crew;
    const { threads, stride, slotBytes, gradients } = this.#plan;
    const total = nodes.reduce((sum, node) => sum + node.rows, 0);
    const piece =
      threads === 1 ? Math.max(1, total) : Math.max(2 * rowsPerStretch, Math.ceil(total / (threads * piecesPerThread)));
    crew.begin();
    for (const node of [...nodes].sort((a, b) => b.rows - a.rows || a.id - b.id)) {
      const pieces = Math.max(1, Math.ceil(node.rows / piece));
      const length = Math.ceil(node.rows / pieces);
      const cells = this.#cells(node.slot);
      if (pieces > 1) crew.clear(cells, slotBytes);
      const index = this.#indexOf(node);
      for (let from = 0; from < Math.max(1, node.rows); from += Math.max(1, length)) {
        const rows = Math.min(length, node.rows - from);
        for (let column = 0; column < stride; column += at.columnsPerTask) {
          const width = Math.min(at.columnsPerTask, stride - column);
          crew.task(index + from * 4, rows, cells, column, width, pieces > 1 ? 1 : 0, gradients);
        }
      }
    }
    crew.run(at.phaseHistogram);
  }

  /** Finds the best split of each node; the second of a pair is what is left of the parent without the first. */
  #scan(pairs: readonly (readonly [Node, Node | undefined])[]): void {
    const crew = this.#crew;
    const { columns, threads } = this.#plan;
    const perTask = threads === 1 ? columns : columnsPerScan;
    const groups = Math.ceil(columns / perTask);
    crew.begin();
    for (const [pair, [small, large]] of pairs.entries()) {
      this.#enter(2 * pair, small);
      if (large) this.#enter(2 * pair + 1, large);
      for (let group = 0; group < groups; group += 1) {
        const first = group * perTask;
        crew.task(
          2 * pair,
          large ? 2 * pair + 1 : at.none,
          first,
          Math.min(perTask, columns - first),
          2 * pair * groups + group,
          (2 * pair + 1) * groups + group,
        );
      }
    }
    crew.run(at.phaseScan);
    const opened: Node[] = [];
    for (const [pair, nodes] of pairs.entries()) {
      for (const [which, node] of nodes.entries())
        if (node && this.#choose(node, (2 * pair + which) * groups, groups)) opened.push(node);
    }
    this.#open.push(...opened.sort((a, b) => a.id - b.id));
  }

  #enter(entry: number, node: Node): void {
    const { u32, i32, f64 } = this.#crew;
    const word = (this.#plan.entries + entry * at.entryBytes) / 4;
    u32[word] = this.#cells(node.slot);
    u32[word + 1] = this.#mayGrow(node, this.#tree.leaves) ? 1 : 0;
    u32[word + 2] = node.hessian;
    i32[word + 3] = node.gradient;
    f64[(word + 4) / 2] = node.lower;
    f64[(word + 6) / 2] = node.upper;
  }

  /** The best over all groups of columns, the first of equals. @returns whether it is worth it; else the node is a leaf and its histogram free */
  #choose(node: Node, first: number, groups: number): boolean {
    const { u32, i32, f64 } = this.#crew;
    if (!this.#mayGrow(node, this.#tree.leaves)) {
      this.#free.push(node.slot);
      return false;
    }
    let best = -1;
    let gain = Number.NEGATIVE_INFINITY;
    for (let group = 0; group < groups; group += 1) {
      const place = this.#plan.results + (first + group) * at.resultBytes;
      const here = f64[place / 8]!;
      if (u32[place / 4 + 2] !== at.none && here > gain) {
        best = place / 4;
        gain = here;
      }
    }
    const weight = this.#weight(node.gradient, node.hessian, node.lower, node.upper);
    const more = gain - leafGain(...this.#sums(node.gradient, node.hessian), weight, this.#settings);
    if (best < 0 || !(more > this.#leastGain)) {
      this.#leaves.push(node);
      this.#free.push(node.slot);
      return false;
    }
    const column = u32[best + 2]!;
    const leftHessian = u32[best + 6]!;
    const missing = (this.#cells(node.slot) + column * at.columnHistogramBytes) / 4 + (this.#edges[column]!.length + 1) * 2;
    const seen = u32[missing] !== 0 || u32[missing + 1] !== 0;
    // Where training saw nothing missing, what is missing later goes with the heavier side.
    const missingLeft = (seen ? u32[best + 4] === 1 : leftHessian * 2 >= node.hessian) ? 1 : 0;
    node.split = { column, bin: u32[best + 3]!, missingLeft, gain: more, leftGradient: i32[best + 7]!, leftHessian };
    return true;
  }

  #applyLeaves(): void {
    const crew = this.#crew;
    this.#partners?.part(this.#finals.map(({ node, split }) => this.#splitOf(node, split)));
    const values = this.#tree.value;
    crew.begin();
    const add = (node: Node, words: (task: number) => void) => {
      for (let from = 0; from < node.rows; from += rowsPerStretch) {
        words(crew.task(this.#indexOf(node) + from * 4, Math.min(rowsPerStretch, node.rows - from)));
      }
    };
    for (const node of this.#leaves) {
      add(node, (task) => {
        crew.u32[task + 2] = 0;
        crew.f32[task + 6] = values[node.id]!;
      });
    }
    for (const { node, split, left, right } of this.#finals) {
      add(node, (task) => {
        crew.u32[task + 2] = this.#columnOf(split);
        crew.u32[task + 3] = split.bin;
        crew.u32[task + 4] = this.#edges[split.column]!.length + 1;
        crew.u32[task + 5] = split.missingLeft;
        crew.f32[task + 6] = values[left]!;
        crew.f32[task + 7] = values[right]!;
      });
    }
    crew.run(at.phaseApply);
  }
}
