// What a member computes in a round: trees from added histograms, on its own rows and nothing of anybody else but sums. Every member comes to the
// same bytes, and they are those that all rows in one table would give.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { AskSum, Learned } from '../../../federation/participant/round/ports.ts';
import { treeNoiseOf } from '../../../federation/protocol/round/privacy-terms.ts';
import type { LearningOf, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { modelBytes } from '../../../federation/protocol/round/trees-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import type { Trees } from '../../core/model/scoring.ts';
import type { Boosting, Settings } from '../../decide/models/boosting/boosting.ts';
import { auc } from '../../decide/models/metrics/curves.ts';
import { rank } from '../../decide/models/metrics/scored.ts';
import { checkRows } from './round-file.ts';
import { partedRows, type RoundTable, rowsOf } from './round-table.ts';
import { exactTreeSums, noisyTreeSums } from './tree-sums.ts';

export type TreesTerms = LearningOf<'trees'>;

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
  checkRows(terms, table.rows);
  const noise = terms.privacy && treeNoiseOf({ ...terms, privacy: terms.privacy });
  const { training, held } = partedRows(table, noise ? 'content' : 'place');
  const own = rowsOf(table, training);
  if (own.rows === 0) throw new ProtocolFault('rows_few', `${terms.minRows}`);
  const how = { threads, ...(signal && { signal }) };
  const asked = ofOneSet(ask);
  const trees = await told(terms.schema.label.name, async () => {
    const sums = noise ? noisyTreeSums(asked, learn, noise, own) : exactTreeSums(asked);
    const edges = await boosting.sharedEdges(own, {
      ...how,
      bins: learn.bins,
      leastCount: learn.leastCount,
      sum: sums.edges,
    });
    const state = canonicalJson(edges.map((column) => [...column]));
    const binned = await boosting.bin(own, { edges, ...how });
    const trained = await boosting.trainShared(binned, own.labels, boostingSettings(learn), {
      ...how,
      sum: sums.ofState(state),
      noisy: noise !== undefined,
    });
    return trained.trees;
  });
  return { model: modelBytes(terms.schema, table.names, trees), ...(await evaluated(boosting, trees, rowsOf(table, held))) };
}

/**
 * Sums of one set of members: of who gave to the first. Who is gone by then is in no sum, and the others go on without it. After that, sums of a tree
 * belong together, and between one of all and the next without somebody stands the histogram of that one alone; so the round ends, before anything
 * is opened that lacks a member.
 */
export function ofOneSet(ask: AskSum): AskSum {
  let first: readonly string[] | undefined;
  const check = (others: readonly string[]) => {
    const lost = first?.filter((member) => !others.includes(member)) ?? [];
    if (lost.length > 0) throw new ProtocolFault('member_lost', lost.join(', '));
  };
  return (about, values, options = {}) =>
    ask(
      about,
      (members) => {
        check(members);
        return typeof values === 'function' ? values(members) : values;
      },
      {
        ...options,
        look: (set) => {
          check(set.survivors);
          first ??= set.survivors;
          options.look?.(set);
        },
      },
    );
}

/** What the trainer says of its own input, in the protocol's words. Of its own only the place is told: the rest may hold a number of a sum. */
async function told<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'bad_request') throw error;
    const { where = '' } = error;
    if (where.startsWith('labels: all of one class')) throw new ProtocolFault('label_constant', label, error);
    throw new ProtocolFault('sum_wrong', /^[\w.]+(\[\d+\])?/.exec(where)?.[0], error);
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
  return metricsOf(margins, held.labels);
}

/** Mean loss and area under the curve. @param margins log-odds by row */
export function metricsOf(margins: Float64Array, labels: Float32Array): { metrics: { [name: string]: number }; rows: number } {
  let loss = 0;
  for (const [row, margin] of margins.entries()) {
    const signed = labels[row] === 1 ? margin : -margin;
    loss += Math.log1p(Math.exp(-Math.abs(signed))) + Math.max(0, -signed);
  }
  const area = auc(rank({ scores: margins, labels }));
  return { metrics: { logLoss: loss / margins.length, ...(Number.isFinite(area) && { auc: area }) }, rows: margins.length };
}
