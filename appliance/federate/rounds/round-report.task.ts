// Writes the report of a round in a thread: it works the model out again from the sums, which of many trees takes seconds. A fault of the protocol
// comes back as its code, as an error loses its class between threads.

import { type RoundReport, type RoundReportOf, roundReportOf } from '../../../federation/participant/report/round-report.ts';
import { type ProtocolCode, ProtocolFault } from '../../../federation/protocol/words.ts';

/** Without what was read, which is the transcript once more. */
export type ReportTold = Pick<RoundReport, 'title' | 'blocks'> & Pick<RoundReport['verdict'], 'findings'>;
export type Told = { readonly done: ReportTold } | { readonly refused: ProtocolCode; readonly where: string | undefined };

export function writeReport(order: RoundReportOf): Told {
  try {
    const { title, blocks, verdict } = roundReportOf(order);
    return { done: { title, blocks, findings: verdict.findings } };
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    return { refused: error.code, where: error.where };
  }
}
