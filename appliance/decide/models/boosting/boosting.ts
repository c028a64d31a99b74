// Gradient-boosted trees: bins a table, trains on it, predicts. All work is done in a pool of worker threads over shared memory, so that the
// thread that asks is never held up; docs/boosting.md says how, and why any number of threads gives the same bytes.

import { Fault } from '../../../core/errors.ts';
import type { Trees } from '../../../core/model/scoring.ts';
import { type Pool, type PoolOptions, startPool } from '../../../core/pool/pool.ts';
import type * as tasks from './boosting.task.ts';
import { doneAt, epochAt, stopAt } from './kernel/layout.ts';
import { makeMemory, type SharedMemory } from './kernel.ts';
import { type Plan, planMemory } from './memory.ts';
import {
  type BinnedTable,
  type Checkpoint,
  type FeatureTable,
  type History,
  limits,
  type Settings,
  settingsOf,
} from './settings.ts';
import { EdgeFinder, type EdgeSettings } from './shared-edges.ts';
import { checkEdges, checkShareable, Sharing, type SumOptions } from './sharing.ts';
import type { Grown, Lesson, Order, Trained } from './training.ts';
import { Answering } from './vertical/asking.ts';
import { checkVertical, widened } from './vertical/joined.ts';
import { type OwnerPart, ownerPartOf, type PartnerPart } from './vertical/parts.ts';
import type { VerticalOptions } from './vertical/ports.ts';
import type { Columns } from './vertical/predict.ts';

export type { SumKind, SumRequest } from './exchange.ts';
export { scalesOf, toWords } from './fixed-point.ts';
export { scaleSteps } from './kernel/layout.ts';
export type { BinnedTable, Checkpoint, FeatureTable, History, Settings } from './settings.ts';
export { defaults, limits } from './settings.ts';
export { EdgeFinder, type EdgeSettings } from './shared-edges.ts';
export type { Replay, SumOptions } from './sharing.ts';
export { dealColumns } from './vertical/deal.ts';
export { fewRows } from './vertical/exposure.ts';
export { VerticalPartner } from './vertical/partner.ts';
export { joinParts, type OwnerPart, type PartnerPart, parseOwnerPart, parsePartnerPart, partBytes } from './vertical/parts.ts';
export { type PartnerShape, type VerticalOptions, type VerticalPorts, verticalLimits } from './vertical/ports.ts';
export { ownerMargins, partnerBits } from './vertical/predict.ts';

export type Progress = { readonly treesDone: number; readonly trees: number; readonly etaMs: number };

/** Rows to measure on, of the same table or of another in the same bins. */
export type Validation = {
  readonly table?: BinnedTable;
  readonly rows?: Uint32Array;
  readonly labels: Float32Array;
  readonly weights?: Float32Array;
};

export type TrainOptions = {
  /** Worker threads that this training may use; 1 is the right number for many small ones side by side. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Rows of the table to train on, each at most once in each place; all when left out. */
  readonly rows?: Uint32Array;
  /** By row of the table. */
  readonly weights?: Float32Array;
  readonly validation?: Validation;
  readonly progress?: (progress: Progress) => void;
  /** Hears what a training could go on from, each time so many trees are done. */
  readonly checkpoint?: { readonly everyTrees: number; save(checkpoint: Checkpoint): void };
  /** Goes on from here; with the same table, rows and settings the result has the same bytes as without the break. */
  readonly resume?: Checkpoint;
  /** More than this is refused before anything is done; bytes. */
  readonly memoryLimitBytes?: number;
};

/** Every organisation gives the same settings and edges, and whatever threads and memory it has. */
export type ShareOptions = SumOptions &
  Pick<TrainOptions, 'threads' | 'signal' | 'rows' | 'progress' | 'memoryLimitBytes'> & {
    /** Of the bins of all; wanted with a table that is not in bins yet. */
    readonly edges?: readonly Float32Array[];
    readonly validation?: Omit<Validation, 'weights'>;
  };

/** `rows`: which rows of the table, in this order; all when left out. */
type PartOptions = { readonly rows?: Uint32Array; readonly signal?: AbortSignal };

/** Who answers what a training asks of other organisations. */
type Answerer = { answer(said: never, fail: (error: unknown) => void): unknown; end(): void };

export type Training = { readonly trees: Trees; readonly history: History };

