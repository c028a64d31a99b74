// Worker threads for work that would hold up the event loop: the one place that starts Piscina. What its users share is here: threads that come
// and go with the work, cancelling through shared memory, a thread that dies replaced and its work tried once more. How many threads there are
// changes the time taken and nothing else.

import { availableParallelism } from 'node:os';
import { MessageChannel, type Transferable, type Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Fault } from '../errors.ts';
import { portableContext } from '../telemetry/context.ts';
import { traced } from '../telemetry/tracing.ts';
import type { Answer, Posted, Task } from './pool.worker.ts';

export type { Work } from './pool.worker.ts';

export const poolLimits = {
  threads: 64,
  /** A thread without work ends after this. */
  idleMs: 10_000,
  /** Work that was cancelled may end by itself for so long; then its thread is ended. */
  graceMs: 2_000,
} as const;

export type PoolOptions = {
  /** At least one, at most `poolLimits.threads`. Default: as many as processors. */
  readonly threads?: number | undefined;
  readonly idleMs?: number;
  /** By how much the threads, and those that they start, give way to others (Linux: without any right; elsewhere it may do nothing). */
  readonly niceness?: number | undefined;
  /** Of each thread's JavaScript heap at most; default: as V8 chooses. */
  readonly heapMB?: number | undefined;
  /** Cancels everything that runs. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of a thread that died, before its work is tried once more. */
  readonly onRestart?: ((died: Died) => void) | undefined;
};

/** What users of a pool that opens and closes with their work pass on. */
export type ThreadOptions = Pick<PoolOptions, 'threads' | 'signal'>;

/** `task`: what it was doing, by file and function. */
export type Died = { readonly task: string; readonly cause: unknown };

export type RunOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly transfer?: readonly Transferable[];
  /** Hears what the task tells, in order and all of it before the answer; what a thread told last before it died may go with it. */
  readonly onMessage?: (message: unknown) => void;
  /** False: work that cannot be repeated with the same order. Its thread's death is a fault at once. Default true. */
  readonly again?: boolean;
};

/** Numbers from `from` up to but without `to`. */
export type Stretch = { readonly from: number; readonly to: number };

export type StretchOptions = {
  /** Of each stretch; by default a few stretches for each thread. */
  readonly size?: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many of the numbers are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
};

type OrderOf<T> = T extends (order: infer Order, ...more: never[]) => unknown ? Order : never;
type AnswerOf<T> = T extends (...given: never[]) => infer Given ? Awaited<Given> : never;

/** @param Tasks the type of the task file: its functions take an order, and `Work` to look at the cancelling by */
export type Pool<Tasks> = {
  readonly threads: number;
  /** Those that are alive now, for tests that end one. */
  readonly workers: readonly Worker[];
  /**
   * @throws the signal's reason when it aborts; what the task threw, faults as faults
   * @throws {Fault} `worker_failed` when its thread died, and again
   */
  run<Name extends keyof Tasks & string>(
    name: Name,
    order: OrderOf<Tasks[Name]>,
    options?: RunOptions,
  ): Promise<AnswerOf<Tasks[Name]>>;
  /** Cuts 0 to `count` into stretches and runs them all; the answers come in their order. @throws as `run` */
  stretches<Name extends keyof Tasks & string>(
    name: Name,
    count: number,
    orderOf: (stretch: Stretch) => OrderOf<Tasks[Name]>,
    options?: StretchOptions,
  ): Promise<AnswerOf<Tasks[Name]>[]>;
  /**
   * One order for several threads, which share its parts out among themselves. When one dies, what it had claimed is lost: all begin anew.
   * @param orderOf makes the order, and a fresh one for the second try
   * @throws as `run`
   */
  together<Name extends keyof Tasks & string>(
    name: Name,
    orderOf: () => OrderOf<Tasks[Name]>,
    options?: { readonly signal?: AbortSignal | undefined; readonly threads?: number },
  ): Promise<{ readonly order: OrderOf<Tasks[Name]>; readonly answers: AnswerOf<Tasks[Name]>[] }>;
  /** Does something once more when a thread died under it, for work that is made of several tasks. @throws as `run` */
  twice<T>(work: () => Promise<T>): Promise<T>;
  /** Ends the threads; what still runs fails with `cancelled`. */
  close(): Promise<void>;
};

