// What a member computes in a round: trees from added histograms, on its own rows and nothing of anybody else but sums. Every member comes to the
// same bytes, and they are those that all rows in one table would give.

import type { AskSum, Learned } from '../../../federation/participant/round/ports.ts';
import type { Learning, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { modelBytes } from '../../../federation/protocol/round/trees-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import type { Trees } from '../../core/model/scoring.ts';
import type { Boosting, Settings } from '../../decide/models/boosting/boosting.ts';
import { partedRows, type RoundTable, rowsOf } from './round-table.ts';

export type TreesTerms = Extract<Learning, { kind: 'trees' }>;

export function boostingSettings(learn: TreesTerms): Partial<Settings> {
  const { kind: _kind, bins: _bins, leastCount: _least, ...settings } = learn;
  return { objective: 'logistic', rowSample: 1, earlyStoppingTrees: 0, ...settings };
}

export type LearnOptions = {
  readonly boosting: Boosting;
  readonly ask: AskSum;
  readonly signal?: AbortSignal;
  readonly threads?: number;
};

/** @throws {ProtocolFault} rows_few, label_constant, and what `ask` is rejected with */
export async function learnTrees(
  terms: RoundTerms,
  table: RoundTable,
  { boosting, ask, signal, threads = 1 }: LearnOptions,
): Promise<Learned> {
  const learn = terms.learn as TreesTerms;
  if (table.rows < terms.minRows) throw new ProtocolFault('rows_few', `${terms.minRows}`);
  const { training, held } = partedRows(table);
  const own = rowsOf(table, training);
  if (own.rows === 0) throw new ProtocolFault('rows_few', `${terms.minRows}`);
  const how = { threads, ...(signal && { signal }) };
  const trees = await told(async () => {
    const edges = await boosting.sharedEdges(own, {
      ...how,
      bins: learn.bins,
      leastCount: learn.leastCount,
      sum: (counts, index) => ask(`edges ${index}`, counts),
    });
    const binned = await boosting.bin(own, { edges, ...how });
    const trained = await boosting.trainShared(binned, own.labels, boostingSettings(learn), {
      ...how,
      sum: ({ index, kind, values }) => ask(`${kind} ${index}`, values),
    });
    return trained.trees;
  });
  return { model: modelBytes(terms.schema, table.names, trees), ...(await evaluated(boosting, trees, rowsOf(table, held))) };
}

/** What the trainer says of its own input, in the protocol's words. */
async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault && error.code === 'bad_request') {
      const code = /class|label/.test(error.where ?? '') ? 'label_constant' : 'sum_wrong';
      throw new ProtocolFault(code, error.where, error);
    }
    throw error;
  }
}

/** How trees do on rows that nothing was learned from. */
export async function evaluated(
  boosting: Boosting,
  trees: Trees,
  held: RoundTable,
): Promise<{ metrics: { [name: string]: number }; rows: number }> {
  if (held.rows === 0) return { metrics: {}, rows: 0 };
  const margins = await boosting.predictMargins(trees, held, { threads: 1 });
  let loss = 0;
  for (const [row, margin] of margins.entries()) {
    const signed = held.labels[row] === 1 ? margin : -margin;
    loss += Math.log1p(Math.exp(-Math.abs(signed))) + Math.max(0, -signed);
  }
  const auc = areaUnder(margins, held.labels);
  return { metrics: { logLoss: loss / held.rows, ...(auc !== undefined && { auc }) }, rows: held.rows };
}

/** The share of pairs of a positive and a negative that are in order, ties half; undefined without both. */
export function areaUnder(scores: Float64Array, labels: Float32Array): number | undefined {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [positives, ranks] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) {
      if (labels[order[at]!] !== 1) continue;
      positives += 1;
      ranks += (from + to + 1) / 2;
    }
    from = to;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
