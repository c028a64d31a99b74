// Finds the members of many rules in worker threads, so that the main thread goes on serving; and asks about rows that no column decides, a few at
// a time, in between.

import { setImmediate as turn } from 'node:timers/promises';
import { Piscina } from 'piscina';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import { type Job, type Members, membersOf, newJob, rowsOf } from './members.ts';
import type { Plan } from './plan.ts';

export type FindOptions = {
  /** Stops between two chunks. The promise then fails with the signal's reason. */
  readonly signal?: AbortSignal;
};

export class MembersPool {
  readonly #pool: Piscina<Job, { members: number[]; undecided: number[] }>;
  readonly #threads: number;

  /** @param threads at least 1; they start with the first job and end when idle for a while */
  constructor(threads: number) {
    this.#threads = threads;
    this.#pool = new Piscina({
      filename: new URL('./members.worker.ts', import.meta.url).href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 30_000,
    });
  }

  /** @throws {RangeError} when the matrix is not the one that the plan was made for */
  async find(plan: Plan, matrix: Matrix, { signal }: FindOptions = {}): Promise<Members[]> {
    signal?.throwIfAborted();
    const job = newJob(plan, matrix);
    const stop = () => Atomics.store(job.cursor, 1, 1);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const counts = await Promise.all(Array.from({ length: this.#threads }, () => this.#pool.run(job)));
      signal?.throwIfAborted();
      return membersOf(job, counts);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** Rows asked about before the event loop has its turn. */
const rowsATurn = 64;

/**
 * Asks about every row that was left open and puts those who are members in, in place.
 * @param ask whether a row is a member of the rule at this place, by evaluating the whole rule
 */
export async function decideOpen(
  all: readonly Members[],
  ask: (rule: number, row: number) => boolean | Promise<boolean>,
  { signal }: FindOptions = {},
): Promise<void> {
  let asked = 0;
  for (const [rule, found] of all.entries()) {
    if (!found.undecided || found.undecidedCount === 0) continue;
    for (const row of rowsOf(found.undecided)) {
      if (await ask(rule, row)) {
        found.members[row >>> 5]! |= 1 << (row & 31);
        found.count += 1;
      }
      asked += 1;
      if (asked % rowsATurn === 0) {
        await turn();
        signal?.throwIfAborted();
      }
    }
    found.undecided.fill(0);
    found.undecidedCount = 0;
  }
}
