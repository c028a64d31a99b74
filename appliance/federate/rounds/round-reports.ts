// Reports of rounds for compliance, written in a thread that ends when nobody asks any more.

import type { RoundReportOf } from '../../../federation/participant/report/round-report.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { type Pool, startPool } from '../../core/pool/pool.ts';
import type * as tasks from './round-report.task.ts';
import type { ReportTold } from './round-report.task.ts';

export class RoundReports {
  #pool: Pool<typeof tasks> | undefined;

  /** @throws {ProtocolFault} terms_wrong for a transcript without terms to go by */
  async write(order: RoundReportOf): Promise<ReportTold> {
    this.#pool ??= startPool<typeof tasks>(new URL('./round-report.task.ts', import.meta.url), { threads: 1 });
    const told = await this.#pool.run('writeReport', order);
    if ('refused' in told) throw new ProtocolFault(told.refused, told.where);
    return told.done;
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }
}
