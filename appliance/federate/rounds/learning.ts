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
  checkRows(terms, table.rows);
  if (terms.learn.kind === 'trees') return learnTrees(terms, table, options);
  const parts = partsOf(table);
  if (parts.training.rows === 0) throw new ProtocolFault('rows_few', `${terms.minRows}`);
  return terms.learn.kind === 'logistic' ? learnLogistic(terms, parts, options) : learnAveraging(terms, parts, options);
}