export class Boosting {
  readonly #pool: Pool<typeof tasks>;
  readonly #threads: number;

  /** @param options threads: at most, for everything together */
  constructor({ threads, onRestart }: { threads: number; onRestart?: PoolOptions['onRestart'] }) {
    this.#threads = Math.min(Math.max(1, threads), limits.threads);
    this.#pool = startPool(new URL('./boosting.task.ts', import.meta.url), { threads: this.#threads, onRestart });
  }

  /** For tests that end a thread. */
  get pool(): Pool<typeof tasks> {
    return this.#pool;
  }

  /** Ends the threads; what runs fails. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  /**
   * Puts a table into bins.
   * @param options bins: at most, that of missing included. edges: those of another table, so that its trees fit this one
   * @throws {Fault} `bad_request` names a column that is not a column of numbers, or holds an infinite one
   */
  async bin(
    features: FeatureTable,
    options: { bins?: number; edges?: readonly Float32Array[]; threads?: number; signal?: AbortSignal } = {},
  ): Promise<BinnedTable> {
    const { rows, columns } = features;
    const { bins: most = limits.bins, signal } = options;
    const threads = Math.min(options.threads ?? this.#threads, this.#threads);
    checkTable(features);
    if (!Number.isInteger(most) || most < 3 || most > limits.bins)
      throw new Fault('bad_request', `bins: expected 3 to ${limits.bins}, got ${most}`);
    if (options.edges) checkEdges(options.edges);
    const edges = options.edges ?? (await this.#edges(features, most - 1, threads, signal));
    if (edges.length !== columns.length)
      throw new Fault('bad_request', `edges: expected ${columns.length} columns, got ${edges.length}`);
    const stride = Math.ceil(columns.length / 4) * 4;
    const bins = new Uint8Array(new SharedArrayBuffer(rows * stride));
    const orderOf = () => ({ columns, rows, edges, stride, bins, next: new Int32Array(new SharedArrayBuffer(8)) });
    const { order } = await this.#pool.together('assign', orderOf, { threads, signal });
    const infinite = order.next[1]! - 1;
    if (infinite >= 0) throw new Fault('bad_request', `features[${infinite}]: an infinite number`);
    return { rows, stride, edges, bins };
  }

  async #edges(features: FeatureTable, valueBins: number, threads: number, signal?: AbortSignal): Promise<Float32Array[]> {
    const { rows, columns } = features;
    const edges = new Float32Array(new SharedArrayBuffer(columns.length * 255 * 4));
    const counts = new Int32Array(new SharedArrayBuffer(columns.length * 4));
    const orderOf = () => ({ columns, rows, valueBins, edges, counts, next: new Int32Array(new SharedArrayBuffer(4)) });
    await this.#pool.together('edges', orderOf, { threads, signal });
    const infinite = counts.indexOf(-1);
    if (infinite >= 0) throw new Fault('bad_request', `features[${infinite}]: an infinite number`);
    return columns.map((_, column) => edges.slice(column * 255, column * 255 + counts[column]!));
  }

  /**
   * Edges that several organisations find together from counts, for `bin` and `trainShared`; of one table alone with a `sum` that gives back what
   * it gets. All have the same, and the same as the pooled table would.
   * @param options sum: counts of all organisations, place by place; asked at most four times, one after the other, alike for all; it
   *   is told how many there are of each column that has no edges yet
   * @throws {Fault} `bad_request` names a setting, a column that holds an infinite number, or counts that cannot be
   * @throws what `sum` was rejected with, the signal's reason when it aborts
   */
  async sharedEdges(
    features: FeatureTable,
    options: Partial<EdgeSettings> & {
      sum(counts: Int32Array, index: number, lengths: readonly number[]): Promise<Int32Array>;
      readonly threads?: number;
      readonly signal?: AbortSignal;
    },
  ): Promise<readonly Float32Array[]> {
    checkTable(features);
    const { sum, threads = this.#threads, signal } = options;
    const { columns } = features;
    const finder = new EdgeFinder(columns.length, options);
    for (let index = 0; finder.cells.size > 0; index += 1) {
      const { cells } = finder;
      const lengths = [...cells.values()].map(({ tops }) => tops.length + 1);
      const length = lengths.reduce((all, one) => all + one, 0);
      const counts = new Int32Array(new SharedArrayBuffer(length * 4));
      const orderOf = () => ({ columns, cells, counts, next: new Int32Array(new SharedArrayBuffer(4)) });
      await this.#pool.together('count', orderOf, { threads, signal });
      finder.take(await sum(counts.slice(), index, lengths));
      signal?.throwIfAborted();
    }
    return finder.edges;
  }

  /**
   * Trains on a table in bins, or bins it first.
   * @param labels by row of the table: 0 or 1, or any finite number for the squared error
   * @throws {Fault} `bad_request` for settings or data that cannot be, `limit_reached` for memory, `worker_failed` when a thread died, and again
   * @throws the signal's reason when it aborts
   */
  async train(
    features: FeatureTable | BinnedTable,
    labels: Float32Array,
    settings: Partial<Settings> = {},
    options: TrainOptions = {},
  ): Promise<Training> {
    const order = await this.#orderOf(features, labels, settings, options, undefined);
    const { plan } = order;
    const trained = await this.#pool.twice(() =>
      this.#lead({ ...order, memory: plan.threads > 1 ? makeMemory(plan.bytes) : undefined }, options),
    );
    return trainingOf(trained);
  }

  /**
   * Trains with other organisations, each on its own rows: the trees have the same bytes as those of `train` on all rows in one table, in bins of
   * the same edges. Log-loss without weights and without a sample of rows. A thread that dies fails the training, as does a `sum` that is
   * rejected; with the sums so far as `replay` another run gives what this one would have given.
   * @param labels by row of the table: 0 or 1; all of one class may be here, not everywhere
   * @throws {Fault} as `train`; `bad_request` for sums that cannot be
   * @throws what `sum` was rejected with, the signal's reason when it aborts
   */
  async trainShared(
    features: FeatureTable | BinnedTable,
    labels: Float32Array,
    settings: Partial<Settings>,
    options: ShareOptions,
  ): Promise<Training> {
    const sharing = new Sharing(options);
    const order = await this.#orderOf(features, labels, settings, options, sharing);
    const { plan } = order;
    const memory = plan.threads > 1 ? makeMemory(plan.bytes) : undefined;
    const trained = await this.#lead({ ...order, memory }, options, sharing);
    sharing.checkReplayed();
    return trainingOf(trained);
  }

  /**
   * Trains over columns that lie with other organisations, of the same rows in the same order, which nobody can check: the trees, put together, have
   * the same bytes as those of `train` on the joined table, its columns in the order of their owners. Ends as a shared training does; another run
   * asks the ports for the same in the same order.
   * @param own in bins; it may have no column
   * @param labels by row of the table
   * @param settings of the joined table
   * @throws {Fault} as `train`; `bad_request` for answers that cannot be, by partner and column
   * @throws what a port was rejected with, the signal's reason when it aborts
   */
  async trainVertical(
    own: BinnedTable,
    labels: Float32Array,
    settings: Partial<Settings>,
    options: VerticalOptions,
  ): Promise<OwnerPart> {
    const answering = new Answering(own.edges.length, options);
    checkVertical(settings, options.rows?.length ?? own.rows);
    const order = await this.#orderOf(widened(own, options.partners), labels, settings, options, undefined);
    const { plan } = order;
    const memory = plan.threads > 1 ? makeMemory(plan.bytes) : undefined;
    const { base, trees } = await this.#lead({ ...order, memory, vertical: answering.order }, options, answering);
    return ownerPartOf({ kind: 'trees', base, trees }, answering.order);
  }

  async #orderOf(
    features: FeatureTable | BinnedTable,
    labels: Float32Array,
    given: Partial<Settings>,
    options: TrainOptions & { readonly edges?: readonly Float32Array[] },
    sharing: Sharing | undefined,
  ): Promise<Order> {
    const { signal, rows, weights, validation, edges } = options;
    signal?.throwIfAborted();
    const threads = Math.min(options.threads ?? this.#threads, this.#threads);
    const raw = 'columns' in features;
    const columns = raw ? features.columns.length : features.edges.length;
    const settings = settingsOf(given, columns);
    if (sharing) checkShareable(settings, options);
    if (sharing && raw && !edges) throw new Fault('bad_request', 'edges: expected those of all organisations');
    if (raw) checkTable(features);
    const stride = raw ? Math.ceil(columns / 4) * 4 : features.stride;
    const shape = shapeOf(features.rows, columns, stride, threads, options, sharing !== undefined);
    const plan = planMemory(shape, settings, options.memoryLimitBytes);
    const table = raw ? await this.bin(features, { threads, ...(edges && { edges }), ...(signal && { signal }) }) : features;
    const lesson = lessonOf(table, rows, labels, weights, 'rows');
    const checked = validation
      ? lessonOf(validation.table ?? table, validation.rows, validation.labels, validation.weights, 'validation.rows')
      : undefined;
    if (checked && !sameEdges(checked.table, table)) throw new Fault('bad_request', 'validation: a table of other bins');
    const { resume } = options;
    return {
      lesson,
      validation: checked,
      settings,
      plan,
      resume,
      memory: undefined,
      shared: sharing?.order,
      vertical: undefined,
    };
  }

  /** One leads and some help. What a thread that died had claimed nobody would do: then all of them begin anew. */
  async #lead(order: Order, options: TrainOptions, others?: Answerer): Promise<Trained> {
    const { memory, plan } = order;
    const broken = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, broken.signal]) : broken.signal;
    const once = { signal, again: false } as const;
    const leading = this.#pool.run('train', order, {
      ...once,
      ...hearing(order, options, others, (error) => broken.abort(error)),
    });
    const helping = Array.from({ length: memory ? plan.threads - 1 : 0 }, (_, helper) =>
      this.#pool.run('help', { memory: memory!, thread: helper + 1 }, once).catch((error: unknown) => broken.abort(error)),
    );
    // After the pool's own listener, so that whoever wakes finds that it is cancelled.
    const home = () => {
      if (memory) sendHome(memory);
      others?.end();
    };
    signal.addEventListener('abort', home);
    const trained = await leading.finally(home);
    await Promise.all(helping);
    broken.signal.throwIfAborted();
    return trained;
  }

  /**
   * Margins of rows: `base` and the leaves of all trees in their order, bit for bit what walking each row through each tree gives.
   * @param options rows: which rows of the table, in this order; all when left out
   */
  async predictMargins(
    trees: Trees,
    features: FeatureTable,
    options: { rows?: Uint32Array; threads?: number; signal?: AbortSignal } = {},
  ): Promise<Float64Array<SharedArrayBuffer>> {
    checkTable(features);
    const { rows, signal } = options;
    const count = rows?.length ?? features.rows;
    if (rows) checkRows(rows, features.rows, 'rows');
    const wide = trees.trees.some(({ feature }) => feature.some((one) => one >= features.columns.length));
    if (wide) throw new Fault('bad_request', `trees: want more than ${features.columns.length} columns`);
    const margins = new Float64Array(new SharedArrayBuffer(count * 8));
    const order = { trees, columns: features.columns, count, rows, margins };
    const orderOf = () => ({ ...order, next: new Int32Array(new SharedArrayBuffer(4)) });
    await this.#pool.together('predict', orderOf, { signal, ...(options.threads && { threads: options.threads }) });
    return margins;
  }

  /** `partnerBits` (vertical/predict.ts) in a thread. Keep columns in shared memory, or they are copied. */
  splitBits(part: PartnerPart, features: Columns, options: PartOptions = {}): Promise<Uint8Array[]> {
    const { rows, signal } = options;
    return this.#pool.run('splitBits', { part, features, rows }, { signal });
  }

  /** `ownerMargins` (vertical/predict.ts) in a thread. @param bits by partner, what `splitBits` gives each for the same rows */
  partMargins(
    part: OwnerPart,
    features: Columns,
    bits: readonly (readonly Uint8Array[])[],
    options: PartOptions = {},
  ): Promise<Float64Array> {
    const { rows, signal } = options;
    return this.#pool.run('partMargins', { part, features, bits, rows }, { signal });
  }
}

