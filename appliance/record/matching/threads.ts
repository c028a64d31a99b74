// A few worker threads that share the table. Work is handed out one stretch at a time and answered in the order asked, so
// the number of threads changes the time taken and nothing else.

import { Worker as Thread } from 'node:worker_threads';
import type { Answer, Order } from './work.task.ts';
import { type Context, createWorker, type Done, type Work } from './work.ts';

export const threadLimits = { threads: 64 } as const;

export type Threads = {
  readonly count: number;
  set(context: Context): Promise<void>;
  /** Runs all of it and answers in the order given. `onDone` hears how many are finished. */
  run<K extends Work['kind']>(work: readonly Extract<Work, { kind: K }>[], onDone?: (done: number) => void): Promise<Done[K][]>;
  close(): Promise<void>;
};

/** @param count 1 works in the calling thread, without starting any */
export function startThreads(count: number): Threads {
  return count <= 1 ? inline() : many(Math.min(count, threadLimits.threads));
}

function inline(): Threads {
  const worker = createWorker();
  return {
    count: 1,
    async set(context) {
      worker.set(context);
    },
    async run(work, onDone) {
      const results = [];
      for (const one of work) {
        results.push(worker.run(one));
        onDone?.(results.length);
        if (results.length % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      return results;
    },
    async close() {},
  };
}

type Waiting = { resolve: (result: unknown) => void; reject: (error: Error) => void };

function many(count: number): Threads {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  const threads = Array.from({ length: count }, () => {
    const thread = new Thread(new URL('./work.task.ts', import.meta.url));
    thread.on('message', (answer: Answer) => {
      const one = waiting.get(answer.id)!;
      waiting.delete(answer.id);
      if (answer.error === undefined) one.resolve(answer.result);
      else one.reject(new Error(answer.error));
    });
    thread.on('error', (error) => {
      for (const one of waiting.values()) one.reject(error instanceof Error ? error : new Error(String(error)));
      waiting.clear();
    });
    return thread;
  });
  const ask = (thread: Thread, order: { context: Context } | { work: Work }): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, ...order } satisfies Order);
    });
  return {
    count,
    async set(context) {
      await Promise.all(threads.map((thread) => ask(thread, { context })));
    },
    async run<K extends Work['kind']>(work: readonly Extract<Work, { kind: K }>[], onDone?: (done: number) => void) {
      const results: Done[K][] = new Array(work.length);
      let next = 0;
      let finished = 0;
      await Promise.all(
        threads.map(async (thread) => {
          while (next < work.length) {
            const at = next++;
            results[at] = (await ask(thread, { work: work[at]! })) as Done[K];
            onDone?.(++finished);
          }
        }),
      );
      return results;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
