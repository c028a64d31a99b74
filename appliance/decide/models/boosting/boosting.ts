// Gradient-boosted trees: bins a table, trains on it, predicts. All work is done in a pool of worker threads over shared memory, so that the
// thread that asks is never held up; docs/boosting.md says how, and why any number of threads gives the same bytes.

import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Fault } from '../../../core/errors.ts';
import type { Trees } from '../../../core/model/scoring.ts';
import type { AssignOrder, EdgesOrder } from './binning.ts';
import type { Answer } from './boosting.task.ts';
import { doneAt, epochAt, stopAt } from './kernel/layout.ts';
import { makeMemory, type SharedMemory } from './kernel.ts';
import { type Plan, planMemory } from './memory.ts';
import type { PredictOrder } from './predicting.ts';
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
  readonly #pool: Piscina;
  readonly #threads: number;

  /** @param threads worker threads at most, for everything together */
  constructor({ threads }: { threads: number }) {
    this.#threads = Math.min(Math.max(1, threads), limits.threads);
    this.#pool = new Piscina({
      filename: new URL('./boosting.task.ts', import.meta.url).href,
      minThreads: 1,
      maxThreads: this.#threads,
      idleTimeout: 10_000,
    });
  }

  /** The pool's threads, for tests that end one. */
  get pool(): Piscina {
    return this.#pool;
  }

  /** Ends the threads; what runs fails. */
  async close(): Promise<void> {
    await this.#pool.destroy();
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
    const { bins = limits.bins, signal } = options;
    const threads = Math.min(options.threads ?? this.#threads, this.#threads);
    checkTable(features);
    if (!Number.isInteger(bins) || bins < 3 || bins > limits.bins)
      throw new Fault('bad_request', `bins: expected 3 to ${limits.bins}, got ${bins}`);
    const edges = options.edges ?? (await this.#edges(features, bins - 1, threads, signal));
    if (edges.length !== columns.length)
      throw new Fault('bad_request', `edges: expected ${columns.length} columns, got ${edges.length}`);
    const stride = Math.ceil(columns.length / 4) * 4;
    const order: AssignOrder = {
      ...{ columns, rows, edges, stride, bins: new Uint8Array(new SharedArrayBuffer(rows * stride)) },
      next: new Int32Array(new SharedArrayBuffer(12)),
    };
    await this.#together('assign', order, order.next, threads, signal);
    const infinite = order.next[2]! - 1;
    if (infinite >= 0) throw new Fault('bad_request', `features[${infinite}]: an infinite number`);
    return { rows, stride, edges, bins: order.bins };
  }

  async #edges(features: FeatureTable, valueBins: number, threads: number, signal?: AbortSignal): Promise<Float32Array[]> {
    const { rows, columns } = features;
    const edges = new Float32Array(new SharedArrayBuffer(columns.length * 255 * 4));
    const counts = new Int32Array(new SharedArrayBuffer(columns.length * 4));
    const next = new Int32Array(new SharedArrayBuffer(8));
    const order: EdgesOrder = { columns, rows, valueBins, edges, counts, next };
    await this.#together('edges', order, next, threads, signal);
    const infinite = counts.indexOf(-1);
    if (infinite >= 0) throw new Fault('bad_request', `features[${infinite}]: an infinite number`);
    return columns.map((_, column) => edges.slice(column * 255, column * 255 + counts[column]!));
  }

  /** Several threads on one order, each taking what is next. */
  async #together(name: string, order: object, next: Int32Array, threads: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const stop = () => Atomics.store(next, 1, 1);
    signal?.addEventListener('abort', stop);
    try {
      await Promise.all(Array.from({ length: threads }, () => this.#run<void>(name, order)));
    } finally {
      stop();
      signal?.removeEventListener('abort', stop);
    }
    signal?.throwIfAborted();
  }

  async #run<T>(name: string, task: unknown, transferList: Transferable[] = []): Promise<T | undefined> {
    let answer: Answer<T>;
    try {
      answer = await this.#pool.run(task, { name, transferList });
    } catch (cause) {
      throw new Fault('internal', `boosting: a worker thread failed in ${name}`, { cause });
    }
    if ('fault' in answer) throw new Fault(answer.fault.code, answer.fault.where);
    return 'done' in answer ? answer.done : undefined;
  }

  /**
   * Trains on a table in bins, or bins it first.
   * @param labels by row of the table: 0 or 1, or any finite number for the squared error
   * @throws {Fault} `bad_request` for settings or data that cannot be, `limit_reached` for memory, `internal` when a thread died
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
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    const memory = threads > 1 ? makeMemory(plan.bytes) : undefined;
    const order: Order = { lesson, validation: checked, settings: full, plan, memory, cancelled, resume: options.resume };
    const trained = await this.#lead(order, options);
    return { trees: { kind: 'trees', base: trained.base, trees: trained.trees }, history: trained.history };
  }

  async #lead(order: Order, options: TrainOptions): Promise<Trained> {
    const { signal } = options;
    const { memory, cancelled, plan } = order;
    const stop = () => {
      Atomics.store(cancelled, 0, 1);
      if (memory) sendHome(memory);
    };
    const heard = listen(order, options);
    let died: unknown;
    const helpers = Array.from({ length: memory ? plan.threads - 1 : 0 }, (_, helper) => ({ memory, thread: helper + 1 }));
    const abort = () => Atomics.store(cancelled, 0, 1);
    signal?.addEventListener('abort', abort);
    try {
      const leading = this.#run<Trained>('train', { order, port: heard?.port }, heard ? [heard.port] : []);
      // Without a helper that died nobody would do the task it had claimed.
      const helping = helpers.map((helper) =>
        this.#run<void>('help', helper).catch((error: unknown) => {
          died ??= error;
          stop();
        }),
      );
      const trained = await leading.finally(stop);
      await Promise.all(helping);
      if (died) throw died;
      signal?.throwIfAborted();
      await heard?.ended;
      return trained!;
    } finally {
      signal?.removeEventListener('abort', abort);
      heard?.close();
    }
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
    const order: PredictOrder = {
      ...{ trees, columns: features.columns, count, rows },
      margins: new Float64Array(new SharedArrayBuffer(count * 8)),
      next: new Int32Array(new SharedArrayBuffer(8)),
    };
    await this.#together('predict', order, order.next, Math.min(options.threads ?? this.#threads, this.#threads), signal);
    return order.margins;
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

/** Turns what a training says into progress and checkpoints; undefined when nobody listens. */
function listen(order: Order, options: TrainOptions): { port: MessagePort; ended: Promise<void>; close(): void } | undefined {
  const { progress, checkpoint, resume } = options;
  if (!progress && !checkpoint) return undefined;
  const { port1, port2 } = new MessageChannel();
  const trees = [...(resume?.trees ?? [])];
  const validationLoss = [...(resume?.validationLoss ?? [])];
  const before = trees.length;
  const beganMs = performance.now();
  // Another way than the answer's: the last trees may be told of after the training is over.
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  port1.on('message', (grown: Grown | null) => {
    if (!grown) return end();
    const { base, tree, validationLoss: loss } = grown;
    trees.push(tree);
    if (loss !== undefined) validationLoss.push(loss);
    const eachMs = (performance.now() - beganMs) / (trees.length - before);
    progress?.({ treesDone: trees.length, trees: order.settings.trees, etaMs: eachMs * (order.settings.trees - trees.length) });
    if (checkpoint && trees.length % checkpoint.everyTrees === 0)
      checkpoint.save({ base, trees: [...trees], validationLoss: [...validationLoss] });
  });
  return { port: port2, ended, close: () => port1.close() };
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