/** Whether a tree of one table fits the other. */
function sameEdges({ edges: some }: BinnedTable, { edges: others }: BinnedTable): boolean {
  if (some === others) return true;
  const equal = (a: Float32Array, b: Float32Array) => a.length === b.length && a.every((edge, at) => edge === b[at]);
  return some.length === others.length && some.every((edges, column) => equal(edges, others[column]!));
}

function shapeOf(
  rows: number,
  columns: number,
  stride: number,
  threads: number,
  { rows: chosen, weights, validation }: TrainOptions,
  shared: boolean,
) {
  return {
    rows: chosen?.length ?? rows,
    validationRows: validation ? (validation.rows?.length ?? validation.table?.rows ?? rows) : 0,
    ...{ columns, stride, threads, shared },
    weighted: weights !== undefined,
    validationWeighted: validation?.weights !== undefined,
  };
}

/** Bytes that a training takes beside its table in bins, to ask before. @throws {Fault} when that can never be */
export function trainingBytes(
  table: { rows: number; columns: number },
  settings: Partial<Settings>,
  options: TrainOptions & { readonly shared?: boolean } = {},
): number {
  const { rows, columns } = table;
  const stride = Math.ceil(columns / 4) * 4;
  const shape = shapeOf(rows, columns, stride, options.threads ?? 1, options, options.shared === true);
  const plan: Plan = planMemory(shape, settingsOf(settings, columns));
  return plan.bytes;
}

