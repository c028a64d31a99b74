// Worker threads for work over many rows, whatever it is: a matrix cut into stretches, each done by whoever is free. The number of threads
// changes the time taken and nothing else, and the thread that asks stays free for requests.

import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { rowsPerChunk } from '../../core/matrix/matrix.ts';

export const poolLimits = {
  threads: 16,
  /** Rows a thread takes at a time: a divisor of a chunk, so that a stretch lies in one. Also how often a cancelled run looks up. */
  stretchRows: rowsPerChunk / 4,
} as const;

export type Stretch = { readonly from: number; readonly to: number };

export type RunOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many rows are done. */
  readonly onProgress?: ((rows: number) => void) | undefined;
};

export type Pool<Order, Answer> = {
  readonly threads: number;
  run(order: Order, signal?: AbortSignal): Promise<Answer>;
  /**
   * Cuts rows into stretches, each in one chunk of the matrix, and runs them all.
   * @returns the answers in the order of the rows
   * @throws {Error} AbortError when `signal` says so; what a thread has begun it may still write
   */
  overRows(rows: number, orderOf: (stretch: Stretch) => Order, options?: RunOptions, stretchRows?: number): Promise<Answer[]>;
  close(): Promise<void>;
};

/** @param task a `.task.ts` whose default export is the work; threads start with the first order. @param threads default: as many as processors */
export function startPool<Order, Answer>(task: URL, threads: number = availableParallelism()): Pool<Order, Answer> {
  const count = Math.max(1, Math.min(threads, poolLimits.threads));
  // atomics off: a thread that waits for orders sleeps in the event loop, and frees what its work left behind.
  const piscina = new Piscina<Order, Answer>({
    filename: task.href,
    minThreads: 0,
    maxThreads: count,
    idleTimeout: 10_000,
    atomics: 'disabled',
  });
  const run = (order: Order, signal?: AbortSignal) => piscina.run(order, signal ? { signal } : {});
  return {
    threads: count,
    run,
    async overRows(rows, orderOf, { signal, onProgress } = {}, stretchRows = poolLimits.stretchRows) {
      const answers: Answer[] = new Array(Math.ceil(rows / stretchRows));
      let next = 0;
      let done = 0;
      const worker = async () => {
        while (next < answers.length) {
          signal?.throwIfAborted();
          const at = next++;
          const from = at * stretchRows;
          const to = Math.min(from + stretchRows, rows);
          answers[at] = await run(orderOf({ from, to }), signal);
          done += to - from;
          onProgress?.(done);
        }
      };
      await Promise.all(Array.from({ length: count }, worker));
      return answers;
    },
    close: () => piscina.destroy(),
  };
}
