// What a member computes in a round, whatever the terms say is learned: the front of this folder's three ways.

import type { Learned } from '../../../federation/participant/round/ports.ts';
import type { RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { type AveragingOptions, learnAveraging } from './learn-averaging.ts';
import { learnLogistic } from './learn-logistic.ts';
import { type LearnOptions, learnTrees } from './learn-round.ts';
import { checkRows } from './round-file.ts';
import type { RoundTable } from './round-table.ts';
import { partsOf } from './standard-model.ts';

/** @throws {ProtocolFault} what the ways throw, rows_few, rows_many */
export async function learnRound(
  terms: RoundTerms,
  table: RoundTable,
  options: LearnOptions & AveragingOptions,
): Promise<Learned> {
  const learned = await learnedBy(terms, table, options);
  return terms.privacy ? { ...learned, ...coarse(learned) } : learned;
}

/** Figures of a holdout have no noise: where a promise was made they are told roughly. */
function coarse({ metrics, rows }: Learned): Pick<Learned, 'metrics' | 'rows'> {
  const rounded = Object.entries(metrics).map(([name, value]) => [name, Math.round(value * 100) / 100]);
  return { metrics: Object.fromEntries(rounded), rows: Math.floor(rows / 100) * 100 };
}

async function learnedBy(terms: RoundTerms, table: RoundTable, options: LearnOptions & AveragingOptions): Promise<Learned> {
  checkRows(terms, table.rows);
  if (terms.learn.kind === 'trees') return learnTrees(terms, table, options);
  const parts = partsOf(table);
  if (parts.training.rows === 0) throw new ProtocolFault('rows_few', `${terms.minRows}`);
  return terms.learn.kind === 'logistic' ? learnLogistic(terms, parts, options) : learnAveraging(terms, parts, options);
}
