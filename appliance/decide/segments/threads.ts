// A pool of worker threads for the mathematics of segments. Work is plain data and shared buffers; the main thread only waits, and what comes
// back is put together in the order asked, so that the number of threads changes the time taken and nothing else.

import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

export const threadLimits = { threads: 64 } as const;

/** The functions that a task file exports. */
type Tasks = { readonly [name: string]: (task: never) => unknown };

export type Pool<Module extends Tasks> = {
  readonly threads: number;
  run<Name extends keyof Module & string>(
    name: Name,
    task: Parameters<Module[Name]>[0],
  ): Promise<Awaited<ReturnType<Module[Name]>>>;
  /** Cuts 0 to `count` into a few stretches for each thread and runs them all; the answers come in the order of the stretches. */
  stretches<Name extends keyof Module & string>(
    name: Name,
    count: number,
    task: (from: number, to: number) => Parameters<Module[Name]>[0],
  ): Promise<Awaited<ReturnType<Module[Name]>>[]>;
};

export type ThreadOptions = {
  /** Worker threads, at least one: the calling thread computes nothing. Default: as many as the machine has. */
  readonly threads?: number | undefined;
  /** Ends the work between two steps; what was asked rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

/** Opens a pool for as long as `use` takes. */
export async function withPool<Module extends Tasks, Result>(
  file: URL,
  options: ThreadOptions,
  use: (pool: Pool<Module>) => Promise<Result>,
): Promise<Result> {
  options.signal?.throwIfAborted();
  const threads = Math.max(1, Math.min(options.threads ?? availableParallelism(), threadLimits.threads));
  const piscina = new Piscina({ filename: file.href, minThreads: threads, maxThreads: threads });
  const run: Pool<Module>['run'] = async (name, task) => {
    options.signal?.throwIfAborted();
    return piscina.run(task, { name });
  };
  try {
    return await use({
      threads,
      run,
      stretches: (name, count, task) => {
        const parts = Math.max(1, Math.min(count, threads === 1 ? 1 : threads * 2));
        const bound = (part: number) => Math.floor((part * count) / parts);
        return Promise.all(Array.from({ length: parts }, (_, part) => run(name, task(bound(part), bound(part + 1)))));
      },
    });
  } finally {
    await piscina.destroy();
  }
}

/** A shared copy of numbers, or the same array where it is shared already. */
export function sharedNumbers(values: ArrayLike<number>): Float64Array<SharedArrayBuffer> {
  if (values instanceof Float64Array && values.buffer instanceof SharedArrayBuffer) {
    return values as Float64Array<SharedArrayBuffer>;
  }
  const shared = new Float64Array(new SharedArrayBuffer(values.length * 8));
  shared.set(values);
  return shared;
}
