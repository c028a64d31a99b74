// A round's model once more, from its terms and opened sums alone: what an auditor holds against the model that members voted on.

import { sharedEdges } from '../trees/edges.ts';
import { mendCounts } from '../trees/noisy.ts';
import type { TreeSettings } from '../trees/tree.ts';
import { verifyShared } from '../trees/verify-trees.ts';
import { ProtocolFault } from '../words.ts';
import { type OpenedSum, placeOf, SumRefused } from './opened-sums.ts';
import { treeNoiseOf } from './privacy-terms.ts';
import { isPlainAveraging, recomputeAveraging } from './recompute-averaging.ts';
import { recomputeLogistic } from './recompute-logistic.ts';
import type { RoundTerms } from './round-terms.ts';
import { featureNames, modelBytes } from './trees-model.ts';

/** @param sums all of the round, in their order  @throws {SumRefused} for one that is not what the training asks for there */
export type Recompute = (terms: RoundTerms, sums: readonly OpenedSum[]) => Uint8Array;

/** Undefined where there is none: whoever has the sums can check them, and the model only by its hash. */
export function recomputeOf(terms: RoundTerms): Recompute | undefined {
  switch (terms.learn.kind) {
    case 'trees':
      return recomputeTrees;
    case 'logistic':
      return recomputeLogistic;
    case 'averaging':
      return isPlainAveraging(terms) ? recomputeAveraging : undefined;
    case 'vertical-trees':
      return undefined;
  }
}

function settingsOf({ learn }: RoundTerms): TreeSettings & { readonly bins: number; readonly leastCount: number } {
  if (learn.kind !== 'trees') throw new RangeError(`learn: expected trees, got ${learn.kind}`);
  return { objective: 'logistic', rowSample: 1, earlyStoppingTrees: 0, monotone: undefined, ...learn };
}

const treeSums: readonly string[] = ['base', 'scales', 'histogram', 'loss'];

/** First the counts that edges of bins follow from, then the sums that trees are grown from. */
function recomputeTrees(terms: RoundTerms, sums: readonly OpenedSum[]): Uint8Array {
  const settings = settingsOf(terms);
  const noise = terms.privacy && treeNoiseOf({ ...terms, privacy: terms.privacy });
  const names = featureNames(terms.schema);
  let at = 0;
  const afterLast = () => new SumRefused(sums.length, 'wanting');
  const edges = refusing(
    () => sums[Math.max(0, at - 1)]?.sum ?? 0,
    () =>
      sharedEdges(names.length, settings, (lengths) => {
        const sum = sums[at];
        if (!sum) throw afterLast();
        if (placeOf(sum).what !== 'edges' || placeOf(sum).index !== at)
          throw new SumRefused(sum.sum, `expected edges ${at}, got ${sum.about}`);
        at += 1;
        return noise && sum.values.length === lengths.reduce((all, one) => all + one, 0)
          ? mendCounts(sum.values, lengths, noise.cutoff)
          : sum.values;
      }),
  );
  const first = at;
  let read = 0;
  function* rest(): Generator<Int32Array> {
    for (const [index, sum] of sums.slice(first).entries()) {
      const place = placeOf(sum);
      if (!treeSums.includes(place.what) || place.index !== index)
        throw new SumRefused(sum.sum, `expected sum ${index} of the trees, got ${sum.about}`);
      read = index;
      yield sum.values;
    }
    read = sums.length - first;
  }
  const trees = refusing(
    () => sums[first + read]?.sum ?? sums.length,
    () => verifyShared({ settings, edges, sums: rest(), ...(noise && { headroom: noise.headroom }) }),
  );
  return modelBytes(terms.schema, names, trees);
}

/** @param sum the number of the one that was read last */
function refusing<Result>(sum: () => number, work: () => Result): Result {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof ProtocolFault) || fault instanceof SumRefused) throw fault;
    throw new SumRefused(sum(), fault.where ?? fault.code);
  }
}
