// One training, from order to trees: fills the memory, then for each tree computes gradients, chooses the fixed point, grows the tree and looks at
// the validation rows. Runs in a worker thread, which leads; helpers only do tasks.

import { Fault } from '../../../core/errors.ts';
import type { Tree } from '../../../core/model/scoring.ts';
import type { Work } from '../../../core/pool/pool.ts';
import { Crew } from './crew.ts';
import { Exchange, type SharedOrder } from './exchange.ts';
import { fromWords, leastHessianOf, scalesOf, toWords, wordsPerSum } from './fixed-point.ts';
import { type FixedPoint, Grower, type Root } from './grow.ts';
import * as at from './kernel/layout.ts';
import { ownKernel, type SharedMemory } from './kernel.ts';
import type { Plan } from './memory.ts';
import { type BinnedTable, type Checkpoint, type History, limits, type Settings } from './settings.ts';
import { rowSeed, sampleBelow, sampleColumns } from './tree.ts';
import type { VerticalOrder } from './vertical/asking.ts';
import { PartnerColumns } from './vertical/columns.ts';

/** Rows of a table with what is to be learned of them; `rows` chooses some, in the order to train in. */
export type Lesson = {
  readonly table: BinnedTable;
  readonly rows: Uint32Array | undefined;
  /** By row of the table, as are weights. */
  readonly labels: Float32Array;
  readonly weights: Float32Array | undefined;
};

export type Order = {
  readonly lesson: Lesson;
  readonly validation: Lesson | undefined;
  readonly settings: Settings;
  readonly plan: Plan;
  /** Undefined: the thread's own, for trainings of one thread. */
  readonly memory: SharedMemory | undefined;
  readonly resume: Checkpoint | undefined;
  /** With other organisations, of other rows. */
  readonly shared: SharedOrder | undefined;
  /** With other organisations, of other columns of these rows: the last ones of the table, whose bins are not here. */
  readonly vertical: VerticalOrder | undefined;
};

/** What is said of each tree as it is done. */
export type Grown = { readonly base: number; readonly tree: Tree; readonly validationLoss: number | undefined };

export type Trained = { readonly base: number; readonly trees: Tree[]; readonly history: History };

/** @param work hears `Grown` of each tree @throws {Fault} for labels that cannot be learned, `cancelled` */
export function trainTrees(order: Order, work: Work): Trained {
  const { memory, kernel } = order.memory ? { memory: order.memory, kernel: undefined } : ownKernel(order.plan.bytes);
  const crew = new Crew(memory, order.plan, work, kernel);
  try {
    const exchange = order.shared && new Exchange(order.shared, work);
    const partners = order.vertical && new PartnerColumns(crew, order.plan, order.vertical, work);
    return new Training(order, crew, exchange, partners).run((grown) => work.tell(grown));
  } finally {
    crew.end();
  }
}

class Training {
  readonly #order: Order;
  readonly #crew: Crew;
  readonly #exchange: Exchange | undefined;
  readonly #partners: PartnerColumns | undefined;
  readonly #base: number;
  /** Of all organisations together. */
  readonly #rows: number;
  readonly #validationRows: number;
  readonly #grower: Grower;

