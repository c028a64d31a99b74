// The ledger of one person as people read it: every fact kept, with where it came from, and the answer of the gate for each declared
// purpose and channel with the fact that decided it.

import { createHash } from 'node:crypto';
import type { Words } from '../../core/errors.ts';
import { type ConsentFact, type ConsentRecord, sourceOfFact } from '../../core/model/consent.ts';
import type { PurposeTable } from '../../core/model/purposes.ts';
import { type Answer, adultFromOf, columnsOf, type Judged, judge } from './judge.ts';
import { reasons } from './reasons.ts';
import { isLater } from './words.ts';

export type LedgerFact = Omit<ConsentFact, 'by'> & {
  /** Its id: stays the same over merges and late events. */
  fact: string;
  source: string;
  recordId: number;
};
export type Effective = Omit<Answer, 'fact'> & {
  purpose: string;
  channel: string;
  reason: Words;
  /** The id of the fact that decided. */
  fact?: string;
  /** Of the record that said it. */
  source?: string;
};
export type Ledger = {
  id: string;
  law: string;
  lawVersion: number;
  /** Whether a birthday in any record makes the person a child to this law. */
  child: boolean;
  effective: Effective[];
  /** The latest first. */
  facts: LedgerFact[];
};

/** @param records all records of one person */
export function ledgerOf(
  table: PurposeTable,
  records: readonly ConsentRecord[],
  judged: readonly Judged[],
  sourceName: (source: number) => string,
  nowMs: number,
): Ledger {
  const effective = [...table.purposes.values()].flatMap((purpose) =>
    columnsOf(purpose).map((channel): Effective => {
      const { fact, ...answer } = judge(table, judged, purpose.purpose, channel, nowMs);
      const decided = fact && { fact: factId(fact), source: sourceName(sourceOfFact(fact)) };
      return { purpose: purpose.purpose, channel, ...answer, reason: reasons[answer.rule], ...decided };
    }),
  );
  return {
    id: `p${records[0]!.personId}`,
    law: table.pack.law,
    lawVersion: table.pack.version,
    child: nowMs < adultFromOf(judged),
    effective,
    facts: factsOf(records, sourceName),
  };
}

/** What counts is kept for good, the history for as long as there is room; both together, each fact once. */
function factsOf(records: readonly ConsentRecord[], sourceName: (source: number) => string): LedgerFact[] {
  const all = new Map<string, { fact: ConsentFact; recordId: number }>();
  for (const { recordId, consents } of records)
    for (const fact of [...consents.history, ...Object.values(consents.words)]) all.set(factId(fact), { fact, recordId });
  return [...all]
    .sort(([, a], [, b]) => (isLater(a.fact, b.fact) ? -1 : isLater(b.fact, a.fact) ? 1 : 0))
    .map(([id, { fact, recordId }]) => {
      const { by: _by, ...shown } = fact;
      return { fact: id, ...shown, source: sourceName(sourceOfFact(fact)), recordId };
    });
}

/** Of the message and what it was about, as one message may speak of several purposes. */
function factId({ by, purpose, channel }: ConsentFact): string {
  return createHash('sha256')
    .update(JSON.stringify([by, purpose, channel]))
    .digest('hex')
    .slice(0, 16);
}