const workerFile = new URL('./pool.worker.ts', import.meta.url).href;

/** @param file a `.task.ts` or `.worker.ts`; threads start with the first order */
export function startPool<Tasks>(file: URL, options: PoolOptions = {}): Pool<Tasks> {
  return new ThreadPool(file, options) as Pool<Tasks>;
}

/** Opens a pool for as long as `use` takes. */
export async function withPool<Tasks, Result>(
  file: URL,
  options: PoolOptions,
  use: (pool: Pool<Tasks>) => Promise<Result>,
): Promise<Result> {
  options.signal?.throwIfAborted();
  const pool = startPool<Tasks>(file, options);
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

/** A thread ended under its work. */
class ThreadDied extends Fault {
  constructor(task: string, cause: unknown) {
    super('worker_failed', task, { cause });
  }
}

class ThreadPool implements Pool<{ [name: string]: (order: unknown) => unknown }> {
  readonly threads: number;
  readonly #file: string;
  readonly #options: PoolOptions;
  readonly #piscina: Piscina<Posted | undefined, Answer>;
  #closed = false;

  constructor(file: URL, options: PoolOptions) {
    this.threads = Math.max(1, Math.min(options.threads ?? availableParallelism(), poolLimits.threads));
    this.#file = file.href;
    this.#options = options;
    this.#piscina = new Piscina({
      filename: workerFile,
      minThreads: 0,
      maxThreads: this.threads,
      idleTimeout: options.idleMs ?? poolLimits.idleMs,
      // Off: a thread that waits for orders sleeps in the event loop, and frees what its work left behind.
      atomics: 'disabled',
      recordTiming: false,
      ...(options.heapMB !== undefined && { resourceLimits: { maxOldGenerationSizeMb: options.heapMB } }),
    });
    // A thread that died without work: the next order starts another.
    this.#piscina.on('error', () => undefined);
  }

  get workers(): readonly Worker[] {
    return this.#piscina.threads;
  }

  async run(name: string, order: unknown, options: RunOptions = {}): Promise<unknown> {
    const task = { 'holdfast.task': name };
    const once = () => traced(`thread ${name}`, task, () => this.#once({ name, order }, options, cell()));
    return options.again === false ? once() : this.twice(once);
  }

  async stretches(
    name: string,
    count: number,
    orderOf: (stretch: Stretch) => unknown,
    { size, signal, onProgress }: StretchOptions = {},
  ): Promise<unknown[]> {
    const parts = Math.ceil(size === undefined ? Math.min(count, this.threads === 1 ? 1 : 2 * this.threads) : count / size);
    const bound = (part: number) => (size === undefined ? Math.floor((part * count) / parts) : Math.min(part * size, count));
    const answers: unknown[] = new Array(parts);
    let [next, done] = [0, 0];
    const take = async () => {
      while (next < parts) {
        const at = next++;
        const stretch = { from: bound(at), to: bound(at + 1) };
        answers[at] = await this.run(name, orderOf(stretch), { signal });
        done += stretch.to - stretch.from;
        onProgress?.(done);
      }
    };
    const noMore = () => {
      next = parts;
    };
    await allOrFirst(Array.from({ length: Math.min(this.threads, parts) }, take), noMore);
    return answers;
  }

  together(
    name: string,
    orderOf: () => unknown,
    options: { readonly signal?: AbortSignal | undefined; readonly threads?: number } = {},
  ): Promise<{ order: unknown; answers: unknown[] }> {
    const threads = Math.min(options.threads ?? this.threads, this.threads);
    return this.twice(async () => {
      const order = orderOf();
      const stop = cell();
      const running = Array.from({ length: threads }, () => this.#once({ name, order }, { signal: options.signal }, stop));
      return { order, answers: await allOrFirst(running, () => cancel(stop)) };
    });
  }

  async twice<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ThreadDied)) throw error;
      this.#options.onRestart?.({ task: error.where!, cause: error.cause });
    }
    return work();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#piscina.destroy();
  }

  async #once({ name, order }: Task, { signal, transfer = [], onMessage }: RunOptions, stop: Cell): Promise<unknown> {
    const signals = [signal, this.#options.signal].filter((one) => one !== undefined);
    for (const one of signals) one.throwIfAborted();
    if (this.#closed) throw closed();
    const killing = new AbortController();
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      cancel(stop);
      grace ??= setTimeout(() => killing.abort(), poolLimits.graceMs).unref();
    };
    for (const one of signals) one.addEventListener('abort', abort, { once: true });
    const heard = onMessage && listen(onMessage);
    try {
      const { niceness } = this.#options;
      const posted: Posted = { file: this.#file, name, order, stop, niceness, port: heard?.port, context: portableContext() };
      const transferList = heard ? [...transfer, heard.port] : transfer;
      const answer = await this.#piscina.run(posted, { transferList: [...transferList], signal: killing.signal });
      await heard?.ended;
      for (const one of signals) one.throwIfAborted();
      if ('cancelled' in answer) throw new Fault('cancelled', name);
      if ('fault' in answer) throw new Fault(answer.fault.code, answer.fault.where, { cause: answer.fault.cause });
      if ('error' in answer) throw answer.error;
      return answer.done;
    } catch (error) {
      for (const one of signals) one.throwIfAborted();
      throw this.#closed ? closed() : this.#understood(error, name);
    } finally {
      clearTimeout(grace);
      for (const one of signals) one.removeEventListener('abort', abort);
      heard?.close();
    }
  }

  /** Whether it came out of the thread, or is the end of one. */
  #understood(error: unknown, name: string): unknown {
    const { code, message } = error as { code?: string; message?: string };
    const ended =
      code === 'ERR_WORKER_OUT_OF_MEMORY' ||
      message === 'Terminating worker thread' ||
      /^worker exited with code/.test(message ?? '');
    if (!ended) return error;
    // Piscina starts no other thread for orders that wait, unless another comes.
    if (this.#piscina.queueSize > 0) void this.#piscina.run(undefined).catch(() => undefined);
    const file = this.#file.slice(this.#file.lastIndexOf('/') + 1);
    return new ThreadDied(`${file}: ${name}`, error);
  }
}

type Cell = Int32Array<SharedArrayBuffer>;

const cell = (): Cell => new Int32Array(new SharedArrayBuffer(4));

function cancel(stop: Cell): void {
  Atomics.store(stop, 0, 1);
  Atomics.notify(stop, 0);
}

const closed = () => new Fault('cancelled', 'the worker threads were ended');

/** Waits for all, so that nothing of them runs on; then the first failure counts, not what it did to the others. */
async function allOrFirst<T>(running: readonly Promise<T>[], onFailure: () => void): Promise<T[]> {
  const failures: unknown[] = [];
  const heard = running.map((one) =>
    one.catch((error: unknown) => {
      if (failures.push(error) === 1) onFailure();
      throw error;
    }),
  );
  await Promise.allSettled(heard);
  if (failures.length > 0) throw failures[0];
  return Promise.all(heard);
}

function listen(onMessage: (message: unknown) => void) {
  const { port1, port2 } = new MessageChannel();
  // Another way than the answer's: the last messages may come after it. Null is the end.
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  port1.on('message', (message: unknown) => (message === null ? end() : onMessage(message)));
  port1.on('close', end);
  return { port: port2, ended, close: () => port1.close() };
}