/** Wakes helpers and the leader: no more is to be done. */
function sendHome(memory: SharedMemory): void {
  const words = new Int32Array(memory.buffer);
  Atomics.store(words, stopAt / 4, 1);
  Atomics.add(words, epochAt / 4, 1);
  Atomics.notify(words, epochAt / 4);
  Atomics.notify(words, doneAt / 4);
}

function trainingOf({ base, trees, history }: Trained): Training {
  return { trees: { kind: 'trees', base, trees }, history };
}

/** Turns what a training says into progress and checkpoints, and answers what it asks; nothing when nobody listens. */
function hearing(
  order: Order,
  options: TrainOptions,
  others: Answerer | undefined,
  fail: (error: unknown) => void,
): { onMessage?: (message: unknown) => void } {
  const { progress, checkpoint } = options;
  if (!progress && !checkpoint && !others) return {};
  const count = counting(order, options);
  return {
    onMessage(message) {
      const said = message as Grown | { readonly ask: unknown };
      if ('ask' in said) void others?.answer(said as never, fail);
      else count(said);
    },
  };
}

function counting(order: Order, { progress, checkpoint, resume }: TrainOptions): (grown: Grown) => void {
  const trees = [...(resume?.trees ?? [])];
  const validationLoss = [...(resume?.validationLoss ?? [])];
  const before = trees.length;
  const beganMs = performance.now();
  return ({ base, tree, validationLoss: loss }) => {
    trees.push(tree);
    if (loss !== undefined) validationLoss.push(loss);
    const eachMs = (performance.now() - beganMs) / (trees.length - before);
    const etaMs = eachMs * (order.settings.trees - trees.length);
    progress?.({ treesDone: trees.length, trees: order.settings.trees, etaMs });
    if (checkpoint && trees.length % checkpoint.everyTrees === 0)
      checkpoint.save({ base, trees: [...trees], validationLoss: [...validationLoss] });
  };
}