  constructor(order: Order, crew: Crew, exchange: Exchange | undefined, partners: PartnerColumns | undefined) {
    const { plan, settings, lesson, validation } = order;
    this.#order = order;
    this.#crew = crew;
    this.#exchange = exchange;
    this.#partners = partners;
    this.#parameters();
    const labels = fill(crew, lesson, plan.bins, plan.labels, plan.weighted ? plan.weights : 0, settings);
    if (validation)
      fill(
        crew,
        validation,
        plan.validationBins,
        plan.validationLabels,
        plan.validationWeighted ? plan.validationWeights : 0,
        settings,
      );
    crew.run(at.phaseTurn, Math.ceil(plan.rows / at.blockRows));
    const [total, sum, validationRows] = this.#everywhere(labels.total, labels.sum, plan.validationRows);
    this.#rows = exchange ? total : plan.rows;
    this.#validationRows = validationRows;
    const mean = sum / total;
    if (settings.objective === 'logistic' && (mean <= 0 || mean >= 1)) throw new Fault('bad_request', 'labels: all of one class');
    this.#base = order.resume?.base ?? (settings.objective === 'logistic' ? Math.log(mean / (1 - mean)) : mean);
    crew.f64.fill(this.#base, plan.margins / 8, plan.margins / 8 + plan.rows);
    crew.f64.fill(this.#base, plan.validationMargins / 8, plan.validationMargins / 8 + plan.validationRows);
    this.#grower = new Grower(crew, plan, settings, lesson.table.edges, exchange, partners);
  }

  /** Weights, weighted labels and validation rows of all organisations; of a shared training every weight is 1. */
  #everywhere(total: number, sum: number, validationRows: number): [number, number, number] {
    if (!this.#exchange) return [total, sum, validationRows];
    const sums = this.#exchange.sum('base', 3, (values) => values.set([total, sum, validationRows]));
    const [rows, positives, validated] = sums as unknown as [number, number, number];
    const most = limits.rows;
    const few = !this.#exchange.noisy && rows < total;
    if (few || rows > most || positives < 0 || positives > rows || validated < validationRows || validated > most)
      this.#exchange.refuse(`expected at most ${most} rows`);
    return [rows, positives, validated];
  }

  #parameters(): void {
    const crew = this.#crew;
    const { plan, settings, lesson } = this.#order;
    // Another training may have left its own here.
    crew.u32.fill(0, at.ticketAt / 4, at.phaseAt / 4);
    const places: readonly (readonly [number, number])[] = [
      [at.resultsAt, plan.results],
      [at.entriesAt, plan.entries],
      [at.scratchAt, plan.scratch],
      [at.treeAt, plan.tree],
      [at.binsAt, plan.bins],
      [at.columnBinsAt, plan.columnBins],
      [at.columnBytesAt, plan.columnBytes],
      [at.strideAt, plan.stride],
      [at.columnsAt, plan.columns],
      [at.binCountsAt, plan.binCounts],
      [at.maskAt, plan.mask],
      [at.monotoneAt, settings.monotone?.some((way) => way !== 0) ? plan.monotone : 0],
      [at.marginsAt, plan.margins],
      [at.labelsAt, plan.labels],
      [at.weightsAt, plan.weighted ? plan.weights : 0],
      [at.gradientsAt, plan.gradients],
      [at.rowsAt, plan.rows],
      [at.indexAt, plan.index],
      [at.lossAt, settings.objective === 'squared' ? 1 : 0],
      [at.sampleBelowAt, sampleBelow(settings.rowSample)],
    ];
    for (const [where, value] of places) crew.place(where, value);
    crew.number(at.lambdaAt, settings.lambda);
    crew.number(at.alphaAt, settings.alpha);
    const bytes = new Uint8Array(crew.u32.buffer);
    for (const [column, edges] of lesson.table.edges.entries()) {
      crew.u32[plan.binCounts / 4 + column] = edges.length + 1;
      bytes[plan.monotone + column] = settings.monotone?.[column] ?? 0;
    }
  }

  run(grown: (made: Grown) => void): Trained {
    const { settings, resume } = this.#order;
    const trees: Tree[] = [];
    const losses: number[] = [];
    const stopping = new Stopping(settings.earlyStoppingTrees);
    const done = () => settings.trees <= trees.length || (this.#validationRows > 0 && stopping.over(losses));
    for (const [which, tree] of (resume?.trees ?? []).entries()) {
      this.#walkBoth(tree, this.#binsOf(tree), false);
      trees.push(tree);
      if (this.#validationRows > 0) losses.push(resume!.validationLoss[which] ?? this.#validationLoss());
    }
    while (!done()) {
      const { root, point } = this.#prepare(trees.length);
      const { tree, bins } = this.#grower.grow(root, point);
      this.#walkBoth(tree, bins, true);
      trees.push(tree);
      if (this.#validationRows > 0) losses.push(this.#validationLoss());
      grown({ base: this.#base, tree, validationLoss: losses.at(-1) });
    }
    const bestTrees = this.#validationRows > 0 && settings.earlyStoppingTrees > 0 ? stopping.best(losses) : trees.length;
    return { base: this.#base, trees: trees.slice(0, bestTrees), history: { validationLoss: losses, bestTrees } };
  }

  /** Gradients in fixed point and the sample of a tree. */
  #prepare(tree: number): { root: Root; point: FixedPoint } {
    const crew = this.#crew;
    const { plan, settings } = this.#order;
    crew.place(at.sampleSeedAt, rowSeed(settings.seed, tree));
    new Uint8Array(crew.u32.buffer).set(sampleColumns(plan.columns, settings.columnSample, settings.seed, tree), plan.mask);
    const blocks = Math.ceil(plan.rows / at.blockRows);
    crew.run(at.phaseGradients, blocks);
    let gradientSum = 0;
    let hessianSum = 0;
    let rows = 0;
    for (let block = 0; block < blocks; block += 1) {
      const place = plan.results + block * at.blockBytes;
      gradientSum += crew.f64[place / 8]!;
      hessianSum += crew.f64[place / 8 + 1]!;
      crew.u32[place / 4 + 5] = rows;
      rows += crew.u32[place / 4 + 4]!;
    }
    const { gradientScale, hessianScale } = this.#scales(rows, gradientSum, hessianSum);
    crew.number(at.gradientScaleAt, gradientScale);
    crew.number(at.hessianScaleAt, hessianScale);
    crew.number(at.gradientStepAt, 1 / gradientScale);
    crew.number(at.hessianStepAt, 1 / hessianScale);
    const leastHessian = leastHessianOf(settings.minChildHessian, hessianScale);
    crew.place(at.leastHessianAt, leastHessian);
    crew.run(at.phaseQuantise, blocks);
    this.#partners?.begin(tree);
    let gradient = 0;
    let hessian = 0;
    for (let block = 0; block < blocks; block += 1) {
      const word = (plan.results + block * at.blockBytes) / 4;
      hessian += crew.u32[word]!;
      gradient += crew.i32[word + 1]!;
    }
    return {
      root: { rows, gradient, hessian },
      point: { gradientStep: 1 / gradientScale, hessianStep: 1 / hessianScale, leastHessian },
    };
  }

  /** @param rows of the sample that are here, and their sums */
  #scales(rows: number, gradientSum: number, hessianSum: number): { gradientScale: number; hessianScale: number } {
    if (!this.#exchange) return scalesOf(rows, gradientSum, hessianSum);
    const sums = this.#exchange.sum('scales', 2 * wordsPerSum, (values) =>
      values.set([...toWords(gradientSum * at.scaleSteps), ...toWords(hessianSum * at.scaleSteps)]),
    );
    // Every row counts at least a step of hessian, and at most 1 of either.
    const gradient = fromWords(sums.subarray(0, wordsPerSum)) / at.scaleSteps;
    const hessian = fromWords(sums.subarray(wordsPerSum)) / at.scaleSteps;
    const bound = this.#exchange.noisy ? Number.POSITIVE_INFINITY : this.#rows;
    if (!(gradient >= 0 && gradient <= bound && hessian > 0 && hessian <= bound))
      this.#exchange.refuse('not sums of gradients and hessians');
    return scalesOf(this.#rows, gradient, hessian);
  }

  /** Adds a tree to the margins of validation rows, and of those training rows that it was not grown from, or of all. */
  #walkBoth(tree: Tree, bins: readonly number[], grownHere: boolean): void {
    const crew = this.#crew;
    const { plan, settings } = this.#order;
    const outside = grownHere && settings.rowSample >= 1;
    if (outside && plan.validationRows === 0) return;
    this.#writeTree(tree, bins);
    crew.begin();
    const add = (rows: number, bins: number, margins: number, only: number) => {
      for (let from = 0; from < rows; from += at.blockRows)
        crew.task(from, Math.min(at.blockRows, rows - from), bins, margins, only);
    };
    if (!outside) add(plan.rows, plan.bins, plan.margins, grownHere ? 1 : 0);
    add(plan.validationRows, plan.validationBins, plan.validationMargins, 0);
    crew.run(at.phaseWalk);
  }

  #writeTree(tree: Tree, bins: readonly number[]): void {
    const { plan, lesson } = this.#order;
    const { u32, f32 } = this.#crew;
    if (tree.feature.length > plan.mostNodes) throw new Fault('bad_request', 'resume: a tree larger than the settings allow');
    for (const [node, column] of tree.feature.entries()) {
      const word = (plan.tree + node * at.walkNodeBytes) / 4;
      if (column >= 0) {
        if (tree.right[node] !== tree.left[node]! + 1) throw new Fault('bad_request', 'resume: not a tree of this trainer');
        const missing = tree.missingLeft[node] === 1 ? lesson.table.edges[column]!.length + 1 : 0xffff;
        u32[word] = column;
        u32[word + 1] = bins[node]! | (missing << 8);
        u32[word + 2] = tree.left[node]!;
      } else {
        u32[word] = at.none;
        f32[word + 3] = tree.value[node]!;
      }
    }
  }

  /** Bins of a tree's thresholds. @throws {Fault} when they are not this table's edges */
  #binsOf(tree: Tree): number[] {
    return tree.feature.map((column, node) => {
      if (column < 0) return 0;
      const edges = this.#order.lesson.table.edges[column];
      const threshold = tree.threshold[node]!;
      const bin = edges?.indexOf(threshold) ?? -1;
      if (bin >= 0) return bin;
      if (!edges || edges.some((edge) => edge >= threshold)) throw new Fault('bad_request', 'resume: trees of other bins');
      return edges.length;
    });
  }

  #validationLoss(): number {
    const crew = this.#crew;
    const { plan } = this.#order;
    const weights = plan.validationWeighted ? plan.validationWeights : 0;
    crew.begin();
    for (let from = 0; from < plan.validationRows; from += at.blockRows) {
      crew.task(from, Math.min(at.blockRows, plan.validationRows - from), plan.validationMargins, plan.validationLabels, weights);
    }
    const tasks = crew.tasks;
    crew.run(at.phaseLoss);
    let loss = 0;
    let weight = 0;
    for (let task = 0; task < tasks; task += 1) {
      const place = (plan.tasks + task * at.taskBytes) / 8;
      loss += crew.f64[place + 4]!;
      weight += crew.f64[place + 5]!;
    }
    if (!this.#exchange) return loss / weight;
    const sums = this.#exchange.sum('loss', wordsPerSum, (values) => values.set(toWords(loss * at.lossSteps)));
    return fromWords(sums) / at.lossSteps / this.#validationRows;
  }
}

/** When validation has not become better for long enough. */
class Stopping {
  readonly #patience: number;

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Trees up to the least loss, the first of equals. */
  best(losses: readonly number[]): number {
    let best = 0;
    for (let tree = 1; tree < losses.length; tree += 1) if (losses[tree]! < losses[best]!) best = tree;
    return Math.min(losses.length, best + 1);
  }

  over(losses: readonly number[]): boolean {
    return this.#patience > 0 && losses.length - this.best(losses) >= this.#patience;
  }
}

/** Copies bins, labels and weights of the chosen rows, and looks at them. */
function fill(
  crew: Crew,
  lesson: Lesson,
  bins: number,
  labels: number,
  weights: number,
  settings: Settings,
): { sum: number; total: number } {
  const { table, rows } = lesson;
  const words = table.stride / 4;
  const from = new Uint32Array(table.bins.buffer, table.bins.byteOffset, table.rows * words);
  const count = rows?.length ?? table.rows;
  const to = crew.u32;
  const first = bins / 4;
  if (rows) {
    for (let at = 0; at < count; at += 1) {
      const source = rows[at]! * words;
      const target = first + at * words;
      for (let word = 0; word < words; word += 1) to[target + word] = from[source + word]!;
    }
  } else {
    to.set(from, first);
  }
  let sum = 0;
  let total = 0;
  for (let at = 0; at < count; at += 1) {
    const row = rows ? rows[at]! : at;
    const label = lesson.labels[row]!;
    const weight = weights === 0 ? 1 : lesson.weights![row]!;
    if (!Number.isFinite(label)) throw new Fault('bad_request', `labels[${row}]: not a number`);
    if (settings.objective === 'logistic' && label !== 0 && label !== 1)
      throw new Fault('bad_request', `labels[${row}]: expected 0 or 1`);
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new Fault('bad_request', `weights[${row}]: expected 0 or more`);
    crew.f32[labels / 4 + at] = label;
    if (weights !== 0) crew.f32[weights / 4 + at] = weight;
    sum += label * weight;
    total += weight;
  }
  if (!(total > 0)) throw new Fault('bad_request', 'weights: all are 0');
  return { sum, total };
}
