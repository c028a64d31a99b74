// Finds the members of many rules in worker threads, so that the main thread goes on serving; and asks about rows that no column decides, a few at
// a time, in between.

import { setImmediate as turn } from 'node:timers/promises';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import { type Pool, startPool } from '../../../core/pool/pool.ts';
import { type Members, membersOf, newJob, rowsOf } from './members.ts';
import type * as tasks from './members.worker.ts';
import type { Plan } from './plan.ts';

export type FindOptions = {
  /** Stops between two chunks. The promise then fails with the signal's reason. */
  readonly signal?: AbortSignal;
};

export class MembersPool {
  readonly #pool: Pool<typeof tasks>;

  /** @param threads at least 1; they start with the first job and end when idle for a while */
  constructor(threads: number) {
    this.#pool = startPool(new URL('./members.worker.ts', import.meta.url), { threads, idleMs: 30_000 });
  }

  /** @throws {RangeError} when the matrix is not the one that the plan was made for */
  async find(plan: Plan, matrix: Matrix, { signal }: FindOptions = {}): Promise<Members[]> {
    const { order, answers } = await this.#pool.together('find', () => newJob(plan, matrix), { signal });
    return membersOf(order, answers);
  }

  close(): Promise<void> {
    return this.#pool.close();
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
