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
import type { Grown, Lesson, Order, Trained } from './training.ts';

export type { BinnedTable, Checkpoint, FeatureTable, History, Settings } from './settings.ts';
export { defaults, limits } from './settings.ts';

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
    const { signal } = options;
    signal?.throwIfAborted();
    const threads = Math.min(options.threads ?? this.#threads, this.#threads);
    const columns = 'columns' in features ? features.columns.length : features.edges.length;
    const full = settingsOf(settings, columns);
    if ('columns' in features) checkTable(features);
    const stride = 'columns' in features ? Math.ceil(columns / 4) * 4 : features.stride;
    const plan = planMemory(shapeOf(features.rows, columns, stride, threads, options), full, options.memoryLimitBytes);
    const table = 'columns' in features ? await this.bin(features, { threads, ...(signal ? { signal } : {}) }) : features;
    const { rows, weights, validation } = options;
    const lesson = lessonOf(table, rows, labels, weights, 'rows');
    const checked = validation
      ? lessonOf(validation.table ?? table, validation.rows, validation.labels, validation.weights, 'validation.rows')
      : undefined;
    if (checked && !sameEdges(checked.table, table)) throw new Fault('bad_request', 'validation: a table of other bins');
    const order = { lesson, validation: checked, settings: full, plan, resume: options.resume };
    const trained = await this.#pool.twice(() =>
      this.#lead({ ...order, memory: threads > 1 ? makeMemory(plan.bytes) : undefined }, options),
    );
    return { trees: { kind: 'trees', base: trained.base, trees: trained.trees }, history: trained.history };
  }

  /** One leads and some help. What a thread that died had claimed nobody would do: then all of them begin anew. */
  async #lead(order: Order, options: TrainOptions): Promise<Trained> {
    const { memory, plan } = order;
    const broken = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, broken.signal]) : broken.signal;
    const once = { signal, again: false } as const;
    const leading = this.#pool.run('train', order, { ...once, ...hearing(order, options) });
    const helping = Array.from({ length: memory ? plan.threads - 1 : 0 }, (_, helper) =>
      this.#pool.run('help', { memory: memory!, thread: helper + 1 }, once).catch((error: unknown) => broken.abort(error)),
    );
    // After the pool's own listener, so that whoever wakes finds that it is cancelled.
    const home = () => memory && sendHome(memory);
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
) {
  return {
    rows: chosen?.length ?? rows,
    validationRows: validation ? (validation.rows?.length ?? validation.table?.rows ?? rows) : 0,
    ...{ columns, stride, threads },
    weighted: weights !== undefined,
    validationWeighted: validation?.weights !== undefined,
  };
}

/** Bytes that a training takes beside its table in bins, to ask before. @throws {Fault} when that can never be */
export function trainingBytes(
  table: { rows: number; columns: number },
  settings: Partial<Settings>,
  options: TrainOptions = {},
): number {
  const { rows, columns } = table;
  const stride = Math.ceil(columns / 4) * 4;
  const plan: Plan = planMemory(shapeOf(rows, columns, stride, options.threads ?? 1, options), settingsOf(settings, columns));
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

/** Turns what a training says into progress and checkpoints; nothing when nobody listens. */
function hearing(order: Order, { progress, checkpoint, resume }: TrainOptions): { onMessage?: (message: unknown) => void } {
  if (!progress && !checkpoint) return {};
  const trees = [...(resume?.trees ?? [])];
  const validationLoss = [...(resume?.validationLoss ?? [])];
  const before = trees.length;
  const beganMs = performance.now();
  return {
    onMessage(message) {
      const { base, tree, validationLoss: loss } = message as Grown;
      trees.push(tree);
      if (loss !== undefined) validationLoss.push(loss);
      const eachMs = (performance.now() - beganMs) / (trees.length - before);
      const etaMs = eachMs * (order.settings.trees - trees.length);
      progress?.({ treesDone: trees.length, trees: order.settings.trees, etaMs });
      if (checkpoint && trees.length % checkpoint.everyTrees === 0)
        checkpoint.save({ base, trees: [...trees], validationLoss: [...validationLoss] });
    },
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
