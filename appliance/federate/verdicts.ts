// Transcripts that somebody brings to be checked, one after the other, in a thread that ends when nobody asks any more.

import { type Pool, startPool } from '../core/pool/pool.ts';
import type * as tasks from './verdict.task.ts';
import type { VerdictOrder, VerdictTold } from './verdict.task.ts';

export class Verdicts {
  #pool: Pool<typeof tasks> | undefined;

  check(order: VerdictOrder): Promise<VerdictTold> {
    this.#pool ??= startPool<typeof tasks>(new URL('./verdict.task.ts', import.meta.url), { threads: 1 });
    return this.#pool.run('checkTranscript', order);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