function checkTable({ rows, columns }: FeatureTable): void {
  if (!Number.isInteger(rows) || rows < 1 || rows > limits.rows)
    throw new Fault('bad_request', `features: expected 1 to ${limits.rows} rows, got ${rows}`);
  if (columns.length < 1 || columns.length > limits.columns)
    throw new Fault('bad_request', `features: expected 1 to ${limits.columns} columns, got ${columns.length}`);
  const odd = columns.findIndex(
    (column) => !(column instanceof Float32Array) || column.length !== rows || !(column.buffer instanceof SharedArrayBuffer),
  );
  if (odd >= 0) throw new Fault('bad_request', `features[${odd}]: expected ${rows} single-precision numbers in shared memory`);
}

function checkRows(chosen: Uint32Array, rows: number, name: string): void {
  if (chosen.length === 0) throw new Fault('bad_request', `${name}: none`);
  let most = 0;
  for (let at = 0; at < chosen.length; at += 1) if (chosen[at]! > most) most = chosen[at]!;
  if (most >= rows) throw new Fault('bad_request', `${name}: row ${most} of ${rows}`);
}

function lessonOf(
  table: BinnedTable,
  rows: Uint32Array | undefined,
  labels: Float32Array,
  weights: Float32Array | undefined,
  name: string,
): Lesson {
  if (labels.length !== table.rows) throw new Fault('bad_request', `labels: expected ${table.rows}, got ${labels.length}`);
  if (weights && weights.length !== table.rows)
    throw new Fault('bad_request', `weights: expected ${table.rows}, got ${weights.length}`);
  if (rows) checkRows(rows, table.rows, name);
  return { table, rows, labels, weights };
}
